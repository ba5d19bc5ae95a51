"""What a deed makes of the team that somebody has in hand; knows no database."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from matching.vocabulary import BenchDeed

MOST_MEMBERS = 12
"""More than any team has."""
MOST_EXCLUDED = 50


@dataclass(frozen=True, slots=True)
class Hand:
    """A team by hand: who is in it, who of these stays whatever happens, and who is not to be offered."""

    members: frozenset[str]
    locked: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def changed(hand: Hand, deed: BenchDeed, organization: str, other: str = "") -> Hand:
    """The hand after the deed on an organization; for a swap `other` comes in its place.

    Raises ValidationError for what cannot be done with this hand. Deeds that ask the matcher (REBUILD, RESCORE) leave
    the hand as it is.
    """
    made = hand
    if deed == BenchDeed.ADD:
        made = _with(hand, organization)
    elif deed == BenchDeed.SWAP:
        made = _swapped(hand, organization, other)
    elif deed == BenchDeed.DROP:
        made = _without(hand, organization)
    elif deed == BenchDeed.EXCLUDE:
        made = _excluding(hand, organization)
    elif deed == BenchDeed.LOCK:
        _expect_member(hand, organization)
        made = replace(hand, locked=hand.locked | {organization})
    elif deed == BenchDeed.UNLOCK:
        made = replace(hand, locked=hand.locked - {organization})
    elif deed == BenchDeed.READMIT:
        made = replace(hand, excluded=hand.excluded - {organization})
    return made


def _swapped(hand: Hand, organization: str, other: str) -> Hand:
    if other in hand.members:
        raise ValidationError({"other": _("その機関は、すでにこの案に入っています。")})
    return _with(_without(hand, organization, last=True), other)


def _excluding(hand: Hand, organization: str) -> Hand:
    left = _without(hand, organization) if organization in hand.members else hand
    if len(left.excluded | {organization}) > MOST_EXCLUDED:
        raise ValidationError({"organization": _("除ける機関は%(n)dまでです。") % {"n": MOST_EXCLUDED}})
    return replace(left, excluded=left.excluded | {organization})


def _with(hand: Hand, organization: str) -> Hand:
    """Who was excluded and is brought in after all is excluded no more."""
    if organization in hand.members:
        raise ValidationError({"organization": _("その機関は、すでにこの案に入っています。")})
    if len(hand.members) >= MOST_MEMBERS:
        said = _("ひとつの案に入れられるのは%(n)d機関までです。") % {"n": MOST_MEMBERS}
        raise ValidationError({"organization": said})
    return replace(hand, members=hand.members | {organization}, excluded=hand.excluded - {organization})


def _without(hand: Hand, organization: str, *, last: bool = False) -> Hand:
    _expect_member(hand, organization)
    if organization in hand.locked:
        raise ValidationError({"organization": _("固定した機関です。先に「固定をやめる」を押してください。")})
    if len(hand.members) == 1 and not last:
        raise ValidationError({"organization": _("最後の機関は外せません。かわりの機関と入れ替えてください。")})
    return replace(hand, members=hand.members - {organization})


def _expect_member(hand: Hand, organization: str) -> None:
    if organization not in hand.members:
        raise ValidationError({"organization": _("その機関は、この案に入っていません。")})
