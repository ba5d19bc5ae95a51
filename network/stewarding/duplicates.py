"""Records that may be of one organization: found among tens of thousands without comparing all with all.

A name's core is what is left of it in one width and case, in today's kanji, without legal forms, spaces and marks.
Two names are alike to the Dice coefficient of the pairs of neighbouring characters of their cores, in percent, where a
pair that many names have (「信用」「事務」) weighs little: log(1 + N/n) / log(1 + N) for n of N names. 100 is kept for
equal cores. Within one municipality 65 % is looked at, within one prefecture 80 %, and the same reading whatever the
names say.

Candidates come from a prefix filter: of two sets that are alike to t, the overlap weighs at least t/(2 − t) of each, so
that the two share an element among the heaviest of each, those before the rest weighs less than that. Only these few
are looked up.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from math import fsum, log
from typing import NamedTuple

from django.core.cache import cache as store

from network.models import Application, NotDuplicate, Organization, RegistryVersion
from network.vocabulary import ApplicationState

NEAR_IN_MUNICIPALITY, NEAR_IN_PREFECTURE = 65, 80
KEPT_FOR = 24 * 60 * 60
LEGAL_FORMS = (
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "公益社団法人", "一般財団法人",
    "公益財団法人", "社団法人", "財団法人", "特定非営利活動法人", "npo法人", "独立行政法人", "地方独立行政法人",
    "国立大学法人", "公立大学法人", "学校法人", "税理士法人", "監査法人", "社会保険労務士法人", "協同組合",
    "(株)", "(有)", "(同)", "(資)", "(名)", "(一社)", "(公社)", "(一財)", "(公財)", "(社)", "(財)", "(特非)", "(学)",
    "co.,ltd.", "co., ltd.", "co.ltd.", "ltd.", "inc.", "corp.", "corporation", "llc",
)  # fmt: skip
INVENTED = "架空"
"""Begins every invented name: it says nothing of which one it is."""
OLD_KANJI = str.maketrans(
    "龍髙﨑邊邉濵濱澤齋齊廣國學會櫻嶋眞榮實惠圓鐵應經濟聯體營勞働縣區驛澁瀨德曾富",
    "竜高崎辺辺浜浜沢斎斉広国学会桜島真栄実恵円鉄応経済連体営労働県区駅渋瀬徳曽富",
)
MARKS = re.compile(r"[\W_]+")
HYPHENS = re.compile("[‐‑‒–—―−ｰ]")


Weights = Mapping[str, float]


class Line(NamedTuple):
    """What is compared of one record."""

    pk: int
    core: str
    kana: str
    prefecture: str
    municipality: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two records that look like one, smaller id first."""

    first: int
    second: int
    percent: int
    reason: str
    """name, near, kana."""


def core_of(name: str) -> str:
    """What is left of a name when what every clerk writes differently is gone; the name itself where nothing is."""
    text = HYPHENS.sub("-", unicodedata.normalize("NFKC", name)).casefold().translate(OLD_KANJI)
    bare = text.strip().removeprefix(INVENTED)
    bare = _forms().sub("", bare)
    return MARKS.sub("", bare) or MARKS.sub("", text) or text


@cache
def _forms() -> re.Pattern[str]:
    """Legal forms as they stand in normalised text, longest first."""
    forms = sorted((unicodedata.normalize("NFKC", form) for form in LEGAL_FORMS), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, forms)))


@lru_cache(maxsize=100_000)
def bigrams(core: str) -> frozenset[str]:
    return frozenset(core[i : i + 2] for i in range(len(core) - 1)) or frozenset([core])


def similarity(one: str, other: str) -> int:
    """How alike two names are by themselves, in percent: every pair of characters weighs the same."""
    return _alike(core_of(one), core_of(other), defaultdict(lambda: 1.0))


def weights_of(cores: Iterable[str]) -> Weights:
    """How much each pair of characters says, in (0, 1]: one that a single name has says most."""
    often: Counter[str] = Counter()
    total = 0
    for core in cores:
        often.update(bigrams(core))
        total += 1
    whole = log(1 + total)
    return {piece: log(1 + total / n) / whole for piece, n in often.items()}


def _alike(one: str, other: str, weights: Weights) -> int:
    if one == other:
        return 100
    a, b = bigrams(one), bigrams(other)
    shared = _weight(a & b, weights)
    return min(99, round(200 * shared / (_weight(a, weights) + _weight(b, weights)))) if shared else 0


def _weight(pieces: Iterable[str], weights: Weights) -> float:
    return fsum(weights[piece] for piece in pieces)


