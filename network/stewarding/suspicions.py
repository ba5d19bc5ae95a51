"""Records that say what is hardly true: rules in plain words, each with the numbers it found.

A rule never says that somebody lies; it says where a person should look. Weaknesses take no part. All rules together
are a handful of aggregates over the registry and its history of a year, computed once per version of the registry
and day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache as store
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, TruncDate, TruncMinute
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.corporate_number import check_digit
from network.models import Change, Evidence, Examined, Organization, Rating, RegistryVersion
from network.vocabulary import MAX_LEVEL, CapacityStatus, Deed, EvidenceKind, Stance

KEPT_FOR = 24 * 60 * 60
YEAR = timedelta(days=365)
LINES_ALL_TOP = 5
UNPROVEN_TOP = 20
RUSHED_LINES, RUSHED_TIMES = 15, 2
LEAPS = 10
SHARED_EMAIL = 5
RING_LINES = 3

WORDS: Mapping[str, Promise] = {
    "all_top": _("記入%(n)d件がすべてレベル4です。"),
    "unproven": _("根拠のないレベル4が%(n)d件あります。"),
    "rushed": _("1分のうちに15件以上をまとめて確認したことが、1年に%(n)d回あります。中身を見ていないかもしれません。"),
    "leaps": _("1日に%(n)d件がレベル0または未記入からレベル4に変わりました。"),
    "ring": _("「%(other)s」と、互いだけで%(n)d件を確認し合っています。"),
    "closed": _("受付停止のまま1年を過ぎて、自己評価の確認だけが続いています。"),
    "number": _("法人番号（%(other)s）の検査数字が合いません。"),
    "email": _("連絡先のメールが、ほかの%(n)d機関と同じです。"),
}
"""Why a record is there. `n` is a number, `other` a name or a number as it stands in the record."""

Pair = list[dict[str, object] | None]
"""What stood in one place of the record, before and after."""

LABELS: Mapping[str, Promise] = {
    "all_top": _("すべてレベル4"),
    "unproven": _("根拠のないレベル4"),
    "rushed": _("まとめての確認"),
    "leaps": _("急なレベルの上がり方"),
    "ring": _("互いだけの確認"),
    "closed": _("受付停止が1年以上"),
    "number": _("法人番号の誤り"),
    "email": _("同じ連絡先"),
}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One reason to look at one record."""

    organization: int
    rule: str
    number: int = 0
    other: str = ""
    since: datetime | None = None
    """Since when it is so, as far as the record tells."""

    @property
    def sentence(self) -> str:
        return str(WORDS[self.rule]) % {"n": self.number, "other": self.other}


def suspected() -> list[Suspicion]:
    """What the rules find and no steward found in order within a year, by record."""
    recent = Examined.objects.filter(at__gt=timezone.now() - YEAR).values_list("organization", "rule", "number")
    in_order = {(organization, rule): n for organization, rule, n in recent}
    return [found for found in everything() if in_order.get((found.organization, found.rule), -1) < found.number]


def everything() -> list[Suspicion]:
    """Everything the rules find in active records, by record; computed once per version of the registry and day."""
    key = f"network.stewarding.suspicions.{RegistryVersion.current()}.{timezone.localdate()}"
    found: list[Suspicion] | None = store.get(key)
    if found is None:
        active = set(Organization.objects.filter(is_active=True).values_list("pk", flat=True))
        all_found = [suspicion for rule in RULES for suspicion in rule()]
        found = sorted((s for s in all_found if s.organization in active), key=lambda s: (s.organization, s.rule))
        store.set(key, found, KEPT_FOR)
    return found


def _lines() -> QuerySet[Rating]:
    return Rating.objects.exclude(stance=Stance.WEAKNESS).order_by()


def all_top() -> Iterator[Suspicion]:
    """Every line at the highest level."""
    rows = _lines().values("organization").annotate(n=Count("pk"), low=Min("level"), at=Max("confirmed_at"))
    for row in rows.filter(low=MAX_LEVEL, n__gte=LINES_ALL_TOP):
        yield Suspicion(row["organization"], "all_top", row["n"], since=row["at"])


def unproven() -> Iterator[Suspicion]:
    """Many lines at the highest level for which nothing speaks but the organization."""
    pieces = Evidence.objects.filter(organization=OuterRef("organization"), capability=OuterRef("capability"))
    top = _lines().filter(level=MAX_LEVEL)
    many = top.values("organization").annotate(n=Count("pk")).filter(n__gte=UNPROVEN_TOP).values("organization")
    bare = top.filter(~Exists(pieces), evidence="", organization__in=many)
    rows = bare.values("organization").annotate(n=Count("pk"), at=Max("confirmed_at"))
    for row in rows.filter(n__gte=UNPROVEN_TOP):
        yield Suspicion(row["organization"], "unproven", row["n"], since=row["at"])


