"""Choosing cases by typing a part of their title, out of those that one may see."""

from casebook.models import Case
from network.access import Reader

OFFERED = 10


def matches(reader: Reader, typed: str, without: int | None = None) -> tuple[list[Case], bool]:
    """The first cases with these words in their title, an exact title first; and whether there are more."""
    words = typed.strip()
    if not words or "\0" in words:
        return [], False
    offered = Case.objects.visible_to(reader).select_related("owner")
    if without is not None:
        offered = offered.exclude(pk=without)
    exact = list(offered.filter(title=words).order_by("pk")[:OFFERED])
    partly = offered.filter(title__icontains=words).exclude(pk__in=[found.pk for found in exact])
    found = [*exact, *partly.order_by("title", "pk")[: OFFERED + 1]]
    return found[:OFFERED], len(found) > OFFERED
