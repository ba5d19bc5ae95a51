"""The team at work: phases and parts, tasks, decisions, figures, and looking again later."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.actions.teams import locked, note
from matching.actions.telling import tell_members
from matching.models import CheckIn, Decision, Engagement, EngagementPhase, Indicator, Responsibility, Task
from matching.vocabulary import EngagementState, Letter
from network.actions import ConflictError
from network.models import Organization, User

HANDED_OVER = gettext_lazy("「%(name)s」が参加する支援は、企業の自走に引き継がれました。")


def joined(engagement: Engagement, *, by: User) -> Engagement:
    """The engagement as it stands now, held; for everybody in the team and its facilitators. Raises PermissionDenied,
    ConflictError where it is over."""
    current = _held(engagement)
    if not Engagement.objects.visible_to(by).contains(current):
        raise PermissionDenied
    return _under_way(current)


def led(engagement: Engagement, *, by: User) -> Engagement:
    """The same; for the facilitators and the editors of the organization that leads."""
    current = _held(engagement)
    if not Engagement.objects.led_by(by).contains(current):
        raise PermissionDenied
    return _under_way(current)


def _held(engagement: Engagement) -> Engagement:
    """With its plan held: like every verb of a team, so that no two wait for each other in a ring."""
    plan = locked(engagement.plan_id)
    current = Engagement.objects.select_related("team", "lead").get(pk=engagement.pk)
    current.plan = plan
    return current


def _under_way(engagement: Engagement) -> Engagement:
    if engagement.state == EngagementState.CLOSED:
        raise ConflictError(engagement)
    return engagement


def team_of(engagement: Engagement) -> list[Organization]:
    """Its organizations, the lead first."""
    found = list(engagement.team.organizations.order_by("pk"))
    return sorted(found, key=lambda each: each.pk != engagement.lead_id)


def _expect_member(engagement: Engagement, organization: Organization, field: str) -> None:
    if not engagement.team.members.filter(organization=organization).exists():
        raise ValidationError({field: _("チームの機関から選んでください。")})


@transaction.atomic
def plan_phase(
    engagement: Engagement,
    *,
    phase: str,
    accountable: Organization,
    starts: date | None = None,
    ends: date | None = None,
    done_on: date | None = None,
    by: User,
) -> EngagementPhase:
    """Plan a phase (a code of the list; one that is not there yet is added): who is accountable, from when to when.

    Raises PermissionDenied, ConflictError, ValidationError.
    """
    current = led(engagement, by=by)
    _expect_member(current, accountable, "accountable")
    if starts and ends and ends < starts:
        raise ValidationError({"ends": _("終了は、開始より後の日にしてください。")})
    row = current.phases.filter(phase=phase).first() or EngagementPhase(
        engagement=current, phase=phase, position=current.phases.count()
    )
    row.accountable, row.starts, row.ends, row.done_on = accountable, starts, ends, done_on
    row.full_clean()
    row.save()
    row.parts.filter(organization=accountable).delete()  # whoever is accountable has no smaller part
    note(current.plan, "phase", organization=accountable, by=by, phase=phase, about=row.name)
    return row


@transaction.atomic
def set_part(phase: EngagementPhase, *, organization: Organization, letter: Letter | None, by: User) -> None:
    """Give an organization R, C or I in a phase, or nothing. Raises PermissionDenied, ConflictError,
    ValidationError."""
    current = led(phase.engagement, by=by)
    _expect_member(current, organization, "organization")
    row = current.phases.get(pk=phase.pk)
    if row.accountable_id == organization.pk:
        raise ValidationError({"organization": _("責任をもつ機関（A）には、ほかの分担を付けません。")})
    row.parts.filter(organization=organization).delete()
    if letter is not None:
        Responsibility.objects.create(phase=row, organization=organization, letter=letter)
    said = str(letter or "")
    note(current.plan, "part", organization=organization, by=by, phase=row.phase, about=row.name, letter=said)


@transaction.atomic
def add_task(
    engagement: Engagement,
    *,
    what: str,
    organization: Organization,
    until: date | None = None,
    phase: EngagementPhase | None = None,
    by: User,
) -> Task:
    """Note who does what until when. Raises PermissionDenied, ConflictError, ValidationError."""
    current = joined(engagement, by=by)
    _expect_member(current, organization, "organization")
    task = Task(engagement=current, what=what, organization=organization, until=until, phase=phase, by=by)
    task.full_clean()
    task.save()
    note(current.plan, "task", organization=organization, by=by, about=task.what)
    return task


@transaction.atomic
def finish_task(task: Task, *, done: bool = True, by: User) -> Task:
    """Tick a task off, or take that back. Raises PermissionDenied, ConflictError."""
    engagement = joined(task.engagement, by=by)
    current = engagement.tasks.get(pk=task.pk)
    current.done_at = (current.done_at or timezone.now()) if done else None
    current.save(update_fields=["done_at"])
    kind = "task_done" if done else "task_reopened"
    note(engagement.plan, kind, organization=current.organization, by=by, about=current.what)
    return current


@transaction.atomic
def decide(engagement: Engagement, *, text: str, on: date | None = None, by: User) -> Decision:
    """Record what was decided. Raises PermissionDenied, ConflictError, ValidationError for a day to come."""
    current, today = joined(engagement, by=by), timezone.localdate()
    if on and on > today:
        raise ValidationError({"on": _("決めた日は、今日までの日にしてください。")})
    decision = Decision(engagement=current, text=text, on=on or today, by=by)
    decision.full_clean()
    decision.save()
    note(current.plan, "decision", by=by, about=decision.text)
    return decision


@transaction.atomic
def measure(
    engagement: Engagement,
    *,
    name: str,
    unit: str = "",
    before: float | None = None,
    after: float | None = None,
    how: str = "",
    measured_on: date | None = None,
    by: User,
) -> Indicator:
    """Keep a figure before and after, by its name; one that is there is replaced. Raises PermissionDenied,
    ConflictError, ValidationError."""
    current = joined(engagement, by=by)
    row = current.indicators.filter(name=name).first() or Indicator(engagement=current, name=name)
    row.unit, row.before, row.after, row.how = unit, before, after, how
    row.measured_on = measured_on or (timezone.localdate() if after is not None else None)
    if before is None and after is None:
        raise ValidationError({"before": _("支援前か支援後の数字を入力してください。")})
    row.full_clean(validate_constraints=False)
    row.save()
    note(current.plan, "indicator", by=by, about=row.name)
    return row


@transaction.atomic
def check_in(found: CheckIn, *, text: str, by: User) -> CheckIn:
    """Write down how the client does; also after the end, as long as a look is due. Raises PermissionDenied,
    ValidationError."""
    engagement = _held(found.engagement)
    if not Engagement.objects.led_by(by).contains(engagement):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"note": _("確かめた様子を書いてください。")})
    current = engagement.check_ins.get(pk=found.pk)
    current.note, current.done_on, current.by = text, timezone.localdate(), by
    current.full_clean(validate_constraints=False)
    current.save()
    note(engagement.plan, "check_in", by=by, months=current.months)
    return current


@transaction.atomic
def hand_over(engagement: Engagement, *, text: str, by: User) -> Engagement:
    """The client goes on alone (自走), with what is written of it. Raises
    PermissionDenied, ConflictError where it was done, ValidationError."""
    current = led(engagement, by=by)
    if current.state != EngagementState.WORKING:
        raise ConflictError(current)
    if not text.strip():
        raise ValidationError({"handover_note": _("引き継いだことを書いてください。")})
    current.state, current.handed_over_on = EngagementState.HANDED_OVER, timezone.localdate()
    current.handover_note = text
    current.version += 1
    current.full_clean(validate_constraints=False)
    current.save()
    note(current.plan, "handed_over", by=by)
    tell_members(current, team_of(current), "handed_over", HANDED_OVER)
    return current
