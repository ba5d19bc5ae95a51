"""Asking saved searches again, so that their people are told of what is new."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from network.models import Notice
from network.notices.mailing import mail
from search.alerts import answers
from search.notices import KIND, leave
from search.records import SavedMatch, SavedSearch

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
"""How long the answers of a saved search are taken for known."""
AT_ONCE = 50


def look_again(most: int = AT_ONCE) -> int:
    """Ask the saved searches that are due, the longest waiting first, and tell their people; returns how many were
    asked. One that fails is told to the operator and keeps no other waiting."""
    due = SavedSearch.objects.filter(alerts=True, user__is_active=True).exclude(looked_at__gt=timezone.now() - EVERY)
    waiting = due.order_by(F("looked_at").asc(nulls_first=True), "pk").select_related("user")[:most]
    return sum(_looked(saved) for saved in waiting)


def catch_up() -> int:
    """`look_again` until nothing is due; returns how many were asked."""
    asked = 0
    while some := look_again():
        asked += some
    return asked


def look(saved: SavedSearch) -> int:
    """Ask one search as its person, note what is new and, where it wants alerts, tell; returns how many are new.

    The first time everything is known: the person has just seen it. A person with an unread notice about the search
    gets no second one: how many there are is counted when it is read.
    """
    found = answers(saved, saved.user)
    with transaction.atomic():
        current = SavedSearch.objects.select_for_update().filter(pk=saved.pk).first()
        if current is None:
            return 0
        new = set(found).difference(current.known)
        first, current.looked_at = current.looked_at is None, timezone.now()
        current.known = sorted(new.union(current.known))
        current.save(update_fields=["known", "looked_at"])
        if first or not new:
            return 0
        _note(current, new)
        return len(new)


def _looked(saved: SavedSearch) -> int:
    try:
        look(saved)
    except Exception:
        logger.exception("search: saved search %d could not be asked", saved.pk)
        SavedSearch.objects.filter(pk=saved.pk).update(looked_at=timezone.now())
    return 1


def _note(saved: SavedSearch, new: Iterable[int]) -> None:
    SavedMatch.objects.bulk_create([SavedMatch(saved=saved, case_id=pk) for pk in sorted(new)], ignore_conflicts=True)
    waiting = Notice.objects.filter(
        user=saved.user, kind=KIND, read_at=None, key__startswith=f"search:matches:{saved.pk}:"
    )
    if not saved.alerts or waiting.exists():
        return
    leave([saved.user], "matches", key=f"{saved.pk}:{saved.looked_at:%Y%m%d%H%M%S%f}", saved=saved.pk)
    with override(settings.LANGUAGE_CODE):
        mail(
            [saved.user],
            subject=_("[結び目] 保存した検索に新しい事例があります"),
            said=_("保存した検索に、新しく一致した事例があります。次の画面でご覧ください。"),
            page=reverse("search:saved"),
            why=_("このメールは、検索を保存してお知らせを希望し、お知らせをメールでも受け取る方にお送りしています。"),
        )
