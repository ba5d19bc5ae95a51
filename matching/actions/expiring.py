"""What the clock does to invitations: it reminds of a deadline, and lets them lapse."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching import notices
from matching.actions.teams import locked, moved, note, settled
from matching.actions.telling import tell_facilitators, tell_organization, who_looks_again
from matching.models import CheckIn, SeatInvitation
from matching.vocabulary import InvitationState, PlanState

REMIND_BEFORE = timedelta(days=2)
LAPSED = _("「%(name)s」への支援チームの招待が、返事のないまま期限を過ぎました。次の候補をご覧ください。")
NEAR = _("「%(name)s」に届いた支援チームの席への招待の期限は、%(day)sです。")


def follow_the_clock() -> int:
    """Remind, and let lapse what is late; returns how much was done. Doing it twice does nothing twice."""
    return remind_due() + expire_due() + check_ins_due()


def expire_due() -> int:
    """Let every invitation lapse whose deadline has passed; returns how many."""
    now = timezone.now()
    late = SeatInvitation.objects.filter(state=InvitationState.INVITED, deadline__lte=now)
    return sum(_expired(pk, now) for pk in list(late.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _expired(pk: int, now: datetime) -> bool:
    """Unless somebody answered since we looked."""
    current = _held(pk)
    if current.state != InvitationState.INVITED or current.deadline is None or current.deadline > now:
        return False
    moved(current, "expire", by=None, event="expired")
    settled(current.seat, by=None)
    tell_organization(current, "expired")
    tell_facilitators(current, "lapsed", LAPSED)
    return True


def remind_due() -> int:
    """Remind of every invitation whose deadline is near, once; returns how many. Not on the day it was sent."""
    now = timezone.now()
    near = SeatInvitation.objects.filter(
        state=InvitationState.INVITED,
        deadline__gt=now,
        deadline__lte=now + REMIND_BEFORE,
        reminded_at=None,
        told_at__lt=now - timedelta(days=1),
    )
    return sum(_reminded(pk, now) for pk in list(near.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _reminded(pk: int, now: datetime) -> bool:
    current = _held(pk)
    if current.state != InvitationState.INVITED or current.reminded_at is not None:
        return False
    current.reminded_at = now
    current.save(update_fields=["reminded_at"])
    note(current.seat.plan, "reminded", seat=current.seat, organization=current.organization, by=None)
    until = current.last_day
    tell_organization(current, "reminded", NEAR, until=until.isoformat() if until else "")
    return True


def _held(pk: int) -> SeatInvitation:
    found = SeatInvitation.objects.select_related("seat", "organization").get(pk=pk)
    plan = locked(found.seat.plan_id)
    current = SeatInvitation.objects.select_related("seat", "organization").get(pk=pk)
    current.seat.plan = plan
    return current


def check_ins_due() -> int:
    """Tell of every check-in whose day has come, once; returns how many."""
    due = CheckIn.objects.filter(done_on=None, reminded_at=None, due__lte=timezone.localdate())
    due = due.exclude(engagement__plan__state=PlanState.DISSOLVED)
    return sum(_asked_to_look(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _asked_to_look(pk: int) -> bool:
    found = CheckIn.objects.select_related("engagement__lead").get(pk=pk)
    plan = locked(found.engagement.plan_id)
    if not CheckIn.objects.filter(pk=pk, done_on=None, reminded_at=None).update(reminded_at=timezone.now()):
        return False
    found.engagement.plan = plan
    note(plan, "check_in_due", by=None, months=found.months)
    people = who_looks_again(found.engagement)
    notices.leave(people, found.engagement, "check_in", key=str(found.months), months=found.months)
    return True
