"""What a profile shows of an organization's strengths: each with its confidence, and where that comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from network import actions
from network.access import Reader
from network.believing.confidence import Breakdown
from network.believing.evidence import Belief, beliefs
from network.codes import CREDENTIALS
from network.models import Evidence, Organization, Rating, User
from network.vocabulary import EvidenceKind


@dataclass(frozen=True, slots=True)
class Voucher:
    """A partner that confirmed a level; without an organization where the reader may not know which."""

    organization: Organization | None
    level: int
    on: date


@dataclass(frozen=True, slots=True)
class Held:
    """A credential that an expert of the organization holds."""

    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Word:
    """A partner in whose name the reader may confirm a strength, and the level it confirmed already (else 0)."""

    partner: Organization
    level: int


@dataclass(frozen=True, slots=True)
class Strength:
    """One declared level, how far it is believed, and why."""

    rating: Rating
    breakdown: Breakdown
    credentials: list[Held]
    vouchers: list[Voucher]
    cases: int
    words: list[Word]

    @property
    def evidence_address(self) -> str:
        """What the organization points at, where that is an address that can be opened; else empty."""
        text = self.rating.evidence
        return text if text.startswith(("http://", "https://")) and not any(map(str.isspace, text)) else ""


@dataclass(frozen=True, slots=True)
class Area:
    """The strengths of one area, strongest first."""

    name: str
    strengths: list[Strength]


def areas_of_strength(organization: Organization, ratings: Iterable[Rating], reader: Reader) -> list[Area]:
    """The organization's declared levels by area in the taxonomy's order, as far as the reader may see; a fixed number
    of queries. Takes ratings with their capabilities; leaves weaknesses out."""
    ratings = list(ratings)
    believed = beliefs(ratings)
    declared = [rating for rating in ratings if rating.pk in believed]
    speakers = list(actions.may_vouch(organization, reader)) if isinstance(reader, User) else []
    seen = _visible_partners(believed.values(), reader)
    strengths = [_strength(rating, believed[rating.pk], seen, speakers) for rating in declared]
    strengths.sort(key=lambda strength: strength.rating.capability.order)
    return [
        Area(name, sorted(group, key=lambda strength: -strength.rating.level))
        for name, group in groupby(strengths, key=lambda strength: strength.rating.capability.area_name)
    ]


def _visible_partners(believed: Iterable[Belief], reader: Reader) -> dict[int, Organization]:
    partners = {piece.partner_id for belief in believed for piece in belief.evidence if piece.partner_id}
    return Organization.objects.visible_to(reader).in_bulk(partners)


def _strength(rating: Rating, belief: Belief, seen: dict[int, Organization], speakers: list[Organization]) -> Strength:
    of_kind = {kind: [piece for piece in belief.evidence if piece.kind == kind] for kind in EvidenceKind}
    said = {piece.partner_id: piece.level or 0 for piece in of_kind[EvidenceKind.PARTNER]}
    return Strength(
        rating=rating,
        breakdown=belief.breakdown,
        credentials=[
            Held(CREDENTIALS.name(piece.credential), piece.until) for piece in of_kind[EvidenceKind.CREDENTIAL]
        ],
        vouchers=[_voucher(piece, seen) for piece in of_kind[EvidenceKind.PARTNER]],
        cases=len(of_kind[EvidenceKind.CASE]),
        words=[Word(partner, said.get(partner.pk, 0)) for partner in speakers],
    )


def _voucher(piece: Evidence, seen: dict[int, Organization]) -> Voucher:
    return Voucher(seen.get(piece.partner_id or 0), piece.level or 0, piece.on)
