"""Writing about a need: one writing at a time, each on the version its writer read, each kept as a version."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import neednotices
from matching.models import CoFacilitator, Need, NeedVersion, Requirement
from matching.needhistory import Snapshot, difference, snapshot
from network.access import lab_ids_facilitated_by
from network.actions import ConflictError
from network.models import Capability, KeptReply, Organization, User

MOST_COFACILITATORS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement as a form or a file gives it."""

    capability: Capability
    phase: str
    level: int
    weight: float
    must: bool
    locked: Organization | None = None
    keeps_lock: bool = True
    """Where `locked` is None: whether a lock that the stored requirement has stays."""


# --- Versions -----------------------------------------------------------------------------------


@contextmanager
def changing(need: Need, *, by: User, expected: int | None = None) -> Iterator[Need]:
    """One writing about a stored need: gives the need as it stands now, held until the writing is over, and leaves a
    version where something differs then.

    Raises PermissionDenied unless `by` may change it, ConflictError (with the need as it stands) where its version is
    not the `expected` one; None expects nothing. `need.version` is the new number afterwards.
    """
    with transaction.atomic():
        current = _held(need, by)
        if expected is not None and expected != current.version:
            raise ConflictError(current)
        before = snapshot(current)
        yield current
        need.version = _kept(current, before, by)


def _held(need: Need, by: User) -> Need:
    rows = Need.objects.select_related("lab").select_for_update(no_key=True, of=("self",))
    current = rows.filter(pk=need.pk).first()
    if current is None:
        raise ConflictError(None)
    if not Need.objects.editable_by(by).contains(current):
        raise PermissionDenied
    return current


def _kept(current: Need, before: Snapshot, by: User) -> int:
    """The number after the writing: the next one, where something differs."""
    changes = difference(before, snapshot(current))
    if not changes:
        return current.version
    number = current.version + 1
    Need.objects.filter(pk=current.pk).update(version=number, updated_at=timezone.now())
    NeedVersion.objects.create(need=current, number=number, by=by, by_name=by.called, changes=changes)
    return number


# --- The need itself ----------------------------------------------------------------------------


@transaction.atomic
def save_need(
    need: Need,
    *,
    requirements: list[Wanted],
    must_include: list[Organization],
    exclude: list[Organization],
    suppliers: list[Organization] | None = None,
    by: User,
    expected: int | None = None,
) -> Need:
    """Store a need with its requirements in their order; replaces what was there. `suppliers` None keeps them.

    Raises PermissionDenied unless `by` may change the need and, where its lab is new, facilitates for the old one and
    the new; ConflictError unless the stored version is the `expected` one; ValidationError for bad fields.
    """
    given = {"must_include": must_include, "exclude": exclude}
    if suppliers is not None:
        given["suppliers"] = suppliers
    if need.pk:
        with changing(need, by=by, expected=expected) as current:
            if need.lab_id != current.lab_id:
                _serves(by, current.lab_id, need.lab_id)
            need.version = current.version
            _store(need, requirements, given)
        return need
    _serves(by, need.lab_id)
    need.created_by = need.created_by or by
    _store(need, requirements, given)
    need.version = _kept(need, {}, by)
    return need


def _serves(by: User, *labs: int) -> None:
    """Raises PermissionDenied unless the person facilitates for each of the labs."""
    if lab_ids_facilitated_by(by).filter(lab__in=labs).count() != len(set(labs)):
        raise PermissionDenied


def _store(need: Need, requirements: list[Wanted], given: Mapping[str, list[Organization]]) -> None:
    need.full_clean(exclude=["created_by"])  # who began it may have left
    need.save()
    _replace_requirements(need, requirements)
    for name, organizations in given.items():
        getattr(need, name).set(organizations)


def _replace_requirements(need: Need, requirements: list[Wanted]) -> None:
    held = need.requirements.filter(locked__isnull=False).values_list("capability", "phase", "locked")
    locks = {(capability, phase): organization for capability, phase, organization in held}
    need.requirements.all().delete()
    Requirement.objects.bulk_create(
        Requirement(
            need=need,
            capability=wanted.capability,
            phase=wanted.phase,
            level=wanted.level,
            weight=wanted.weight,
            must=wanted.must,
            position=position,
            locked_id=_lock(wanted, locks),
        )
        for position, wanted in enumerate(requirements)
    )


def _lock(wanted: Wanted, locks: Mapping[tuple[int, str], int]) -> int | None:
    if wanted.locked is None and wanted.keeps_lock:
        return locks.get((wanted.capability.pk, wanted.phase))
    return wanted.locked.pk if wanted.locked else None


# --- Who works on it ----------------------------------------------------------------------------


def name_cofacilitator(need: Need, *, user: User, by: User, expected: int | None = None) -> None:
    """Let a facilitator of another lab work on the need; told to that person. Nothing happens where it is so already.

    Raises PermissionDenied unless `by` facilitates for the need's lab, ConflictError unless the version is the
    `expected` one, ValidationError for somebody who is no active facilitator or sees the need anyway.
    """
    with changing(need, by=by, expected=expected) as current:
        _serves(by, current.lab_id)
        labs = lab_ids_facilitated_by(user)
        if not labs.exists():
            raise ValidationError({"user": _("この方は、いまファシリテーターではありません。別の方を選んでください。")})
        if labs.filter(lab=current.lab_id).exists():
            raise ValidationError({"user": _("この方は同じラボのファシリテーターで、すでにこの案件を見られます。")})
        if current.named.count() >= MOST_COFACILITATORS:
            said = _("共同担当は%(n)d人までです。だれかを外してから加えてください。")
            raise ValidationError({"user": said % {"n": MOST_COFACILITATORS}})
        named, new = CoFacilitator.objects.get_or_create(need=current, user=user, defaults={"by": by})
        if new:
            neednotices.leave_named(current, user, by=by, key=str(named.pk))


def unname_cofacilitator(need: Need, *, user: User, by: User, expected: int | None = None) -> None:
    """End it: the person sees the need no more. Told to the person, where somebody else did it.

    Raises PermissionDenied unless `by` facilitates for the need's lab or is that person, ConflictError unless the
    version is the `expected` one.
    """
    with changing(need, by=by, expected=expected) as current:
        if user.pk != by.pk:
            _serves(by, current.lab_id)
        named = CoFacilitator.objects.filter(need=current, user=user).first()
        if named is None:
            return
        key = str(named.pk)
        named.delete()
        KeptReply.objects.filter(user=user).delete()  # what the person was told under a key is not told again
        if user.pk != by.pk:
            neednotices.leave_unnamed(current, user, by=by, key=key)
