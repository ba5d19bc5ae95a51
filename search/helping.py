"""Ways on where nothing was found. Each is tried before it is offered: it finds something that the reader may read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from network.access import Reader
from network.codes import PREFECTURES, prefecture_links
from network.models import Capability
from search.asking import Filters, address, as_filters
from search.facets import NAMES, Chosen
from search.finding import find
from search.phrases import capability_term
from search.spelling import corrections
from search.text import Use, tokens
from search.text import query as analysed

OFFERED = 5
TRIED = 8
"""So many other questions are asked at most of each kind; each costs what a search costs."""


@dataclass(frozen=True, slots=True)
class Way:
    """Another question, in words, with the address of its answers and how many there are."""

    label: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Help:
    """The ways on by kind; the ones that change least come first."""

    spelling: list[Way] = field(default_factory=list)
    """もしかして: words that stand in texts the reader may read."""
    regions: list[Way] = field(default_factory=list)
    wider: list[Way] = field(default_factory=list)
    """Without one of the other choices."""
    wordings: list[Way] = field(default_factory=list)
    """Other words for the same, and the capability they tell of."""
    fewer: list[Way] = field(default_factory=list)
    """With one of several words alone."""

    @property
    def is_any(self) -> bool:
        return any((self.spelling, self.regions, self.wider, self.wordings, self.fewer))


class Trying:
    """Other questions of one reader; what finds nothing is not offered."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def ways(self, questions: Iterable[tuple[str, str, Filters]]) -> list[Way]:
        """Of (label, query, filters) those that find something."""
        tried = (self._way(*question) for question in islice(questions, TRIED))
        return list(islice((way for way in tried if way.count), OFFERED))

    def ways_if_need_be_without_choices(self, questions: Iterable[tuple[str, str, Filters]]) -> list[Way]:
        """`ways`; where each finds nothing, the same without the choices."""
        asked = list(islice(questions, TRIED))
        bare = ((_("%(name)s・条件なし") % {"name": label}, query, Filters()) for label, query, kept in asked if kept)
        return self.ways(asked) or self.ways((label, query, none) for label, query, none in bare if query)

    def count(self, query: str, filters: Mapping[str, Iterable[str]]) -> int:
        chosen = {name: frozenset(values) for name, values in filters.items()}
        return find(query, self.reader, chosen, limit=0).total

    def _way(self, label: str, query: str, filters: Filters) -> Way:
        return Way(label, address(query, filters), self.count(query, filters))


def help_for(query: str, chosen: Chosen, reader: Reader) -> Help:
    """The ways on from a question without an answer."""
    trying, filters = Trying(reader), as_filters(chosen)
    if not analysed(query):
        return Help(regions=_regions(trying, query, filters), wider=_wider(trying, query, filters))
    return Help(
        spelling=spellings(query, chosen, reader),
        regions=_regions(trying, query, filters),
        wider=_wider(trying, query, filters),
        wordings=trying.ways_if_need_be_without_choices(_wordings(query, filters)),
        fewer=trying.ways_if_need_be_without_choices(_fewer(query, filters)),
    )


def spellings(query: str, chosen: Chosen, reader: Reader) -> list[Way]:
    """The question with other words in place of those that stand in nothing the reader may read."""
    filters = as_filters(chosen)
    questions = ((text, text, filters) for text in corrections(query, reader))
    return Trying(reader).ways_if_need_be_without_choices(questions)


def _regions(trying: Trying, query: str, filters: Filters) -> list[Way]:
    """The prefectures around the chosen ones, then the whole country."""
    chosen = filters.get("prefecture", [])
    if not chosen:
        return []
    links = [*prefecture_links(), *((b, a) for a, b in prefecture_links())]
    near = sorted({b for a, b in links if a in chosen} - set(chosen))
    names = "・".join(PREFECTURES.name(code) for code in near)
    around = [(_("隣の地域も含める（%(names)s）") % {"names": names}, [*chosen, *near])] if near else []
    areas: list[tuple[str, list[str]]] = [*around, (_("全国で探す"), [])]
    return trying.ways((label, query, _with(filters, "prefecture", area)) for label, area in areas)


def _wider(trying: Trying, query: str, filters: Filters) -> list[Way]:
    """Without each other choice, one at a time; without any, where that is not enough."""
    names = [name for name in NAMES if name in filters and name != "prefecture"]
    without = [
        (_("「%(name)s」の条件を外す") % {"name": NAMES[name]}, query, _with(filters, name, [])) for name in names
    ]
    every = [(_("条件をすべて外す"), query, Filters())] if len(filters) > 1 else []
    return trying.ways([*without, *every])


def _with(filters: Filters, name: str, values: list[str]) -> Filters:
    return {key: found for key, found in {**filters, name: sorted(values)}.items() if found}


def _wordings(query: str, filters: Filters) -> Iterator[tuple[str, str, Filters]]:
    """The capability that the words tell of, and its other names."""
    known = {capability_term(capability.code): capability for capability in Capability.objects.all()}
    for term in dict.fromkeys(token.term for token in tokens(query) if token.use is Use.IDEA):
        if capability := known.get(term):
            label = _("支援領域「%(name)s」の事例") % {"name": capability.name}
            yield label, "", {**filters, "capability": [capability.code]}
            others = (name for name in (capability.name_ja, *capability.synonyms) if name != query)
            yield from ((name, name, filters) for name in others)


def _fewer(query: str, filters: Filters) -> Iterator[tuple[str, str, Filters]]:
    """Each word alone, where there are several; first without one of them."""
    parts = query.split()
    if len(parts) < 2:
        found = [token for token in tokens(query) if token.use is Use.WORD]
        parts = list(dict.fromkeys(query[token.start : token.end] for token in found))
    if len(parts) > 2:
        for left in range(len(parts)):
            text = " ".join(parts[:left] + parts[left + 1 :])
            yield text, text, filters
    if len(parts) > 1:
        yield from ((part, part, filters) for part in parts)
