"""Who could come into a team, or in the place of a member, each with what that would change."""

from dataclasses import dataclass
from typing import Any

from matching.core.whatif import Change
from matching.explaining import Lexicon, lexicon
from matching.models import Variant
from matching.rescoring import Bench, partners, replacements, result_of
from matching.sidebyside import Column
from matching.wording import may_tell_parts, parts_of, shifts
from network.access import Reader
from network.models import Organization


@dataclass(frozen=True, slots=True)
class Offer:
    """An organization that would come in."""

    id: str
    name: str
    shift: str


def offers(column: Column, swap: str, reader: Reader) -> dict[str, Any]:
    """`best`: the best to come in (in the place of the member `swap`, where one is named), without those excluded;
    `others`: who is in the need's other teams."""
    members = tuple(sorted(member.id for member in column.members))
    without = tuple(name for name, _said in column.excluded)
    bench = Bench.of(column.proposal)
    if swap and bench.knows(members) and column.view:
        found = replacements(members, swap, without, bench)
    else:
        found = () if swap else partners(members, without, bench)
    aside = _elsewhere(column) - set(members) - set(without)
    words, parts = _words(bench, found, members, aside, reader)
    seen = Organization.objects.visible_to(reader).filter(is_active=True, external_id__in=aside).order_by("pk")
    return {
        "best": [_offer(change, members, words, parts=parts) for change in found],
        "others": list(seen.select_related("municipality")),
    }


def _words(
    bench: Bench, found: tuple[Change, ...], members: tuple[str, ...], aside: set[str], reader: Reader
) -> tuple[Lexicon, bool]:
    named = {*members, *(member for change in found for member in change.after.members)}
    result = result_of(bench, (), extra={name for name in named if bench.knows((name,))})
    words = lexicon([result], reader, named | aside)
    return words, may_tell_parts(result, words)


def _elsewhere(column: Column) -> set[str]:
    teams = [team["members"] for team in column.proposal.result["teams"]]
    teams += Variant.objects.filter(need=column.proposal.need_id).values_list("members", flat=True)
    return {member for members in teams for member in members}


def _offer(change: Change, members: tuple[str, ...], words: Lexicon, *, parts: bool) -> Offer:
    [came] = set(change.after.members) - set(members)
    told = {"score": change.score, "open_must": change.open_must, "parts": parts_of(change)}
    return Offer(came, words.name(came), shifts(told, parts=parts))
