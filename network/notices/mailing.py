"""Mail to people as each wants it: at once, once a day, or none; and never in their quiet hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from network import post
from network.models import DigestLine, User
from network.vocabulary import MailPace

JAPAN = ZoneInfo("Asia/Tokyo")
MORNING = 8
"""The hour in Japan at which what was gathered goes out."""
SUBJECT_LENGTH = 200


def mail(people: Iterable[User], *, subject: str | Promise, said: str | Promise, page: str, why: str | Promise) -> None:
    """A mail to those of them who want mail: what happened, where one acts, why it came and how to stop it; in the
    caller's transaction."""
    with override(settings.LANGUAGE_CODE):
        for person in people:
            send(person, subject=str(subject), said=f"{said}\n\n{settings.SITE_URL}{page}", why=str(why))


def send(person: User, *, subject: str, said: str, why: str) -> None:
    """The same to one person, with the address of the page already in `said`."""
    if not wants_mail(person):
        return
    now = timezone.now()
    if person.mail_pace == MailPace.DAILY:
        due = next_digest(person, now)
        DigestLine.objects.create(user=person, subject=subject[:SUBJECT_LENGTH], said=said, why=why, due_at=due)
    else:
        post.write(to=person.email, subject=subject, body=body_of([said], [why]), due_at=after_quiet(person, now))
    transaction.on_commit(gather, robust=True)  # where no worker runs, nobody else would


def wants_mail(person: User) -> bool:
    return person.wants_mail and person.is_active


def body_of(said: Iterable[str], why: Iterable[str]) -> str:
    """The whole text, with why it came and how to stop it."""
    stop = _("止めるには、アカウントの画面の「お知らせをメールでも受け取る」で「受け取らない」を選んでください。")
    account = f"{settings.SITE_URL}{reverse('network:account')}"
    return "\n\n".join([*said, "\n".join([*dict.fromkeys(why), stop]), account]) + "\n"


# --- When ---------------------------------------------------------------------------------------


def after_quiet(person: User, moment: datetime) -> datetime:
    """The moment, or the end of the person's quiet hours where it falls into them."""
    start, end = person.quiet_from, person.quiet_until
    if start is None or end is None:
        return moment
    here = moment.astimezone(JAPAN)
    inside = start <= here.hour < end if start < end else here.hour >= start or here.hour < end
    return _next(here, end) if inside else moment


def next_digest(person: User, moment: datetime) -> datetime:
    """The next morning mail after the moment."""
    return after_quiet(person, _next(moment.astimezone(JAPAN), MORNING))


def _next(here: datetime, hour: int) -> datetime:
    """The next full hour of that number; Japan knows no summer time."""
    today = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > here else today + timedelta(days=1)


# --- Gathering ----------------------------------------------------------------------------------


def gather(limit: int = 100) -> int:
    """Write the mails that are due from what waits for them; returns how many. Running it twice does nothing twice."""
    due = DigestLine.objects.filter(due_at__lte=timezone.now()).order_by("user").values_list("user", flat=True)
    return sum(_gather(pk) for pk in due.distinct()[:limit])


@transaction.atomic
def _gather(pk: int) -> int:
    person = User.objects.select_for_update(no_key=True).get(pk=pk)
    lines = list(DigestLine.objects.filter(user=person))
    if not lines or not any(line.due_at <= timezone.now() for line in lines):
        return 0  # somebody else was quicker
    DigestLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    if not wants_mail(person):
        return 0
    with override(settings.LANGUAGE_CODE):
        subject = _("[結び目] お知らせのまとめ（%(n)d件）") % {"n": len(lines)}
        head = _("前回からのお知らせは%(n)d件です。") % {"n": len(lines)}
        said = [f"■ {line.subject.removeprefix('[結び目] ')}\n{line.said}" for line in lines]
        body = body_of([head, *said], [line.why for line in lines])
    post.write(to=person.email, subject=subject, body=body, due_at=after_quiet(person, timezone.now()))
    return 1
