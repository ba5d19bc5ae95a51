"""Asking editors to look at their record again: what nobody confirmed for long, what was said until a day gone by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from network.models import Membership, Notice, Organization, Rating, User
from network.models.capabilities import reconfirm_after
from network.notices import mailing
from network.notices import telling as notices
from network.vocabulary import NoticeKind, Role, Stance

AGAIN_AFTER = timedelta(days=30)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Due:
    """What waits at one organization."""

    organization: int
    count: int = 0
    """How many lines nobody confirmed for long."""
    oldest: datetime | None = None
    inside: bool = False
    """True where all of these lines are weaknesses: then nobody else learns that somebody was asked."""
    until: date | None = None
    """The day, gone by, until which its capacity was stated."""


def remind(organizations: Iterable[int] | None = None) -> int:
    """Leave a notice with the editors of every organization where something waits, and a mail with those who want one;
    of these organizations only, where named. Returns how many organizations were reminded.

    The same is asked again after AGAIN_AFTER, as often as it is asked for: running it twice does nothing twice.
    """
    named = None if organizations is None else list(organizations)
    return sum(_remind_all(batch) for batch in _batches(due(named)))


def due(organizations: list[int] | None = None) -> Iterator[Due]:
    """Every active organization with an editor that was not reminded lately and should be, by id."""
    moment = timezone.now()
    found: dict[int, Due] = {}
    stale = Rating.objects.filter(
        _confirmed_before(moment), organization__in=_reachable("lines", moment, organizations)
    )
    if organizations is not None:
        stale = stale.filter(organization__in=organizations)  # or the whole table is read to find these few
    told = Count("pk", filter=~Q(stance=Stance.WEAKNESS))
    counted = stale.order_by().values("organization").annotate(n=Count("pk"), told=told, oldest=Min("confirmed_at"))
    for row in counted.iterator(chunk_size=2000):
        found[row["organization"]] = Due(row["organization"], row["n"], row["oldest"], inside=not row["told"])
    past = Organization.objects.filter(
        pk__in=_reachable("capacity", moment, organizations), capacity_until__lt=timezone.localdate(moment)
    )
    for pk, until in past.order_by().values_list("pk", "capacity_until").iterator(chunk_size=2000):
        found[pk] = replace(found.get(pk, Due(pk)), until=until)
    return iter(sorted(found.values(), key=lambda waiting: waiting.organization))


def _confirmed_before(moment: datetime) -> Q:
    """The rule of `Rating.is_stale_at` in SQL."""
    return Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=moment - reconfirm_after())


def _reachable(subject: str, moment: datetime, organizations: list[int] | None) -> QuerySet[Organization, int]:
    """Ids of active organizations with an active editor that were not lately asked about this."""
    editors = Membership.objects.filter(organization=OuterRef("pk"), role=Role.EDITOR, user__is_active=True)
    lately = Notice.objects.filter(
        organization=OuterRef("pk"),
        kind=NoticeKind.RECONFIRM,
        key__startswith=f"{subject}:",
        created_at__gt=moment - AGAIN_AFTER,
    )
    found = Organization.objects.filter(Exists(editors), ~Exists(lately), is_active=True)
    found = found if organizations is None else found.filter(pk__in=organizations)
    return found.order_by().values_list("pk", flat=True)


def _batches(waiting: Iterator[Due]) -> Iterator[list[Due]]:
    while batch := list(islice(waiting, BATCH)):
        yield batch


@transaction.atomic
def _remind_all(batch: list[Due]) -> int:
    """Ask each of them, unless somebody else did since we looked."""
    ids = [waiting.organization for waiting in batch]
    held = {o.pk: o for o in Organization.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    now = {waiting.organization: waiting for waiting in due(ids)}
    people = _editors(now)
    for pk, waiting in now.items():
        _tell(held[pk], waiting, people[pk])
    return len(now)


def _editors(organizations: Iterable[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {pk: [] for pk in organizations}
    rows = Membership.objects.filter(organization__in=list(found), role=Role.EDITOR, user__is_active=True)
    for membership in rows.select_related("user").order_by("pk"):
        found[membership.organization_id].append(membership.user)
    return found


def _tell(organization: Organization, waiting: Due, people: list[User]) -> None:
    """A notice for each thing that waits, in place of older ones that nobody read; and one mail."""
    today = timezone.localdate()
    if waiting.count:
        oldest = timezone.localdate(waiting.oldest).isoformat() if waiting.oldest else None
        facts: dict[str, object] = {"count": waiting.count, "oldest": oldest}
        facts |= {"inside": True} if waiting.inside else {}
        _ask(organization, people, f"lines:{organization.pk}:{today}", facts)
    if waiting.until:
        _ask(organization, people, f"capacity:{organization.pk}:{today}", {"until": waiting.until.isoformat()})
    with translation.override(settings.LANGUAGE_CODE):
        subject, said, why = letter(organization, waiting)
        for person in people:
            mailing.send(person, subject=subject, said=said, why=why)


def _ask(organization: Organization, people: list[User], key: str, facts: dict[str, object]) -> None:
    older = Notice.objects.filter(organization=organization, kind=NoticeKind.RECONFIRM, read_at=None)
    older.filter(key__startswith=f"{key.partition(':')[0]}:").update(read_at=timezone.now())
    notices.tell(people, kind=NoticeKind.RECONFIRM, key=key, organization=organization, facts=facts)


def letter(organization: Organization, waiting: Due) -> tuple[str, str, str]:
    """Subject of the mail, what to do and where, and why it came. No line of the record is named: a mail travels
    further than a page."""
    said = []
    if waiting.count:
        said.append(_("確認をお願いしたい記入が%(n)d件あります。数分で終わります。") % {"n": waiting.count})
        said.append(_page("network:reconfirm", organization))
    if waiting.until:
        day = date_format(waiting.until, "DATE_FORMAT")
        said.append(_("受付の状況の期限（%(day)s）が過ぎました。いまの状況をお知らせください。") % {"day": day})
        said.append(_page("network:capacity", organization))
    why = _("このメールは「%(name)s」の編集者のうち、お知らせをメールでも受け取る方にお送りしています。") % {
        "name": organization.name
    }
    subject = _("[結び目] %(name)sのプロフィールの確認のお願い") % {"name": organization.name}
    return subject, "\n\n".join([organization.name, *said]), why


def _page(route: str, organization: Organization) -> str:
    """The address of a page; its path alone where the site was not told its own address."""
    return f"{settings.SITE_URL}{reverse(route, args=[organization.pk])}"
