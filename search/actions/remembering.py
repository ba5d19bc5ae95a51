"""What is remembered of searches: each person's own last ones, and, without the person, what nobody found."""

import re
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from network.access import is_steward
from network.models import User
from search.asking import as_filters, fingerprint, one_line
from search.facets import Chosen
from search.records import PastSearch, ZeroResult

REMEMBERED = 50
"""The last searches of one person; older ones are forgotten."""
TYPING = timedelta(minutes=2)
"""Within it a question that only goes on from the last one takes its place: it was typed in steps."""
KEPT_DAYS = 180
"""What nobody asked again for so long is forgotten too."""
PERSONAL = re.compile(r"[^\s@]+@[^\s@]+|\d(?:[-‐－ー ()（）]?\d){6,}")
"""Addresses and long numbers (telephones, 法人番号): they name somebody, and no vocabulary ever needs them."""


@transaction.atomic
def remember(*, query: str, chosen: Chosen, total: int, by: User) -> None:
    """Put the question on top of the person's own last ones; a question without words and choices is none."""
    line, filters = one_line(query), as_filters(chosen)
    if not (line or filters):
        return
    own, now = PastSearch.objects.filter(user=by), timezone.now()
    last = own.first()
    if last and last.filters == filters and line.startswith(last.query) and last.query and now - last.at < TYPING:
        last.delete()
    values = {"query": line, "filters": filters, "total": total, "at": now}
    PastSearch.objects.update_or_create(user=by, fingerprint=fingerprint(line, filters), defaults=values)
    own.exclude(pk__in=own.values_list("pk", flat=True)[:REMEMBERED]).delete()


@transaction.atomic
def forget(past: PastSearch, *, by: User) -> None:
    """Forget one. Raises PermissionDenied for another person's."""
    if not PastSearch.objects.visible_to(by).filter(pk=past.pk).delete()[0]:
        raise PermissionDenied


@transaction.atomic
def forget_all(*, by: User) -> int:
    """Forget every one of the person's; returns how many."""
    return PastSearch.objects.visible_to(by).delete()[0]


@transaction.atomic
def note_unanswered(*, query: str, narrowed: bool) -> None:
    """Count that words found nothing, `narrowed` where choices had a part in it. Says nothing of who asked."""
    line = PERSONAL.sub("…", one_line(query))
    if not line.strip("… "):
        return
    today = timezone.localdate()
    kept, made = ZeroResult.objects.get_or_create(
        fingerprint=fingerprint(line, {}),
        defaults={"query": line, "narrowed": int(narrowed), "first_on": today, "last_on": today},
    )
    if not made:
        counted = {"times": F("times") + 1, "narrowed": F("narrowed") + int(narrowed)}
        ZeroResult.objects.filter(pk=kept.pk).update(**counted, last_on=today)


@transaction.atomic
def settle_unanswered(zero: ZeroResult, *, by: User) -> None:
    """Take it from the list, until somebody asks it again on another day. Raises PermissionDenied unless `by` is a
    steward."""
    if not is_steward(by):
        raise PermissionDenied
    ZeroResult.objects.filter(pk=zero.pk).update(settled_on=timezone.localdate())


@transaction.atomic
def sweep() -> int:
    """Forget what was not asked again for KEPT_DAYS; returns how many."""
    since = timezone.localdate() - timedelta(days=KEPT_DAYS)
    moment = timezone.now() - timedelta(days=KEPT_DAYS)
    gone = ZeroResult.objects.filter(last_on__lt=since).delete()[0]
    return gone + PastSearch.objects.filter(at__lt=moment).delete()[0]
