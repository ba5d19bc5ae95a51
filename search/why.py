"""Why a case was found: which of the words stand in its title and in which of its readable sections."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from casebook.vocabulary import SectionKind
from search.finding import Hit
from search.models import Posting
from search.snippets import analysed_once
from search.text import Use, tokens

Why = list[tuple[str, list[str]]]
"""Where, in words, and the words of the query that stand there, as they were typed."""

SHOWN = 4
"""So many places of one case are named."""


def why(hits: Iterable[Hit], query: str) -> list[Why]:
    """For each hit in its order, the places: title, the section that answers best, the others in the order of reading.
    One query for any number of hits."""
    hits = list(hits)
    forms: dict[str, str] = {}
    for token in tokens(query):
        if token.use is Use.WORD:
            forms.setdefault(token.term, query[token.start : token.end])
    sections = [section.pk for hit in hits for section in hit.reading.sections]
    held: dict[int, set[str]] = defaultdict(set)
    if forms and sections:
        for pk, term in Posting.objects.filter(document__in=sections, term__in=forms).values_list("document", "term"):
            held[pk].add(term)
    return [_places(hit, forms, held)[:SHOWN] for hit in hits]


def _places(hit: Hit, forms: dict[str, str], held: dict[int, set[str]]) -> Why:
    title = terms_of(hit.case.title)
    # The index counts title and facts with every section: a word of them stands in a text only if one sees it there.
    heading = title.union(terms_of(hit.case.industry_name), terms_of(hit.case.prefecture_name))
    places = [(_("題名"), [form for term, form in forms.items() if term in title])]
    # The section that answers best first: its text stands above.
    for section in sorted(hit.reading.sections, key=lambda section: section != hit.section):
        text = section.text.casefold()
        here = [
            form
            for term, form in forms.items()
            if term in held[section.pk] and (term not in heading or form.casefold() in text or term in text)
        ]
        places.append((str(SectionKind(section.kind).label), here))
    return [(name, list(dict.fromkeys(words))) for name, words in places if words]


def terms_of(text: str) -> frozenset[str]:
    return frozenset(token.term for token in analysed_once(text))
