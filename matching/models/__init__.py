"""Needs and the proposals made for them."""

from matching.models.needs import Need, Requirement
from matching.models.proposals import Proposal

__all__ = ["Need", "Proposal", "Requirement"]
