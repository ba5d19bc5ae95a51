"""The registry's records, by noun."""

from network.models.capabilities import Capability, Rating
from network.models.joining import Application, ImportRun, Invitation
from network.models.mailing import DigestLine
from network.models.organizations import Organization, OrganizationIndustry, ServiceArea
from network.models.people import LabFacilitator, Membership, Team, TeamMember, User
from network.models.places import Lab, LabArea, Municipality, RegistryVersion, VocabularyVersion
from network.models.places_of_work import Expert, ExpertCredential, Office, OfficeArea
from network.models.relations import Collaboration, Partnership, Tie
from network.models.replies import KeptReply
from network.models.truth import Change, Correction, Evidence, Examined, Letter, Merge, NotDuplicate, Notice

__all__ = [
    "Application",
    "Capability",
    "Change",
    "Collaboration",
    "Correction",
    "DigestLine",
    "Evidence",
    "Examined",
    "Expert",
    "ExpertCredential",
    "ImportRun",
    "Invitation",
    "KeptReply",
    "Lab",
    "LabArea",
    "LabFacilitator",
    "Letter",
    "Membership",
    "Merge",
    "Municipality",
    "NotDuplicate",
    "Notice",
    "Office",
    "OfficeArea",
    "Organization",
    "OrganizationIndustry",
    "Partnership",
    "Rating",
    "RegistryVersion",
    "ServiceArea",
    "Team",
    "TeamMember",
    "Tie",
    "User",
    "VocabularyVersion",
]
