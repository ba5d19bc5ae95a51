"""Proposed corrections as a reader sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from network.access import Reader, is_member_of, is_steward
from network.actions.correctable import fingerprint, stands
from network.actions.corrections import may_propose
from network.history.words import Names, names_for, path_label, words
from network.models import Correction, Organization, Rating, User
from network.vocabulary import CorrectionState


@dataclass(frozen=True, slots=True)
class Shown:
    """One proposal as its reader sees it."""

    correction: Correction
    label: str
    before: str
    proposed: str
    now: str
    """What stands there now, where that is no longer what stood there when it was proposed; for editors."""
    seen: str
    """The fingerprint of what stands there now."""
    tells_weakness: bool
    """Whether accepting it may tell the proposer that a weakness is declared there."""

    @property
    def is_open(self) -> bool:
        return self.correction.state == CorrectionState.OPEN


def shown(corrections: Sequence[Correction], reader: Reader, organization: Organization | None = None) -> list[Shown]:
    """Proposals in words; for those to one organization with what stands there now, as far as the reader is told."""
    if not corrections:
        return []
    ratings = {f"rating.{r.capability.code}": r for r in rated(organization, reader, corrections)}
    now = {c.field: standing(organization, c.field, ratings) for c in corrections} if organization else {}
    values = [{c.field: [c.before, c.proposed]} for c in corrections] + [{f: [v] for f, v in now.items()}]
    names = names_for(reader, organization or corrections[0].organization, values)
    return [_shown(c, names, now, ratings) for c in corrections]


def rated(organization: Organization | None, reader: Reader, corrections: Sequence[Correction]) -> Sequence[Rating]:
    """The lines that the proposals speak of, as far as the reader is told of them."""
    codes = {c.field.removeprefix("rating.") for c in corrections if c.field.startswith("rating.")}
    if organization is None or not codes:
        return []
    found = Rating.objects.filter(organization=organization, capability__code__in=codes).select_related("capability")
    if Organization.objects.weaknesses_known_to(reader).filter(pk=organization.pk).exists():
        return list(found)
    return [rating for rating in found if not rating.is_weakness]


def standing(organization: Organization, field: str, ratings: dict[str, Rating]) -> Any:
    """What stands in a field now, the ratings being at hand."""
    if field.startswith("rating."):
        return {"level": ratings[field].level} if field in ratings else None
    return stands(organization, field)


def _shown(correction: Correction, names: Names, now: dict[str, Any], ratings: dict[str, Rating]) -> Shown:
    field, rating = correction.field, ratings.get(correction.field)
    hidden = rating is not None and rating.is_weakness and correction.before is None
    differs = field in now and now[field] != correction.before and not hidden
    return Shown(
        correction=correction,
        label=path_label(field, names.capabilities),
        before=words(field, correction.before, names) if field else "",
        proposed=words(field, correction.proposed, names) if field else "",
        now=words(field, now[field], names) if differs and correction.state == CorrectionState.OPEN else "",
        seen=fingerprint(now[field]) if field in now else "",
        tells_weakness=hidden,
    )


def doors(organization: Organization, reader: User) -> dict[str, Any]:
    """Which ways lead from a profile to its history and its corrections."""
    reads = is_steward(reader) or is_member_of(reader, organization.pk)
    waiting = Correction.objects.filter(organization=organization, state=CorrectionState.OPEN)
    return {
        "reads_history": reads,
        "open_corrections": waiting.count() if reads else 0,
        "may_correct": may_propose(organization, by=reader),
    }
