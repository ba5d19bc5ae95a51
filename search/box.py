"""The search box of the shell: what it finds in this room, and in which order the groups stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casebook.models import Case
from network import picking, seeking
from network.access import NETWORK, Reader, keys_held_by
from network.finding.words import folded
from network.models import Capability
from search.completing import completions
from search.finding import matching

ORDER = ("words", "cases", "organizations", "needs", "capabilities")
FURTHER = 2
"""So many of the words that a half-typed one may become are looked for."""
MOST = 100
"""Characters of a question that the box looks at."""


@dataclass(frozen=True, slots=True)
class Found:
    """One group with something in it; `whole` is the address of everything that answers, if there is one."""

    name: str
    label: str | Promise
    rows: list[seeking.Found]
    whole: str


def seek(text: str, reader: Reader, most: int) -> list[Found]:
    """At most so many of each group, without the groups in which nothing answers."""
    words = text.replace("\0", " ")[:MOST].strip()
    return [group for group in _groups(words, reader, most) if group.rows] if words else []


def _groups(words: str, reader: Reader, most: int) -> Iterator[Found]:
    names = sorted(seeking.GROUPS, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    for name in names:
        group = seeking.GROUPS[name]
        yield Found(name, group.label, group.seek(words, reader, most), group.whole(words, reader))


def seek_words(text: str, reader: Reader, most: int) -> list[seeking.Found]:
    """What a half-typed last word may become; each leads to everything that answers it."""
    offers = completions(text, reader, most=most)
    page = reverse("search:everything")
    return [seeking.Found(one.text, f"{page}?{urlencode({'q': one.text})}") for one in offers if one.text != text]


def seek_cases(text: str, reader: Reader, most: int) -> list[seeking.Found]:
    """Cases by title and the facts that all their readers see: nothing of a section, so that no owner's log need tell
    of a glance. Where the words as typed find too few, those that they may become are looked for."""
    ids = dict.fromkeys(matching(text, reader, most=most))
    if len(ids) < most:
        for offer in completions(text, reader, most=FURTHER):
            ids |= dict.fromkeys(matching(offer.text, reader, most=most))
    ids = dict.fromkeys(list(ids)[:most])
    cases = Case.objects.visible_to(reader).in_bulk(ids)
    return [_case(cases[pk]) for pk in ids if pk in cases]


def _case(case: Case) -> seeking.Found:
    line = " · ".join(part for part in (f"TLP:{case.tlp}", case.industry_name, case.prefecture_name) if part)
    return seeking.Found(case.title, reverse("casebook:case", args=[case.pk]), line)


def seek_organizations(text: str, reader: Reader, most: int) -> list[seeking.Found]:
    """Organizations of the network by name or reading."""
    found, _more = picking.matches(reader, text)
    return [
        seeking.Found(
            one.name,
            reverse("network:organization", args=[one.pk]),
            " · ".join(part for part in (one.kind_name, one.place) if part),
        )
        for one in found[:most]
    ]


def all_organizations(text: str, reader: Reader) -> str:
    listed = NETWORK in keys_held_by(reader)
    return f"{reverse('network:organizations')}?{urlencode({'q': text})}" if listed else ""


def seek_capabilities(text: str, reader: Reader, most: int) -> list[seeking.Found]:
    """Capabilities of which a name begins with the words, typed in kanji, kana or letters, then those with the words
    inside a name; each leads to its cases."""
    typed, known = folded(text), {capability.code: capability for capability in Capability.objects.all()}
    begun = [one.capability for one in completions(text, reader, most=most) if one.capability in known]
    holding = [code for code, one in known.items() if any(typed in folded(name) for name in _names(one))]
    found = [known[code] for code in dict.fromkeys([*begun, *holding])][:most]
    page = reverse("search:cases")
    return [seeking.Found(one.name, f"{page}?{urlencode({'capability': one.code})}", one.meaning) for one in found]


def _names(capability: Capability) -> tuple[str, ...]:
    return capability.name_ja, capability.name_en, *capability.synonyms


def register() -> None:
    seeking.register(
        "cases",
        seeking.Group(_("事例"), seek_cases, lambda text, _: f"{reverse('search:cases')}?{urlencode({'q': text})}"),
    )
    seeking.register("words", seeking.Group(_("ことばの候補"), seek_words, lambda _text, _reader: ""))
    seeking.register("organizations", seeking.Group(_("機関"), seek_organizations, all_organizations))
    seeking.register("capabilities", seeking.Group(_("支援領域"), seek_capabilities, lambda _text, _reader: ""))
