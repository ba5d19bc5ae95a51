"""What is new among the answers to saved searches, asked anew each time it is told."""

from collections.abc import Iterable

from casebook.models import Case
from network.access import Reader
from search.asking import as_chosen
from search.finding import matching
from search.records import SavedMatch, SavedSearch

MOST_ANSWERS = 1_000
"""The first so many answers of a search are watched; whoever finds more had better narrow it."""


def answers(saved: SavedSearch, reader: Reader) -> list[int]:
    """Ids of the cases that answer it now, best first."""
    return matching(saved.query, reader, as_chosen(saved.filters), most=MOST_ANSWERS)


def fresh(searches: Iterable[SavedSearch], reader: Reader) -> dict[int, list[Case]]:
    """The new cases of each search by its id, latest first: those that answer it now, by what the reader may read now.

    That a case was noted as new is not enough: the section that answered may be closed since. Searches without any
    new one cost one query together.
    """
    asked = {saved.pk: saved for saved in searches}
    noted: dict[int, list[int]] = {pk: [] for pk in asked}
    for pk, case in SavedMatch.objects.filter(saved__in=asked).values_list("saved_id", "case_id"):
        noted[pk].append(case)
    wanted = {case for cases in noted.values() for case in cases}
    if not wanted:
        return {pk: [] for pk in noted}
    cases = Case.objects.visible_to(reader).select_related("owner").in_bulk(wanted)
    still = {pk: set(answers(asked[pk], reader)) for pk, found in noted.items() if not cases.keys().isdisjoint(found)}
    return {pk: [cases[case] for case in found if case in cases and case in still[pk]] for pk, found in noted.items()}
