"""How long ago somebody said that a record is still so, in words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.models import Organization, Rating
from network.models.capabilities import reconfirm_after

MONTH = timedelta(days=365.25 / 12)

Confirmable = Rating | Organization | datetime | None
"""A line, an organization (its newest confirmation), or the moment itself; None for never."""


def confirmed_at(of: Confirmable) -> datetime | None:
    """When it was last confirmed."""
    if isinstance(of, Rating):
        return of.confirmed_at
    return of.last_confirmed_at if isinstance(of, Organization) else of


def is_stale(of: Confirmable, now: datetime | None = None) -> bool:
    """True when somebody should look again: the rule of `Rating.is_stale_at`."""
    moment = confirmed_at(of)
    return moment is None or moment < (now or timezone.now()) - reconfirm_after()


def confirmed_words(of: Confirmable, now: datetime | None = None) -> str:
    """「3か月前に確認」 while it is fresh, 「未確認 8か月」 when it should be looked at again, 「未確認」 for never."""
    moment, now = confirmed_at(of), now or timezone.now()
    if moment is None:
        return _("未確認")
    if is_stale(moment, now):
        return _("未確認 %(age)s") % {"age": age_words(now - moment)}
    if now - moment < timedelta(days=1):
        return _("今日確認")
    return _("%(age)s前に確認") % {"age": age_words(now - moment)}


def age_words(age: timedelta) -> str:
    """A length of time in its largest sensible unit: 3日, 5週間, 8か月, 2年; less than a day counts as one."""
    days, months = max(age.days, 1), int(age / MONTH)
    if days < 14:
        return ngettext("%(n)d日", "%(n)d日", days) % {"n": days}
    if months < 2:
        return ngettext("%(n)d週間", "%(n)d週間", days // 7) % {"n": days // 7}
    if months < 24:
        return ngettext("%(n)dか月", "%(n)dか月", months) % {"n": months}
    return ngettext("%(n)d年", "%(n)d年", months // 12) % {"n": months // 12}
