"""The registry's records, by noun."""

from network.models.capabilities import Capability, Rating
from network.models.organizations import Organization, OrganizationIndustry, ServiceArea
from network.models.people import LabFacilitator, Membership, User
from network.models.places import Lab, LabArea, Municipality, VocabularyVersion
from network.models.relations import Collaboration, Tie

__all__ = [
    "Capability",
    "Collaboration",
    "Lab",
    "LabArea",
    "LabFacilitator",
    "Membership",
    "Municipality",
    "Organization",
    "OrganizationIndustry",
    "Rating",
    "ServiceArea",
    "Tie",
    "User",
    "VocabularyVersion",
]
