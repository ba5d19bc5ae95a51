"""The casebook's records."""

from casebook.models.asking import AccessRequest
from casebook.models.attachments import Attachment
from casebook.models.cases import Case, CasePhase, Measure, Participant
from casebook.models.consents import Consent
from casebook.models.life import Answer, Bookmark, Helpful, Insight, Question, Reuse
from casebook.models.population import EstablishmentCount
from casebook.models.readlog import LogChain, LogEntry
from casebook.models.requests import Delegation
from casebook.models.sections import Grant, Section
from casebook.models.upkeep import Upkeep
from casebook.models.writing import CaseEvent, Draft, Version

__all__ = [
    "AccessRequest",
    "Answer",
    "Attachment",
    "Bookmark",
    "Case",
    "CaseEvent",
    "CasePhase",
    "Consent",
    "Delegation",
    "Draft",
    "EstablishmentCount",
    "Grant",
    "Helpful",
    "Insight",
    "LogChain",
    "LogEntry",
    "Measure",
    "Participant",
    "Question",
    "Reuse",
    "Section",
    "Upkeep",
    "Version",
]
