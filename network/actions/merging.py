"""Two records of one organization become one, and two again.

`merge` moves every row that points at the dropped record (`merge_rules`) and writes each step into `Merge.ledger`
(`ledger`); the dropped record stays as an inactive one that leads to the kept one. `undo_merge` takes the steps back,
last first. Only stewards do either.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network.actions.base import ConflictError, changed, steward
from network.actions.ledger import CannotBeUndoneError, Ledger, Step, take_back
from network.actions.merge_rules import relations, rule_of, standing_in_the_way_of
from network.history import record as history
from network.models import Membership, Merge, Organization, Rating, User
from network.notices.telling import editors_of, tell
from network.signals import access_changed, merge_undone, organizations_merged
from network.vocabulary import Deed, NoticeKind, Stance, WeaknessAudience


@transaction.atomic
def merge(
    kept: Organization, dropped: Organization, *, reason: str, expected: tuple[int, int] | None = None, by: User
) -> Merge:
    """Make one record of two. `expected` are the versions of both that the steward read.

    Raises PermissionDenied, ValidationError for two that cannot be merged or a missing reason, ConflictError.
    """
    steward(by)
    concerned = [kept.pk, dropped.pk, *_others_of(dropped)]
    found = _held(concerned)
    kept, dropped = found[kept.pk], found[dropped.pk]
    if expected is not None and expected != (kept.version, dropped.version):
        raise ConflictError(kept)
    _check(kept, dropped)
    entry = Merge(kept=kept, dropped=dropped, by=by, reason=reason.strip())
    entry.full_clean(exclude=["ledger"])
    before = _snapshots(found.values())
    people = {person.pk: person for one in (kept, dropped) for person in editors_of(one)}
    ledger = Ledger()
    for model, fields in relations().items():
        _move_all(model, [field.attname for field in fields], kept, dropped, ledger)
    _join(kept, dropped, ledger)
    organizations_merged.send(sender=Merge, kept=kept, dropped=dropped, ledger=ledger)
    entry.ledger = ledger.steps
    entry.save()
    _finish(found, before, entry, deed=Deed.MERGED, by=by)
    facts = {"by": dropped.name, "kept": kept.name}
    tell(people.values(), kind=NoticeKind.MERGED, key=f"merge:{entry.pk}", organization=kept, facts=facts)
    return entry


@transaction.atomic
def undo_merge(entry: Merge, *, by: User) -> None:
    """Make two records of one again: every row as it was, under its old number. What came to the kept record since
    stays with it.

    Raises PermissionDenied, ConflictError where it was undone already, and CannotBeUndoneError with every row that
    was changed since; then nothing is written.
    """
    steward(by)
    found = _held([entry.kept_id, entry.dropped_id, *_named_in(entry.ledger)])
    entry = Merge.objects.select_for_update().get(pk=entry.pk)
    if entry.undone_at is not None:
        raise ConflictError(entry)
    if found[entry.kept_id].merged_into_id:
        raise CannotBeUndoneError(
            [_("統合先の登録が、そのあと別の登録に統合されています。先にそちらを取り消してください。")]
        )
    before = _snapshots(found.values())
    take_back(entry.ledger)
    entry.undone_at, entry.undone_by = timezone.now(), by
    entry.save(update_fields=["undone_at", "undone_by"])
    merge_undone.send(sender=Merge, merge=entry)
    _finish(found, before, entry, deed=Deed.UNMERGED, by=by)
    kept, dropped = found[entry.kept_id], found[entry.dropped_id]
    people = {person.pk: person for one in (kept, dropped) for person in editors_of(one)}
    facts = {"by": dropped.name, "kept": kept.name, "undone": True}
    tell(people.values(), kind=NoticeKind.MERGED, key=f"unmerge:{entry.pk}", organization=kept, facts=facts)


def moving_rows(kept: Organization, dropped: Organization) -> dict[type[Model], tuple[int, int]]:
    """What a merge would do, in numbers by model: rows that point at the dropped record, and how many of them the
    kept one has already. Weaknesses are not counted: a steward does not know of them."""
    found: dict[type[Model], tuple[int, int]] = {}
    for model, fields in relations().items():
        columns = [field.attname for field in fields]
        rows = [row for row in _pointing_at(model, columns, dropped) if not _is_hidden(row)]
        clashes = sum(_in_the_way(row, columns, kept, dropped) for row in rows)
        if rows:
            found[model] = (len(rows), clashes)
    return found


def _is_hidden(row: Model) -> bool:
    return isinstance(row, Rating) and row.stance == Stance.WEAKNESS


def _in_the_way(row: Model, columns: list[str], kept: Organization, dropped: Organization) -> bool:
    _point(row, columns, kept, dropped)
    standing = standing_in_the_way_of(row)
    return _names_one_twice(row) or (standing is not None and not _is_hidden(standing))


def _check(kept: Organization, dropped: Organization) -> None:
    if kept.pk == dropped.pk:
        raise ValidationError(_("同じ登録どうしは統合できません。別の登録を選んでください。"), code="same")
    if kept.merged_into_id or dropped.merged_into_id:
        raise ValidationError(_("すでに統合された登録です。統合先の登録を選んでください。"), code="merged")
    if not kept.is_active:
        raise ValidationError(_("統合先には、有効な登録を選んでください。"), code="inactive")


def _held(pks: Iterable[int]) -> dict[int, Organization]:
    """The organizations, each held until the transaction ends; always in the same order, so that no two wait for
    each other."""
    rows = Organization.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {row.pk: row for row in rows}


def _pointing_at(model: type[Model], columns: Iterable[str], organization: Organization) -> Any:
    pointing = Q()
    for column in columns:
        pointing |= Q(**{column: organization.pk})
    return model._base_manager.filter(pointing).order_by("pk")


def _others_of(dropped: Organization) -> Iterator[int]:
    """Ids of the organizations whose records or rows a merge touches beside the two."""
    for model, fields in relations().items():
        if model is Organization:
            yield from Organization.objects.filter(merged_into=dropped).values_list("pk", flat=True)
        elif len(fields) > 1:
            columns = [field.attname for field in fields]
            for values in _pointing_at(model, columns, dropped).values_list(*columns):
                yield from (pk for pk in values if pk)


def _named_in(steps: Iterable[Step]) -> Iterator[int]:
    """The same from the steps of a ledger."""
    columns = {model._meta.label_lower: [f.attname for f in fields] for model, fields in relations().items()}
    for step in steps:
        if step["model"] == "network.organization":
            yield step["pk"]
        for values in (step["before"], step.get("after", {})):
            yield from (values[name] for name in columns.get(step["model"], ()) if values.get(name))


def _move_all(
    model: type[Model], columns: list[str], kept: Organization, dropped: Organization, ledger: Ledger
) -> None:
    for row in _pointing_at(model, columns, dropped):
        _move(row, columns, kept, dropped, ledger)


def _move(row: Any, columns: list[str], kept: Organization, dropped: Organization, ledger: Ledger) -> None:
    rule = rule_of(type(row))
    derived = rule.derived(row)
    _point(row, columns, kept, dropped)
    if _names_one_twice(row):
        ledger.remove(row, soft=derived)
        return
    while (standing := standing_in_the_way_of(row)) is not None:
        if not rule.clash(standing, row, ledger):
            ledger.remove(row, soft=derived)
            return
        if standing_in_the_way_of(row) == standing:
            ledger.remove(standing, soft=derived)
    ledger.change(row, {name: getattr(row, name) for name in columns}, loose=rule.loose, soft=derived)


def _point(row: Any, columns: list[str], kept: Organization, dropped: Organization) -> None:
    """Let the row name the kept record instead of the dropped one, without saving it."""
    for name in columns:
        if getattr(row, name) == dropped.pk:
            setattr(row, name, kept.pk)
    rule = rule_of(type(row))
    if rule.ordered:
        first, second = rule.pair
        low, high = sorted([getattr(row, first), getattr(row, second)])
        setattr(row, first, low)
        setattr(row, second, high)


def _names_one_twice(row: Model) -> bool:
    first, second = rule_of(type(row)).pair
    return bool(first) and getattr(row, first) == getattr(row, second)


def _join(kept: Organization, dropped: Organization, ledger: Ledger) -> None:
    """What changes in the two records themselves. The narrower audience of weaknesses holds: what one of them told
    few must not be told many."""
    number = dropped.corporate_number if kept.corporate_number is None else None
    gone: dict[str, Any] = {"is_active": False, "merged_into_id": kept.pk}
    ledger.change(dropped, gone | ({"corporate_number": None} if number else {}), loose=True)
    if number:
        ledger.change(kept, {"corporate_number": number}, loose=True)
    told = Rating.objects.filter(organization=kept).exclude(stance=Stance.WEAKNESS)
    newest = told.aggregate(at=Max("confirmed_at"))["at"]
    softly: dict[str, Any] = {"last_confirmed_at": newest}
    if WeaknessAudience.LABS in (kept.weakness_audience, dropped.weakness_audience):
        softly["weakness_audience"] = WeaknessAudience.LABS.value
    if (dropped.ties_declared and not kept.ties_declared) or (kept.ties_declared is None):
        softly |= {"ties_declared": dropped.ties_declared, "ties_declared_at": dropped.ties_declared_at}
    for name, value in softly.items():
        ledger.change(kept, {name: value}, soft=True)


def _snapshots(organizations: Iterable[Organization]) -> dict[int, history.Snapshot]:
    return {organization.pk: history.snapshot(organization) for organization in organizations}


def _finish(
    found: dict[int, Organization], before: dict[int, history.Snapshot], entry: Merge, *, deed: Deed, by: User
) -> None:
    """Note what became of every record concerned, and tell the house."""
    both = (entry.kept_id, entry.dropped_id)
    for organization in found.values():
        organization.refresh_from_db()
        difference = history.difference(before[organization.pk], history.snapshot(organization))
        history.note(organization, difference, deed=deed, by=by)
        organization.version += organization.pk in both
        changed(organization, "version")
    for user in User.objects.filter(pk__in=_members_in(entry.ledger)):
        access_changed.send(sender=User, user=user)


def _members_in(steps: Iterable[Step]) -> set[int]:
    """The people whose membership moved or was taken away."""
    told = [step for step in steps if step["model"] == "network.membership"]
    there = Membership.objects.filter(pk__in=[step["pk"] for step in told]).values_list("user_id", flat=True)
    return {*there, *(step["before"]["user_id"] for step in told if "user_id" in step["before"])}
