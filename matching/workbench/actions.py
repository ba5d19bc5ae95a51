"""Verbs of a workbench: each says who did it and leaves an event with the next number.

A variant is scored outside any transaction (a search must not hold the database, and a registry read inside one is
not kept) and stored inside one, on the version that it was scored from: where somebody else changed it meanwhile,
nothing is written and ConflictError has the variant as it stands now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.models import BenchEvent, Need, Proposal, Variant
from matching.rescoring import Bench, difference, known_among, rebuilt, rescored
from matching.vocabulary import BenchDeed
from matching.workbench.changing import Hand, changed
from matching.workbench.numbering import held, note
from network.actions.base import ConflictError, expect
from network.models import User

MOST_VARIANTS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """One deed as a form gives it; organizations by external id."""

    deed: BenchDeed
    organization: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a deed comes to, before it is stored."""

    hand: Hand
    answer: dict[str, Any] | None
    """None keeps the answer that stands: nobody came or left."""
    facts: dict[str, Any]


def begin(proposal: Proposal, *, place: int, wanted: Wanted | None = None, by: User) -> BenchEvent:
    """A variant that begins with a proposal's team (its place, from 0), with a first deed already done where there is
    one. Gives the event of it.

    Raises PermissionDenied, ValidationError.
    """
    _may_change(proposal.need_id, by)
    teams = proposal.result["teams"]
    if not 0 <= place < len(teams):
        raise ValidationError({"team": _("もとにする提案を選んでください。")})
    base = teams[place]["members"]
    scored = _scored(proposal, base, Hand(frozenset(base)), wanted or Wanted(BenchDeed.BEGAN), by)
    answer = scored.answer or rescored(scored.hand.members, base, Bench.of(proposal))
    facts = {**scored.facts, **({"first": str(wanted.deed)} if wanted else {})}
    return _begun(proposal, place, _Scored(scored.hand, answer, facts), by)


@transaction.atomic
def _begun(proposal: Proposal, place: int, scored: _Scored, by: User) -> BenchEvent:
    bench = held(proposal.need)
    _may_change(proposal.need_id, by)
    others = Variant.objects.filter(need=proposal.need_id)
    if others.count() >= MOST_VARIANTS:
        said = _("案は%(n)dまでです。使わない案を消してから、もう一度お試しください。")
        raise ValidationError(said % {"n": MOST_VARIANTS})
    bench.last_number += 1
    variant = Variant(
        need=proposal.need, proposal=proposal, place=place, number=bench.last_number, position=bench.last_number,
        created_by=by,
    )  # fmt: skip
    _put(variant, scored.hand, scored.answer or {}, by)
    return note(bench, BenchDeed.BEGAN, variant, by=by, place=place, **scored.facts)


def change(variant: Variant, *, wanted: Wanted, expected: int | None, by: User) -> BenchEvent:
    """Do what is wanted with the variant's team, and score it anew where somebody came or left. `expected` is the
    version that was read. Sent twice it is done once: the second call gives the event of the first.

    Raises PermissionDenied, ConflictError, ValidationError for what cannot be done with this team.
    """
    _may_change(variant.need_id, by)
    if (done := _done_already(variant, wanted, expected, by)) is not None:
        return done
    current = _current(variant, expected)
    base = current.proposal.result["teams"][current.place]["members"]
    scored = _scored(current.proposal, base, hand_of(current), wanted, by)
    return _stored(current, wanted.deed, scored, by)


def _done_already(variant: Variant, wanted: Wanted, expected: int | None, by: User) -> BenchEvent | None:
    """The event of exactly this, done by the same person on the version that was read."""
    if expected is None:
        return None
    last = variant.events.filter(version=expected + 1, deed=wanted.deed, by=by).first()
    same = last and all(last.facts.get(name, "") == value for name, value in _named(wanted).items())
    return last if same else None


@transaction.atomic
def _stored(variant: Variant, deed: BenchDeed, scored: _Scored, by: User) -> BenchEvent:
    bench, current = _held(variant, variant.version, by)
    current.version += 1
    _put(current, scored.hand, scored.answer or current.answer, by)
    return note(bench, deed, current, by=by, **scored.facts)


@transaction.atomic
def write_note(variant: Variant, *, text: str, expected: int | None, by: User) -> BenchEvent | None:
    """Write what there is to remember of the variant; None where it says so already. Raises PermissionDenied,
    ConflictError, ValidationError."""
    bench, current = _held(variant, expected, by, unless=lambda now: now.note == text)
    if current.note == text:
        return None
    current.note, current.changed_by = text, by
    current.version += 1
    current.full_clean(validate_unique=False, validate_constraints=False)
    current.save()
    return note(bench, BenchDeed.NOTE, current, by=by)


