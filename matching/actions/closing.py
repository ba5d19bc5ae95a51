"""The end of an engagement, and what the rest of the house gets of it: room, bonds, and a case begun."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.actions import FinishedEngagement, begin_from_engagement
from casebook.models import Case
from casebook.vocabulary import Outcome, SectionKind
from casebook.writing.content import Figure, Took
from matching import notices
from matching.actions.teams import note
from matching.actions.telling import tell_members
from matching.actions.working import led, team_of
from matching.machine import plan_step
from matching.models import Engagement
from matching.models.teams import band_of
from matching.seatnames import role_name
from matching.vocabulary import EngagementState
from network.access import organization_ids_edited_by
from network.actions import ConflictError, return_slot, worked_together
from network.models import User
from network.notices.telling import editors_of

ENDED = gettext_lazy("「%(name)s」が参加する支援が終わりました。")


@dataclass(frozen=True, slots=True)
class Closed:
    engagement: Engagement
    case: Case | None
    """The case that was begun; None where `by` does not edit the lead: its editors were asked to."""


@transaction.atomic
def close(
    engagement: Engagement,
    *,
    outcome: str,
    worked: str = "",
    failed: str = "",
    stage_after: int | None = None,
    by: User,
) -> Closed:
    """End the work. Every member can begin one engagement more and has worked with every other; the lead's case is
    begun with everything that is known, by whoever closes where that person edits the lead, else when one of its
    editors says so (`begin_case`). What cases bear out becomes evidence when that case is published.

    Raises PermissionDenied, ConflictError where it is over, ValidationError.
    """
    current = led(engagement, by=by)
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("結果を選んでください。")})
    members, today = team_of(current), timezone.localdate()
    current.state, current.closed_on = EngagementState.CLOSED, today
    current.outcome, current.worked, current.failed = outcome, worked, failed
    current.stage_after = stage_after
    current.version += 1
    current.full_clean(validate_constraints=False)
    current.save()
    plan = current.plan
    plan.state, plan.ended_at = plan_step("close", plan.state), timezone.now()
    plan.save(update_fields=["state", "ended_at"])
    worked_together(members, on=today)
    for member in sorted(members, key=lambda each: each.pk):
        return_slot(member, by=by)
    note(plan, "closed", by=by, outcome=outcome)
    tell_members(current, members, "closed", ENDED)
    notices.leave(editors_of(current.lead), current, "case_due", key="")
    edits_lead = organization_ids_edited_by(by).filter(organization=current.lead_id).exists()
    return Closed(current, begin_case(current, by=by) if edits_lead else None)


@transaction.atomic
def begin_case(engagement: Engagement, *, by: User) -> Case:
    """The case of a finished engagement, in draft; the one that was begun already, where there is one.

    Raises PermissionDenied unless `by` edits the organization that led, ConflictError while the work goes on.
    """
    current = Engagement.objects.select_related("plan__need", "lead", "team").get(pk=engagement.pk)
    if not Engagement.objects.visible_to(by).contains(current):
        raise PermissionDenied
    if current.state != EngagementState.CLOSED:
        raise ConflictError(current)
    born = case_of(current)
    case = begin_from_engagement(finished(current), by=by)
    if born is None:
        note(current.plan, "case", by=by, case=case.pk)
    return case


def case_of(engagement: Engagement) -> Case | None:
    """The case that was born of it."""
    return Case.objects.filter(born_of=engagement.reference).first()


def finished(engagement: Engagement) -> FinishedEngagement:
    """Everything known of it, as the casebook takes it. What only the lab heard of the client is not part of it."""
    plan, need = engagement.plan, engagement.plan.need
    return FinishedEngagement(
        reference=engagement.reference,
        owner=engagement.lead_id,
        title=plan.title,
        industry=need.industry,
        prefecture=need.prefecture,
        size_band=band_of(need.employees),
        stage_before=need.stage,
        stage_after=engagement.stage_after,
        year=engagement.closed_on.year if engagement.closed_on else None,
        outcome=engagement.outcome,
        phases=tuple(engagement.phases.values_list("phase", flat=True)),
        participants=tuple(_took(engagement)),
        measures=tuple(
            Figure(
                name=row.name,
                unit=row.unit,
                before=row.before,
                after=row.after,
                how=row.how,
                on=row.measured_on.isoformat() if row.measured_on else None,
            )
            for row in engagement.indicators.all()
        ),
        texts=_texts(engagement),
        labs=(need.lab_id,),
        team=engagement.team_id,
    )


def _took(engagement: Engagement) -> list[Took]:
    """Every member with the seats it held and the capabilities that these asked for."""
    seats = list(engagement.plan.seats.filter(holder__isnull=False))
    found = []
    for member in team_of(engagement):
        own = [seat for seat in seats if seat.holder_id == member.pk]
        codes = dict.fromkeys(item["capability"] for seat in own for item in seat.requirements)
        roles = _("・").join(role_name(seat.role) for seat in own)
        found.append(Took(member.pk, roles, tuple(codes)))
    return found


def _texts(engagement: Engagement) -> dict[str, str]:
    """What was written down on the way, by kind of section; Markdown."""
    decided = "\n".join(
        f"- {row.on:%Y-%m-%d} {one_line(row.text)}" for row in engagement.decisions.order_by("on", "pk")
    )
    looked = "\n".join(f"- {one_line(row.note)}" for row in engagement.check_ins.filter(done_on__isnull=False))
    parts = "\n".join(
        f"- {row.name}: {row.accountable.name}" for row in engagement.phases.select_related("accountable")
    )
    done = "\n".join(f"- {one_line(task.what)}" for task in engagement.tasks.filter(done_at__isnull=False))
    found = {
        SectionKind.SUMMARY: engagement.plan.brief,
        SectionKind.ACTION: _joined((_("決めたこと"), decided), (_("したこと"), done)),
        SectionKind.RESULT: _joined((_("その後の様子"), looked), (_("引き継いだこと"), engagement.handover_note)),
        SectionKind.LESSONS: _joined(
            (_("うまくいったこと"), engagement.worked), (_("うまくいかなかったこと"), engagement.failed)
        ),
        SectionKind.TEAM: _joined((_("局面ごとの責任"), parts)),
    }
    return {str(kind.value): text for kind, text in found.items() if text.strip()}


def one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(*parts: tuple[str, str]) -> str:
    return "\n\n".join(f"### {head}\n\n{text.strip()}" for head, text in parts if text.strip())