def differing(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both names in pieces, each with whether the other name lacks it."""
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for what, i, j, k, n in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left += [(one[i:j], what != "equal")] if j > i else []
        right += [(other[k:n], what != "equal")] if n > k else []
    return left, right


def likenesses() -> list[Likeness]:
    """All pairs that look alike as the registry stands now, most alike first; what was dismissed is in it.

    Computed once per version of the registry.
    """
    key = f"network.stewarding.duplicates.{RegistryVersion.current()}"
    found: list[Likeness] | None = store.get(key)
    if found is None:
        found = search(_lines())
        store.set(key, found, KEPT_FOR)
    return found


def suspected() -> list[Likeness]:
    """Those that no steward has dismissed."""
    dismissed = set(NotDuplicate.objects.values_list("first", "second"))
    return [pair for pair in likenesses() if (pair.first, pair.second) not in dismissed]


def search(lines: Iterable[Line]) -> list[Likeness]:
    """The pairs among these records, most alike first; two records that are both inactive are no pair."""
    lines = list(lines)
    weights = weights_of(line.core for line in lines)
    found: dict[tuple[int, int], Likeness] = {}
    for block, least in _blocks(lines):
        for one, other, percent in _near(block, least, weights):
            _add(found, one, other, percent, "name" if percent == 100 else "near")
    for block in _grouped(lines, lambda line: (line.prefecture, line.kana) if line.kana else None):
        for i, one in enumerate(block):
            for other in block[i + 1 :]:
                _add(found, one, other, _alike(one.core, other.core, weights), "kana")
    return sorted(found.values(), key=lambda pair: (-pair.percent, pair.first, pair.second))


def _add(found: dict[tuple[int, int], Likeness], one: Line, other: Line, percent: int, reason: str) -> None:
    first, second = sorted([one.pk, other.pk])
    if one.is_active or other.is_active:
        found.setdefault((first, second), Likeness(first, second, percent, reason))


def _lines() -> Iterator[Line]:
    columns = ("pk", "name", "kana", "prefecture", "municipality_id", "is_active")
    rows = Organization.objects.filter(merged_into=None).order_by("pk").values_list(*columns)
    for pk, name, kana, prefecture, municipality, is_active in rows.iterator(chunk_size=5000):
        yield Line(pk, core_of(name), core_of(kana) if kana else "", prefecture, municipality, is_active)


def _blocks(lines: list[Line]) -> Iterator[tuple[list[Line], int]]:
    for block in _grouped(lines, lambda line: line.municipality):
        yield block, NEAR_IN_MUNICIPALITY
    for block in _grouped(lines, lambda line: line.prefecture):
        yield block, NEAR_IN_PREFECTURE


def _grouped(lines: list[Line], by: Callable[[Line], Hashable | None]) -> Iterator[list[Line]]:
    groups: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        if (key := by(line)) is not None:
            groups[key].append(line)
    yield from (group for group in groups.values() if len(group) > 1)


def _near(block: list[Line], least: int, weights: Weights) -> Iterator[tuple[Line, Line, int]]:
    """Pairs of a block that are alike to at least so many percent."""
    threshold = (least - 0.5) / 100  # what rounds up to it counts
    totals = [_weight(bigrams(line.core), weights) for line in block]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(block):
        candidates: set[int] = set()
        for piece in _heaviest(line.core, threshold, weights):
            candidates.update(holders[piece])
            holders[piece].append(i)
        for j in candidates:
            # Even if the lighter name were part of the other they could not be alike enough.
            if 2 * min(totals[i], totals[j]) < threshold * (totals[i] + totals[j]):
                continue
            percent = _alike(block[j].core, line.core, weights)
            if percent >= least:
                yield block[j], line, percent


def _heaviest(core: str, threshold: float, weights: Weights) -> list[str]:
    """The pieces of which a name alike to the threshold has at least one."""
    pieces = sorted(bigrams(core), key=lambda piece: (-weights[piece], piece))
    rest = _weight(pieces, weights)
    needed = threshold / (2 - threshold) * rest - 1e-9
    for count, piece in enumerate(pieces):
        if rest < needed:
            return pieces[:count]
        rest -= weights[piece]
    return pieces


def applications() -> list[tuple[Application, Organization]]:
    """Open applications with the 法人番号, or in their prefecture with the name, of a record that is there."""
    waiting = list(Application.objects.filter(state=ApplicationState.OPEN).order_by("created_at", "pk"))
    if not waiting:
        return []
    numbers = {application.corporate_number for application in waiting if application.corporate_number}
    by_number = {
        organization.corporate_number: organization
        for organization in Organization.objects.filter(corporate_number__in=numbers)
    }
    prefectures = {application.prefecture for application in waiting}
    named: dict[tuple[str, str], int] = {}
    columns = ("pk", "name", "prefecture")
    for pk, name, prefecture in Organization.objects.filter(prefecture__in=prefectures).values_list(*columns):
        named.setdefault((core_of(name), prefecture), pk)
    same = {application.pk: named.get((core_of(application.name), application.prefecture)) for application in waiting}
    records = Organization.objects.in_bulk([pk for pk in same.values() if pk])
    found = []
    for application in waiting:
        organization = by_number.get(application.corporate_number) or records.get(same[application.pk] or 0)
        if organization is not None:
            found.append((application, organization))
    return found
