"""Needs, the proposals made for them, and who was proposed how often."""

from matching.models.exposure import Exposure
from matching.models.needs import Need, Requirement
from matching.models.proposals import Proposal
from matching.models.runs import Run

__all__ = ["Exposure", "Need", "Proposal", "Requirement", "Run"]
