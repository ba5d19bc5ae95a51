"""What bears out the ratings of an organization: reading it, and the part that follows from its experts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone

from network.believing.confidence import Breakdown, Support, breakdown
from network.codes import rows
from network.models import Capability, Evidence, ExpertCredential, Organization, Rating
from network.vocabulary import EvidenceKind

HOUR = len("2026-11-22 09")
"""As far as a moment is read: in Asia/Tokyo every day begins with a full hour of UTC."""
CONFIRMED = Cast("confirmed_at", CharField())
"""A moment as the database writes it: `2026-11-22 09:30:…` in UTC."""


@cache
def credential_capabilities() -> Mapping[str, tuple[str, ...]]:
    """Codes of the capabilities that a credential bears out, by the credential's code."""
    return {row["credential"]: tuple(row["capabilities"].split("|")) for row in rows("credential_capabilities")}


@dataclass(frozen=True, slots=True)
class Belief:
    """How far one rating is believed, and the evidence in force behind it. A partner's word for a lower level stands
    there too, though it does not count."""

    breakdown: Breakdown
    evidence: list[Evidence]


def support_of(evidence: Evidence) -> Support:
    return Support(evidence.kind, evidence.on, evidence.until, evidence.level)


def in_force(today: date) -> Q:
    """Evidence that has not run out."""
    return Q(until__isnull=True) | Q(until__gte=today)


def beliefs(ratings: Iterable[Rating]) -> dict[int, Belief]:
    """Why each of these ratings is believed, by its id; weaknesses and empty levels are absent. One query."""
    ratings, today = [rating for rating in ratings if rating.level and not rating.is_weakness], timezone.localdate()
    found: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    evidence = Evidence.objects.filter(organization__in={rating.organization_id for rating in ratings})
    for piece in evidence.filter(in_force(today)):
        found[piece.organization_id, piece.capability_id].append(piece)
    return {
        rating.pk: belief_of(rating, found[rating.organization_id, rating.capability_id], today) for rating in ratings
    }


def confidence_of(rating: Rating, evidence: Iterable[Evidence] | None = None) -> float | None:
    """The confidence of one rating today, None for a weakness and where no level is declared. `evidence` in force of
    its organization spares a query where many are asked for."""
    if evidence is None:
        found = beliefs([rating]).get(rating.pk)
        return found.breakdown.confidence if found else None
    if not rating.level or rating.is_weakness:
        return None
    own = [piece for piece in evidence if piece.capability_id == rating.capability_id]
    return belief_of(rating, own, timezone.localdate()).breakdown.confidence


def belief_of(rating: Rating, evidence: list[Evidence], today: date) -> Belief:
    """Why a declared level is believed, by the evidence in force for it."""
    confirmed = rating.confirmed_at
    parts = breakdown(
        rating.level,
        confirmed_on=timezone.localdate(confirmed) if confirmed else None,
        supports=[support_of(piece) for piece in evidence],
        stated=rating.stated_confidence,
        today=today,
        reconfirm_after=settings.RECONFIRM_AFTER_DAYS,
    )
    assert parts, "a level is declared"  # noqa: S101 - the caller asked for such ratings only
    return Belief(parts, evidence)


class Confidences:
    """The confidence of any number of ratings as of one day: evidence is read once, and what an own word alone is
    worth is computed once for each hour in which any was confirmed. `organizations` are the ones asked for; None
    stands for all."""

    def __init__(self, today: date, organizations: Collection[int] | None = None) -> None:
        self.today = today
        self._pieces: dict[tuple[int, int], list[tuple[str, date, date | None, int | None]]] = defaultdict(list)
        pieces = Evidence.objects.filter(in_force(today)).order_by()
        if organizations is not None:
            pieces = pieces.filter(organization__in=organizations)
        for organization, capability, kind, on, until, level in pieces.values_list(
            "organization_id", "capability_id", "kind", "on", "until", "level"
        ):
            self._pieces[organization, capability].append((kind, on, until, level))
        self._own_word = OwnWord(today)

    def of(self, organization: int, capability: int, level: int, confirmed: str | None) -> float:
        """Of a level above 0 whose confirmation is given as the database writes it in UTC (`CONFIRMED`): a million
        moments are read in a fraction of the time that as many `datetime`s take."""
        hour = confirmed and confirmed[:HOUR]
        if (organization, capability) in self._pieces:
            supports = [Support(*facts) for facts in self._pieces[organization, capability]]
            return _computed(hour, self.today, level, supports)
        return self._own_word[hour]


class OwnWord(dict[str | None, float]):
    """What a level is worth that nothing bears out, by the hour in which it was confirmed; filled when asked."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def __missing__(self, hour: str | None) -> float:
        return self.setdefault(hour, _computed(hour, self.today))


def _computed(hour: str | None, today: date, level: int = 1, supports: Iterable[Support] = ()) -> float:
    moment = datetime.fromisoformat(f"{hour}:00+00:00") if hour else None
    found = breakdown(
        level,
        confirmed_on=timezone.localdate(moment) if moment else None,
        supports=supports,
        today=today,
        reconfirm_after=settings.RECONFIRM_AFTER_DAYS,
    )
    assert found, "a level is declared"  # noqa: S101 - the caller asked for such ratings only
    return found.confidence


def refresh_credentials(organization: Organization) -> bool:
    """Make the evidence from credentials what the organization's experts who agreed to be shown hold now.

    Part of the caller's transaction, which tells of the change; says whether anything differed.
    """
    wanted = _credential_evidence(organization)
    present = {
        (piece.capability_id, piece.credential): piece
        for piece in Evidence.objects.filter(organization=organization, kind=EvidenceKind.CREDENTIAL)
    }
    gone = [piece.pk for key, piece in present.items() if key not in wanted]
    differing = [
        (key, days)
        for key, days in wanted.items()
        if key not in present or (present[key].on, present[key].until) != days
    ]
    Evidence.objects.filter(pk__in=gone).delete()
    for (capability, credential), (since, until) in differing:
        Evidence.objects.update_or_create(
            organization=organization,
            capability_id=capability,
            kind=EvidenceKind.CREDENTIAL,
            credential=credential,
            defaults={"on": since, "until": until},
        )
    return bool(gone or differing)


def _credential_evidence(organization: Organization) -> dict[tuple[int, str], tuple[date, date | None]]:
    """The day a credential counts from and its last day, by capability and credential; of several holders' the best."""
    ids = dict(Capability.objects.values_list("code", "pk"))
    best: dict[str, tuple[date, date | None]] = {}
    agreed = organization.experts.agreed()
    for held in ExpertCredential.objects.filter(expert__in=agreed).select_related("expert"):
        since = held.since or held.expert.agreed_on or timezone.localdate()
        other = best.get(held.credential)
        best[held.credential] = (since, held.until) if other is None else _better((since, held.until), other)
    return {
        (ids[code], credential): days
        for credential, days in best.items()
        for code in credential_capabilities().get(credential, ())
        if code in ids
    }


def _better(one: tuple[date, date | None], other: tuple[date, date | None]) -> tuple[date, date | None]:
    """The one that holds longer, then the newer one."""
    return max(one, other, key=lambda days: (days[1] or date.max, days[0]))
