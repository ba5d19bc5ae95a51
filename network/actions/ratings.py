"""The lines of the capability grid."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from network.actions.base import ConflictError, changed, expect, locked
from network.history import record as history
from network.history.record import rating_value
from network.models import Capability, Change, Organization, Rating, RegistryVersion, User
from network.vocabulary import LEAD_CAPABILITY, Deed, Stance


@transaction.atomic
def rate(
    organization: Organization,
    *,
    capability: Capability,
    level: int,
    stance: Stance,
    note: str = "",
    evidence: str | None = None,
    expected: int | None = None,
    deed: Deed = Deed.RATED,
    by: User,
) -> Rating:
    """Say how well the organization can do one thing, and confirm it as of now.

    `evidence` None keeps what stands there. What a file stated (lead suitability, confidence) ends when the rating it
    speaks of changes. `expected` is the version the editor read, 0 for an empty line.
    Raises PermissionDenied unless `by` edits the organization, ValidationError for a bad level or text, ConflictError.
    """
    current = locked(organization, by=by)
    rating = Rating.objects.filter(organization=current, capability=capability).first()
    expect(rating, expected)
    before = rating_value(rating)
    rating = rating or _empty(current, capability)
    rating.level, rating.stance, rating.note = level, stance, note
    if evidence is not None:
        rating.evidence = evidence
    if _appears(rating, before):
        rating.version = max(rating.version, _first_version())
    _confirmed(rating, by)
    rating.full_clean()
    rating.save()
    _rated(current, capability, before, rating, deed=deed, by=by)
    return rating


@transaction.atomic
def confirm(organization: Organization, *, capability: Capability, expected: int | None = None, by: User) -> Rating:
    """Say that what is declared about one capability is still so.

    Raises PermissionDenied unless `by` edits the organization, ConflictError, and Rating.DoesNotExist where nothing is
    declared.
    """
    current = locked(organization, by=by)
    rating = Rating.objects.get(organization=current, capability=capability)
    expect(rating, expected)
    before = rating_value(rating)
    _confirmed(rating, by)
    rating.save(update_fields=["confirmed_at", "confirmed_by", "stated_confidence", "version"])
    history.note(current, {f"rating.{capability.code}": (before, rating_value(rating))}, deed=Deed.CONFIRMED, by=by)
    _freshly_confirmed(current)
    return rating


@transaction.atomic
def withdraw_rating(
    organization: Organization, *, capability: Capability, expected: int | None = None, by: User
) -> None:
    """Declare nothing about one capability any more. Raises PermissionDenied, ConflictError."""
    current = locked(organization, by=by)
    rating = Rating.objects.filter(organization=current, capability=capability).first()
    if rating is None:
        return
    expect(rating, expected)
    before = rating_value(rating)
    rating.delete()
    _rated(current, capability, before, None, deed=Deed.WITHDRAWN, by=by)


@transaction.atomic
def undo_rating(organization: Organization, *, change: Change, by: User) -> Rating | None:
    """Put one line of the grid back to what stood there before that entry of the history; None when it was empty.

    Raises PermissionDenied, ValueError for an entry that is no change of one rating, and ConflictError when the line
    was changed again since: then the newer value stays.
    """
    current = locked(organization, by=by)
    if change.organization_id != current.pk or len(change.changes) != 1:
        raise ValueError("not a change of one rating of this organization")
    ((path, (before, after)),) = change.changes.items()
    if not path.startswith("rating."):
        raise ValueError("not a change of one rating of this organization")
    capability = Capability.objects.get(code=path.removeprefix("rating."))
    rating = Rating.objects.filter(organization=current, capability=capability).first()
    if rating_value(rating) != after:
        raise ConflictError(rating)
    if before is None:
        if rating:
            rating.delete()
        _rated(current, capability, after, None, deed=Deed.UNDONE, by=by)
        return None
    rating = rating or _empty(current, capability)
    rating.level, rating.stance = before["level"], Stance(before["stance"])
    rating.note, rating.evidence = before["note"], before["evidence"]
    rating.confirmed_at = parse_datetime(before["confirmed_at"]) if before["confirmed_at"] else None
    rating.version = 1 + max(rating.version, _first_version() if _appears(rating, after) else 0)
    rating.full_clean()
    rating.save()
    _rated(current, capability, after, rating, deed=Deed.UNDONE, by=by)
    return rating


def _empty(organization: Organization, capability: Capability) -> Rating:
    """A line that is about to be written; see `_first_version`."""
    return Rating(organization=organization, capability=capability, version=_first_version())


def _first_version() -> int:
    """What the versions of a line go on after when it appears. The registry's count grew with every change of every
    line, so no version of a line comes back after it was withdrawn and declared anew; and it says nothing of what was
    done to this record."""
    return RegistryVersion.current()


def _appears(rating: Rating, before: dict[str, Any] | None) -> bool:
    """Whether a line that was a weakness is one no more: to who did not know of it, it must look like a new one."""
    return before is not None and before["stance"] == Stance.WEAKNESS != rating.stance


def _confirmed(rating: Rating, by: User) -> None:
    rating.confirmed_at, rating.confirmed_by = timezone.now(), by
    rating.stated_confidence = None
    rating.version += 1


def _rated(
    organization: Organization,
    capability: Capability,
    before: dict[str, Any] | None,
    rating: Rating | None,
    *,
    deed: Deed,
    by: User,
) -> None:
    history.note(organization, {f"rating.{capability.code}": (before, rating_value(rating))}, deed=deed, by=by)
    _freshly_confirmed(organization, *_suitability_ends(organization, capability))


def _freshly_confirmed(organization: Organization, *fields: str) -> None:
    """The day of the last confirmation is on every list: a weakness must not move it, whoever may know that one."""
    told = organization.ratings.exclude(stance=Stance.WEAKNESS)
    organization.last_confirmed_at = told.aggregate(at=Max("confirmed_at"))["at"]
    changed(organization, *fields, "last_confirmed_at")


def _suitability_ends(organization: Organization, capability: Capability) -> list[str]:
    """The fields that change because the lead's suitability is computed from this capability's rating again."""
    if capability.code != LEAD_CAPABILITY:
        return []
    organization.stated_lead_suitability = None
    return ["stated_lead_suitability"]