@transaction.atomic
def mark(variant: Variant, *, deed: BenchDeed, by: User) -> BenchEvent | None:
    """Put it on the shortlist, take it off, or move it to the left; None where it stands so already. These overwrite
    nobody's work, so they ask for no version. Raises PermissionDenied, ConflictError where it is gone."""
    bench, current = _held(variant, None, by)
    if deed == BenchDeed.FORWARD:
        before = Variant.objects.filter(need=current.need_id, position__lt=current.position).last()
        if before is None:
            return None
        before.position, current.position = current.position, before.position
        before.save(update_fields=["position"])
        current.save(update_fields=["position"])
    else:
        wanted = deed == BenchDeed.KEEP
        if current.shortlisted == wanted:
            return None
        current.shortlisted = wanted
        current.save(update_fields=["shortlisted"])
    return note(bench, deed, current, by=by)


@transaction.atomic
def remove(variant: Variant, *, expected: int | None, by: User) -> BenchEvent:
    """Take the variant away; a team that was chosen from it keeps what it rests on. Raises PermissionDenied,
    ConflictError."""
    bench, current = _held(variant, expected, by)
    current.delete()
    return note(bench, BenchDeed.REMOVE, current, by=by)


def hand_of(variant: Variant) -> Hand:
    return Hand(frozenset(variant.members), frozenset(variant.locked), frozenset(variant.excluded))


# --- What they share ----------------------------------------------------------------------------


def _may_change(need: int, by: User) -> None:
    if not Need.objects.editable_by(by).filter(pk=need).exists():
        raise PermissionDenied


def _current(variant: Variant, expected: int | None) -> Variant:
    rows = Variant.objects.select_related("proposal__need__lab", "need")
    current = rows.filter(pk=variant.pk).first()
    if current is None:
        raise ConflictError(None)
    expect(current, expected)
    return current


def _held(
    variant: Variant, expected: int | None, by: User, *, unless: Callable[[Variant], bool] = lambda _now: False
) -> tuple[Any, Variant]:
    """The workbench, held, and the variant as it stands now; `unless` says when another version does not matter."""
    bench = held(variant.need)
    _may_change(variant.need_id, by)
    current = _current(variant, None)
    if not unless(current):
        expect(current, expected)
    return bench, current


def _scored(proposal: Proposal, base: list[str], hand: Hand, wanted: Wanted, by: User) -> _Scored:
    """The hand after the deed with its answer; raises ValidationError."""
    _expect_known(proposal, hand, wanted, by)
    after = changed(hand, wanted.deed, wanted.organization, wanted.other)
    if after.members == hand.members and wanted.deed not in (BenchDeed.REBUILD, BenchDeed.RESCORE):
        return _Scored(after, None, _facts(wanted, None))
    bench = Bench.of(proposal)
    if wanted.deed == BenchDeed.REBUILD:
        found = rebuilt(hand.locked, hand.excluded, bench)
        if found is None:
            raise ValidationError(
                _("固定した機関を残し、除いた機関を使わないチームはつくれません。固定か除外を減らしてください。")
            )
        after = Hand(frozenset(found), hand.locked, hand.excluded)
    change = difference(hand.members, after.members, bench)
    return _Scored(after, rescored(after.members, base, bench), _facts(wanted, change))


def _expect_known(proposal: Proposal, hand: Hand, wanted: Wanted, by: User) -> None:
    """Whom the person may not see is refused like what does not exist."""
    asked = {name for name in (wanted.organization, wanted.other) if name}
    here = hand.members | hand.excluded
    if asked - here - known_among(asked - here, proposal, by):
        raise ValidationError({"organization": _("登録されている機関を選んでください。")})
    needs = [wanted.organization] if wanted.deed in _ON_ONE else []
    needs += [wanted.other] if wanted.deed == BenchDeed.SWAP else []
    if not all(needs):
        raise ValidationError({"organization": _("機関を選んでください。")})


_ON_ONE = (
    BenchDeed.ADD, BenchDeed.DROP, BenchDeed.SWAP, BenchDeed.LOCK, BenchDeed.UNLOCK, BenchDeed.EXCLUDE,
    BenchDeed.READMIT,
)  # fmt: skip


def _named(wanted: Wanted) -> dict[str, str]:
    return {"organization": wanted.organization, "other": wanted.other}


def _facts(wanted: Wanted, change: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in {**_named(wanted), "change": change}.items() if value}


def _put(variant: Variant, hand: Hand, answer: dict[str, Any], by: User) -> None:
    variant.members = sorted(hand.members)
    variant.locked, variant.excluded = sorted(hand.locked), sorted(hand.excluded)
    variant.answer, variant.engine = answer, answer["engine"]
    variant.registry_version = answer["registry"]["version"]
    variant.changed_by = by
    variant.save()
