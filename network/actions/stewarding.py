"""What a steward does with what the queues show."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from network.actions.base import steward
from network.actions.pairs import in_order
from network.models import Examined, NotDuplicate, Notice, Organization, Rating, User
from network.models.capabilities import reconfirm_after
from network.notices.telling import editors_of, tell
from network.vocabulary import NoticeKind, Stance

REMIND_AGAIN_AFTER = timedelta(days=7)


@transaction.atomic
def not_duplicates(first: Organization, second: Organization, *, by: User) -> NotDuplicate:
    """Say that two records that look alike are two organizations. Raises PermissionDenied."""
    steward(by)
    low, high = in_order(first, second)
    found, _created = NotDuplicate.objects.get_or_create(first=low, second=high, defaults={"by": by})
    return found


@transaction.atomic
def maybe_duplicates(pair: NotDuplicate, *, by: User) -> None:
    """Take that back: the pair is looked for again. Raises PermissionDenied."""
    steward(by)
    pair.delete()


@transaction.atomic
def remind(organization: Organization, *, by: User) -> int | None:
    """Ask the editors to look at their record again; returns how many were told, None when they were asked within the
    last week. Raises PermissionDenied."""
    steward(by)
    held = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if reminded_since(timezone.now() - REMIND_AGAIN_AFTER).filter(organization=held).exists():
        return None
    editors = editors_of(held)
    # A weakness is not counted: the count would be the same for who may not know of it.
    lines = Rating.objects.filter(organization=held).exclude(stance=Stance.WEAKNESS)
    before = timezone.now() - reconfirm_after()
    stale = [line.confirmed_at for line in lines if line.confirmed_at is None or line.confirmed_at < before]
    oldest = min((at for at in stale if at), default=None)
    facts = {"count": len(stale), "oldest": oldest.isoformat() if oldest else ""}
    key = f"reconfirm:steward:{held.pk}:{timezone.localdate().isoformat()}"
    tell(editors, kind=NoticeKind.RECONFIRM, key=key, organization=held, facts=facts)
    return len(editors)


@transaction.atomic
def examine(organization: Organization, *, rule: str, number: int, by: User) -> Examined:
    """Say that what a rule found was looked into and is in order. Raises PermissionDenied."""
    steward(by)
    values = {"number": number, "by": by, "at": timezone.now()}
    found, _created = Examined.objects.update_or_create(organization=organization, rule=rule, defaults=values)
    return found


@transaction.atomic
def examine_again(organization: Organization, *, rule: str, by: User) -> None:
    """Take that back. Raises PermissionDenied."""
    steward(by)
    Examined.objects.filter(organization=organization, rule=rule).delete()


def reminded_since(moment: datetime) -> QuerySet[Notice]:
    """Notices that asked somebody to confirm a record since then, but for those that weaknesses alone gave rise to:
    that there was one would tell of them."""
    asked = Notice.objects.filter(kind=NoticeKind.RECONFIRM, created_at__gt=moment)
    return asked.exclude(facts__has_key="inside")
