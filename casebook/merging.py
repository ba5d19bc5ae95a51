"""What the casebook does when two records of one organization become one, or two again."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casebook.models import Case, Grant, Insight, Participant, Section
from casebook.signals import case_changed
from network.actions.ledger import Ledger, Step
from network.actions.merge_rules import Rule, register
from network.models import Merge, Organization

ROLE_LENGTH = 120


def _participant(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """One participant with the roles of both."""
    roles = dict.fromkeys(role for role in (standing.role, moving.role) if role)
    ledger.change(standing, {"role": "・".join(roles)[:ROLE_LENGTH]})
    return False


def register_rules() -> None:
    """What becomes of the casebook's rows that point at an organization."""
    register("casebook.case", Rule(_("所有する事例"), loose=True))
    register("casebook.participant", Rule(_("事例への参加"), _participant))
    register("casebook.consent", Rule(_("事例への同意"), loose=True))
    register("casebook.insight", Rule(_("気づき"), loose=True))
    register("casebook.reuse", Rule(_("事例の活用"), loose=True))


def on_organizations_merged(kept: Organization, dropped: Organization, ledger: Ledger, **_signal: Any) -> None:
    """What the dropped organization's key opened, the kept one's opens, notes as well as sections; of two last days
    the later one holds."""
    key = f"org:{kept.pk}"
    for grant in Grant.objects.filter(key=f"org:{dropped.pk}").order_by("pk"):
        standing = Grant.objects.filter(section=grant.section_id, key=key).first()
        if standing is None:
            ledger.change(grant, {"key": key})
            continue
        days = [day for day in (standing.until, grant.until) if day]
        ledger.change(standing, {"until": max(days) if len(days) == 2 else None})
        ledger.remove(grant)
    for insight in Insight.objects.filter(key=f"org:{dropped.pk}").order_by("pk"):
        ledger.change(insight, {"key": key})
    tell_of(ledger.steps, in_bulk=True)  # what cases bear out moved with the rest


def on_merge_undone(merge: Merge, **_signal: Any) -> None:
    tell_of(merge.ledger)


def tell_of(steps: list[Step], *, in_bulk: bool = False) -> None:
    """Say of every case in the ledger that it changed: who may read it did."""
    named: dict[str, set[int]] = {"casebook.case": set(), "casebook.participant": set(), "casebook.grant": set()}
    for step in steps:
        named.get(step["model"], set()).add(step["pk"])
    cases, sections = Q(pk__in=named["casebook.case"]), set[int]()
    for step in steps:
        if step["model"] == "casebook.participant" and "case_id" in step["before"]:
            cases |= Q(pk=step["before"]["case_id"])
        if step["model"] == "casebook.grant" and "section_id" in step["before"]:
            sections.add(step["before"]["section_id"])
    sections |= set(Grant.objects.filter(pk__in=named["casebook.grant"]).values_list("section_id", flat=True))
    cases |= Q(pk__in=Section.objects.filter(pk__in=sections).values("case"))
    cases |= Q(pk__in=Participant.objects.filter(pk__in=named["casebook.participant"]).values("case"))
    for case in Case.objects.filter(cases).order_by("pk"):
        case_changed.send(sender=Case, case=case, in_bulk=in_bulk)
