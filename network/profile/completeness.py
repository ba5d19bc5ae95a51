"""How much of a profile is filled in, and the single next best thing to fill.

A profile is a hundred points. What decides whether a proposal can use it weighs most: the capability lines (20), that
they were confirmed (12) and that high levels name their grounds (10).

| points | full when |
|---|---|
| 6 | the description has 40 characters or more |
| 6 | a way to reach the organization is named: e-mail or telephone |
| 8 | it is said where it works: areas, an office, nationwide or remote |
| 4 | an industry is named |
| 8 | the capacity holds until a day that has not passed |
| 20 | 15 capabilities have an entry (in proportion) |
| 4 | the entries reach 4 areas (in proportion) |
| 6 | a strength is declared |
| 6 | a weakness is declared: what others may complement |
| 10 | every level of 3 or more has a note or a ground (in proportion) |
| 12 | every entry was confirmed within RECONFIRM_AFTER_DAYS (in proportion) |
| 8 | interests are declared, or that there are none |
| 2 | an expert is named |
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Organization, Rating
from network.vocabulary import Stance

ENOUGH_LINES = 15
ENOUGH_AREAS = 4
ENOUGH_WORDS = 40
NEEDS_GROUNDS = 3
"""From this level on others rely on it alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to fill: how many points it is worth, the share that is there, what to do next and where."""

    name: str | Promise
    points: int
    share: float
    advice: str | Promise
    link: str

    @property
    def earned(self) -> int:
        return int(self.points * self.share + 1e-9)

    @property
    def missing(self) -> float:
        return self.points * (1 - self.share)


@dataclass(frozen=True, slots=True)
class Completeness:
    parts: tuple[Part, ...]

    @property
    def percent(self) -> int:
        """0 to 100, rounded down: 100 only when nothing is missing."""
        return int(sum(part.points * part.share for part in self.parts) + 1e-9)

    @property
    def next(self) -> Part | None:
        """What brings most; of equals the one that stands first. None when nothing is missing."""
        return max((part for part in self.parts if part.share < 1), key=lambda part: part.missing, default=None)


RELATED = ("ratings__capability", "industries", "service_areas", "offices", "experts")
"""What `completeness` reads beside the organization itself."""


def with_completeness(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    """So that `completeness` asks nothing more, for any number of organizations."""
    return organizations.prefetch_related(*RELATED)


def completeness(organization: Organization, now: datetime | None = None) -> Completeness:
    """How full the profile is now. For members of the organization: it counts weaknesses too."""
    now = now or timezone.now()
    prefetch_related_objects([organization], *RELATED)
    ratings = list(organization.ratings.all())
    return Completeness(
        (
            *_lines(organization, ratings, now),
            *_spread(organization, ratings),
            *_terms(organization, now),
            *_description(organization),
        )
    )


def _lines(organization: Organization, ratings: Collection[Rating], now: datetime) -> list[Part]:
    """What the capability grid says line by line; in the order in which a newcomer fills it."""
    high = [rating for rating in ratings if rating.level >= NEEDS_GROUNDS and not rating.is_weakness]
    return [
        Part(
            _("支援領域の記入"),
            20,
            min(len(ratings) / ENOUGH_LINES, 1),
            _("できることを15領域まで書きましょう。候補から始められます。"),
            _grid(organization, "empty"),
        ),
        Part(
            _("最近の確認"),
            12,
            _share(ratings, lambda rating: not rating.is_stale_at(now)),
            _("確認から時間がたった行を見直しましょう。同じなら「確認しました」を押すだけです。"),
            _grid(organization, "stale"),
        ),
        Part(
            _("根拠"),
            10,
            _share(high, lambda rating: bool(rating.note or rating.evidence)) if high else _anything(ratings),
            _("レベル3以上の行に、メモか根拠を書きましょう。"),
            _grid(organization, "bare"),
        ),
    ]


def _spread(organization: Organization, ratings: Collection[Rating]) -> list[Part]:
    """What the capability grid says as a whole."""
    areas = {rating.capability.area for rating in ratings}

    def stands(stance: Stance) -> float:
        return float(any(rating.stance == stance for rating in ratings))

    return [
        Part(
            _("強み"),
            6,
            stands(Stance.STRENGTH),
            _("いちばん任せてほしいことを「強み」にしましょう。"),
            _grid(organization, "filled"),
        ),
        Part(
            _("補ってほしいこと"),
            6,
            stands(Stance.WEAKNESS),
            _("補ってほしいことを「弱み」にしましょう。組む相手が見つかりやすくなります。"),
            _grid(organization, ""),
        ),
        Part(
            _("領域の広がり"),
            4,
            min(len(areas) / ENOUGH_AREAS, 1),
            _("ほかの領域でも、できることがないか見てみましょう。"),
            _grid(organization, "empty"),
        ),
    ]


def _grid(organization: Organization, show: str) -> str:
    return f"{reverse('network:ratings', args=[organization.pk])}?show={show}"


def _terms(organization: Organization, now: datetime) -> list[Part]:
    """Where and when the organization can help, and whom it is tied to."""
    today = timezone.localdate(now)
    until = organization.capacity_until
    somewhere = organization.nationwide or organization.remote
    somewhere = somewhere or bool(organization.service_areas.all() or organization.offices.all())
    return [
        Part(
            _("対応地域"),
            8,
            float(somewhere),
            _("どこで支援できるかを書きましょう。"),
            reverse("network:area", args=[organization.pk]),
        ),
        Part(
            _("受付の状況"),
            8,
            float(until is not None and until >= today),
            _("いま何件受けられるか、いつまで有効かを書きましょう。"),
            reverse("network:capacity", args=[organization.pk]),
        ),
        Part(
            _("利害関係"),
            8,
            float(organization.ties_declared is not None),
            _("利害関係の有無を知らせましょう。"),
            reverse("network:ties", args=[organization.pk]),
        ),
    ]


def _description(organization: Organization) -> list[Part]:
    """Who it is, and who does the work."""
    describe = reverse("network:describe", args=[organization.pk])
    reachable = bool(organization.contact_email or organization.contact_phone)
    return [
        Part(
            _("紹介"),
            6,
            float(len(organization.about) >= ENOUGH_WORDS),
            _("何を大切に、だれを支援しているかを40字以上で紹介しましょう。"),
            describe,
        ),
        Part(_("連絡先"), 6, float(reachable), _("連絡先のメールか電話を書きましょう。"), describe),
        Part(
            _("業種"),
            4,
            float(bool(organization.industries.all())),
            _("支援できる業種を選びましょう。"),
            describe,
        ),
        Part(
            _("専門家"),
            2,
            float(bool(organization.experts.all())),
            _("実際に支援する人を1人登録しましょう。"),
            reverse("network:experts", args=[organization.pk]),
        ),
    ]


def _share(ratings: Collection[Rating], good: Callable[[Rating], bool]) -> float:
    """Which share of the lines is good; none where there are no lines."""
    return sum(map(good, ratings)) / len(ratings) if ratings else 0.0


def _anything(ratings: Collection[Rating]) -> float:
    """A profile with entries but without high levels owes no grounds; an empty one earned nothing."""
    return 1.0 if ratings else 0.0
