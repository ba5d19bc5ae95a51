"""Needs, the proposals made for them, the teams that come of these, and who was proposed how often."""

from matching.models.engagements import (
    CheckIn,
    Decision,
    Engagement,
    EngagementPhase,
    Indicator,
    Responsibility,
    Task,
)
from matching.models.exposure import Exposure
from matching.models.intake import Assessment, Client, ClientReading, NeedVersion
from matching.models.invitations import SeatInvitation, TeamEvent
from matching.models.needs import CoFacilitator, Need, Requirement
from matching.models.proposals import Proposal
from matching.models.rooms import Event, ReadMark, Room, RoomFile
from matching.models.runs import Run
from matching.models.teams import Seat, TeamPlan, Tick
from matching.models.workbench import BenchEvent, Variant, Workbench

__all__ = [
    "Assessment",
    "BenchEvent",
    "CheckIn",
    "Client",
    "ClientReading",
    "CoFacilitator",
    "Decision",
    "Engagement",
    "EngagementPhase",
    "Event",
    "Exposure",
    "Indicator",
    "Need",
    "NeedVersion",
    "Proposal",
    "ReadMark",
    "Requirement",
    "Responsibility",
    "Room",
    "RoomFile",
    "Run",
    "Seat",
    "SeatInvitation",
    "Task",
    "TeamEvent",
    "TeamPlan",
    "Tick",
    "Variant",
    "Workbench",
]