def rushed() -> Iterator[Suspicion]:
    """Many lines confirmed one by one within a minute, again and again."""
    confirmed = _changes(Deed.CONFIRMED).annotate(minute=TruncMinute("at"))
    rows = confirmed.values("organization", "minute").annotate(n=Count("pk")).filter(n__gte=RUSHED_LINES)
    busy = {(row["organization"], row["minute"]) for row in rows}
    told: Counter[tuple[int, datetime]] = Counter()
    some = confirmed.filter(organization__in={organization for organization, _minute in busy})
    for organization, minute, changes in some.values_list("organization", "minute", "changes").iterator():
        told[organization, minute] += not any(map(_hidden, changes.values()))
    minutes: dict[int, list[datetime]] = defaultdict(list)
    for organization, minute in busy:
        if told[organization, minute] >= RUSHED_LINES:
            minutes[organization].append(minute)
    for organization, found in minutes.items():
        if len(found) >= RUSHED_TIMES:
            yield Suspicion(organization, "rushed", len(found), since=min(found))


def leaps() -> Iterator[Suspicion]:
    """Many lines from nothing to the highest level on one day."""
    dated = _changes(Deed.RATED).annotate(day=TruncDate("at"))
    busy = dated.values("organization", "day").annotate(n=Count("pk")).filter(n__gte=LEAPS)
    busy_days: set[tuple[int, date]] = {(row["organization"], row["day"]) for row in busy}
    some = dated.filter(organization__in={organization for organization, _day in busy_days})
    lines: dict[tuple[int, date], set[str]] = defaultdict(set)
    since: dict[tuple[int, date], datetime] = {}
    for organization, day, at, changes in some.values_list("organization", "day", "at", "changes").iterator():
        if (organization, day) in busy_days:
            lines[organization, day] |= {path for path, pair in changes.items() if _leap(path, pair)}
            since.setdefault((organization, day), at)
    for (organization, day), paths in lines.items():
        if len(paths) >= LEAPS:
            yield Suspicion(organization, "leaps", len(paths), since=since[organization, day])


def _leap(path: str, pair: Pair) -> bool:
    before, after = pair
    level = (before or {}).get("level", 0)
    return path.startswith("rating.") and not _hidden(pair) and level == 0 and (after or {}).get("level") == 4


def _hidden(pair: Pair) -> bool:
    """Whether a weakness stood there before or after."""
    return any(isinstance(side, Mapping) and side.get("stance") == Stance.WEAKNESS for side in pair)


def ring() -> Iterator[Suspicion]:
    """Two that confirm each other, and whom nobody else confirms."""
    words = Evidence.objects.filter(kind=EvidenceKind.PARTNER).order_by().values("organization", "partner")
    partners: dict[int, dict[int, int]] = defaultdict(dict)
    since: dict[int, datetime] = {}
    for row in words.annotate(n=Count("pk"), on=Min("on")):
        partners[row["organization"]][row["partner"]] = row["n"]
        since[row["organization"]] = timezone.make_aware(datetime.combine(row["on"], datetime.min.time()))
    pairs = [
        (one, other)
        for one, found in partners.items()
        for other in found
        if len(found) == 1 and set(partners.get(other, ())) == {one}
        if found[other] + partners[other][one] >= RING_LINES
    ]
    names = dict(Organization.objects.filter(pk__in={pk for pair in pairs for pk in pair}).values_list("pk", "name"))
    for one, other in pairs:
        together = partners[one][other] + partners[other][one]
        yield Suspicion(one, "ring", together, names[other], min(since[one], since[other]))


def closed() -> Iterator[Suspicion]:
    """Closed for more than a year, and lines are confirmed all the same."""
    since = timezone.now() - YEAR
    moved = Change.objects.filter(organization=OuterRef("pk"), deed=Deed.CAPACITY, at__gt=since)
    found = Organization.objects.filter(
        ~Exists(moved), capacity_status=CapacityStatus.CLOSED, created_at__lt=since, last_confirmed_at__gt=since
    )
    for pk, at in found.order_by().values_list("pk", "last_confirmed_at"):
        yield Suspicion(pk, "closed", since=at)


def number() -> Iterator[Suspicion]:
    """A 法人番号 that cannot be one: files and old releases may have brought it in."""
    numbered = Organization.objects.exclude(corporate_number=None).order_by()
    for pk, digits, at in numbered.values_list("pk", "corporate_number", "created_at"):
        if digits and int(digits[0]) != check_digit(digits[1:]):
            yield Suspicion(pk, "number", other=digits, since=at)


def email() -> Iterator[Suspicion]:
    """One contact address of many organizations."""
    named = Organization.objects.filter(~Q(contact_email=""), is_active=True).order_by()
    active = named.annotate(address=Lower("contact_email"))
    many = active.values("address").annotate(n=Count("pk")).filter(n__gte=SHARED_EMAIL)
    sizes = {row["address"]: row["n"] for row in many}
    for pk, address, at in active.filter(address__in=sizes).values_list("pk", "address", "created_at"):
        yield Suspicion(pk, "email", sizes[address] - 1, since=at)


def _changes(deed: Deed) -> QuerySet[Change]:
    return Change.objects.filter(deed=deed, at__gt=timezone.now() - YEAR).order_by()


RULES: tuple[Callable[[], Iterator[Suspicion]], ...] = (
    all_top,
    unproven,
    rushed,
    leaps,
    ring,
    closed,
    number,
    email,
)
