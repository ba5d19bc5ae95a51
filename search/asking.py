"""A question as it is kept and as it stands in an address: words, and values by facet."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from network.text import unsafe
from search.facets import NAMES, Chosen, known_values
from search.text import QUERY_CHARACTERS

Filters = dict[str, list[str]]
"""Values by facet, each sorted; a facet without any is left out."""


def one_line(text: str) -> str:
    """The words as typed, without what a database refuses or what deceives a reader, on one line."""
    safe = "".join(char for char in text[:QUERY_CHARACTERS] if char.isspace() or not unsafe(char))
    return " ".join(safe.split())


def as_filters(chosen: Chosen) -> Filters:
    return {name: sorted(chosen[name]) for name in NAMES if chosen.get(name)}


def as_chosen(filters: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """What can still be asked for: values of lists that changed since are left out."""
    known = known_values()
    chosen = {name: frozenset(filters.get(name, ())) & known[name].keys() for name in NAMES}
    return {name: values for name, values in chosen.items() if values}


def fingerprint(query: str, filters: Mapping[str, Iterable[str]]) -> str:
    """The same for the same question, however it was typed."""
    plain = unicodedata.normalize("NFKC", query).casefold()
    return hashlib.sha256(json.dumps([plain, filters], sort_keys=True).encode("utf-8", "replace")).hexdigest()


def address(query: str, filters: Mapping[str, Iterable[str]], **more: str) -> str:
    """The address of the answers."""
    pairs = [("q", query)] if query else []
    pairs += [(name, value) for name in NAMES for value in filters.get(name, ())]
    pairs += more.items()
    return reverse("search:cases") + (f"?{urlencode(pairs)}" if pairs else "")


def in_words(query: str, filters: Mapping[str, Iterable[str]]) -> list[str]:
    """The question for a person: its words, then the names of what it is narrowed by."""
    known = known_values() if filters else {}
    names = [known[name].get(value, value) for name in NAMES for value in filters.get(name, ())]
    return [part for part in [query, *names] if part]
