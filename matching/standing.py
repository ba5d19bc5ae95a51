"""Where needs stand, from the first call to the end of the support: one word a need, and how many stand where."""

from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from matching.models import Need, Proposal, TeamPlan
from matching.vocabulary import NeedStanding, PlanState


def with_standing(needs: QuerySet[Need]) -> Any:
    """The same needs, each with `standing` (a value of NeedStanding) and `plan_pk` (its latest team's plan, or None).

    A dissolved plan counts as if it had never been: the need stands again where its proposals do.
    """
    plans = TeamPlan.objects.filter(need=OuterRef("pk")).exclude(state=PlanState.DISSOLVED).order_by("-pk")
    proposed = Exists(Proposal.objects.filter(need=OuterRef("pk")))
    without = Case(
        When(proposed, then=Value(NeedStanding.PROPOSED)),
        default=Value(NeedStanding.ASKED),
        output_field=CharField(),
    )
    return needs.annotate(
        standing=Coalesce(Subquery(plans.values("state")[:1]), without), plan_pk=Subquery(plans.values("pk")[:1])
    )


def by_standing(needs: QuerySet[Need]) -> list[tuple[str, str, int]]:
    """(value, label, how many) for every standing, in the order of the work; those where none stands too."""
    rows = with_standing(needs).order_by().values_list("standing").annotate(n=Count("pk"))
    found = dict(rows)
    return [(each.value, str(each.label), found.get(each.value, 0)) for each in NeedStanding]
