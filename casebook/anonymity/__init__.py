"""What in a case may tell who the client is: found before publication, shown in place, with a way out."""

from casebook.anonymity.applying import apply_suggestion
from casebook.anonymity.checking import findings
from casebook.anonymity.finding import Finding, Suggestion
from casebook.anonymity.population import Estimate, population

__all__ = ["Estimate", "Finding", "Suggestion", "apply_suggestion", "findings", "population"]
