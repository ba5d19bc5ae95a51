"""The casebook's records."""

from casebook.models.cases import Case, CasePhase, Measure, Participant
from casebook.models.sections import Grant, Section

__all__ = ["Case", "CasePhase", "Grant", "Measure", "Participant", "Section"]
