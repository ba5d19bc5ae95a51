"""Cases like one: those its writer named, then those that share what was done, when, for whom and where.

Only what any reader of a case sees is compared, never who took part, and only cases that the reader may see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Where
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casebook.models import Case, CasePhase
from network.access import Reader

WEIGHTS: dict[str, tuple[int, str | Promise]] = {
    "named": (0, _("この事例を書いた機関が挙げた事例")),
    "capability": (3, _("同じ支援領域")),
    "industry": (3, _("同じ業種")),
    "phase": (1, _("同じ局面")),
    "prefecture": (2, _("同じ都道府県")),
    "stage": (1, _("同じ段階からの取り組み")),
}
"""What two cases may have in common: what it weighs (capabilities and phases one by one), and how it is said."""
SAME = {"industry": "industry", "prefecture": "prefecture", "stage_before": "stage"}
"""Columns that are compared as they stand, and what it is when they agree."""


@dataclass(frozen=True, slots=True)
class Related:
    """A case, and why it stands here: names of WEIGHTS."""

    case: Case
    why: list[str]

    @property
    def reasons(self) -> list[str | Promise]:
        return [WEIGHTS[name][1] for name in self.why]


def related_to(case: Case, reader: Reader, limit: int = 5) -> list[Related]:
    """At most `limit` cases that the reader may see: named ones first, then the nearest, equals by their ids. The same
    number of queries whatever there is."""
    capabilities = set(case.capabilities.values_list("pk", flat=True))
    phases = set(case.phases.values_list("phase", flat=True))
    brought: QuerySet[Any] = Case.capabilities.through.objects.filter(
        case=OuterRef("pk"), capability__in=capabilities or {0}
    )
    told = CasePhase.objects.filter(case=OuterRef("pk"), phase__in=phases or {""})
    named = Case.related.through.objects.filter(from_case=case.pk, to_case=OuterRef("pk"))
    nearness = WEIGHTS["capability"][0] * _count(brought) + WEIGHTS["phase"][0] * _count(told)
    found = (
        Case.objects.visible_to(reader)
        .exclude(pk=case.pk)
        .annotate(is_named=Exists(named))
        .filter(Q(is_named=True) | Exists(brought) | (Q(industry=case.industry) & ~Q(industry="")))
        .annotate(nearness=nearness + sum((_same(case, column) for column in SAME), start=Value(0)))
        .select_related("owner")
        .prefetch_related("capabilities", "phases")
        .order_by(F("is_named").desc(), F("nearness").desc(), "pk")
    )
    return [Related(other, _why(case, other, capabilities, phases)) for other in found[:limit]]


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("case").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _same(case: Case, column: str) -> Any:
    """The column's weight where the other case has the same; nothing where this one says nothing."""
    value = getattr(case, column)
    if not value:
        return Value(0)
    weight = WEIGHTS[SAME[column]][0]
    return Where(When(**{column: value}, then=Value(weight)), default=Value(0), output_field=IntegerField())


def _why(case: Case, other: Case, capabilities: Collection[int], phases: Collection[str]) -> list[str]:
    shared = {
        "named": bool(getattr(other, "is_named", False)),
        "capability": any(entry.pk in capabilities for entry in other.capabilities.all()),
        "phase": any(entry.phase in phases for entry in other.phases.all()),
        **{what: _agree(case, other, column) for column, what in SAME.items()},
    }
    return [name for name in WEIGHTS if shared[name]]


def _agree(case: Case, other: Case, column: str) -> bool:
    value = getattr(case, column)
    return bool(value) and value == getattr(other, column)
