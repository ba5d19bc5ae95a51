"""The postings of terms as columns of numbers, kept by this process as long as nothing has changed.

They belong to one state of `search.columns`: places are positions in `columns.sections`. How a term's postings are
read is the one thing in which the databases differ.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from search.columns import Columns
from search.columns.tables import NONE, Ids

KEPT_BYTES = 128 * 2**20
"""What was asked for longest ago is let go of beyond this; a posting takes six bytes."""
READ = {
    "sqlite": "SELECT term, group_concat(document_id), group_concat(frequency) FROM search_posting"
    " WHERE term IN ({}) GROUP BY term",
    "postgresql": "SELECT term, string_agg(int8send(document_id), ''), string_agg(int4send(frequency), '')"
    " FROM search_posting WHERE term IN ({}) GROUP BY term",
}
"""One row a term: a hundred thousand of them would take ten times as long, most of it to make Python objects."""

Places = np.ndarray[Any, np.dtype[np.int32]]


class Held(NamedTuple):
    """Where a term stands (ascending positions of sections), and how often it does in each."""

    places: Places
    frequencies: np.ndarray[Any, np.dtype[np.uint16]]

    @property
    def bytes(self) -> int:
        return int(self.places.nbytes + self.frequencies.nbytes)


NOWHERE = Held(np.empty(0, np.int32), np.empty(0, np.uint16))


@dataclass
class Shelf:
    """The postings kept for one state of the columns, the least lately used first."""

    columns: Columns
    terms: "OrderedDict[str, Held]"
    size: int = 0

    def put(self, term: str, held: Held) -> None:
        if term not in self.terms:
            self.size += held.bytes
            self.terms[term] = held
        while self.size > KEPT_BYTES and len(self.terms) > 1:
            self.size -= self.terms.popitem(last=False)[1].bytes


_lock = Lock()
_kept: dict[str, Shelf] = {}


def postings(terms: Sequence[str], columns: Columns) -> dict[str, Held]:
    """The postings of the terms in the sections of the columns; one query, none where all of them are kept."""
    if connection.in_atomic_block:
        # As with the columns: what is read here may be undone.
        return {**dict.fromkeys(terms, NOWHERE), **dict(_read(terms, columns))}
    name = str(connection.settings_dict["NAME"])
    found = _known(name, terms, columns)
    missing = [term for term in terms if term not in found]
    read = {**dict.fromkeys(missing, NOWHERE), **dict(_read(missing, columns))}
    _keep(name, read, columns)
    return found | read


def forget() -> None:
    """Let go of what is kept."""
    with _lock:
        _kept.clear()


def _known(name: str, terms: Iterable[str], columns: Columns) -> dict[str, Held]:
    with _lock:
        shelf = _kept.get(name)
        if shelf is None or shelf.columns is not columns:
            return {}
        for term in terms:
            if term in shelf.terms:
                shelf.terms.move_to_end(term)
        return {term: shelf.terms[term] for term in terms if term in shelf.terms}


def _keep(name: str, read: dict[str, Held], columns: Columns) -> None:
    with _lock:
        if name not in _kept or _kept[name].columns is not columns:
            _kept[name] = Shelf(columns, OrderedDict())
        for term, held in read.items():
            _kept[name].put(term, held)


def _read(terms: Sequence[str], columns: Columns) -> Iterator[tuple[str, Held]]:
    if not terms:
        return
    with connection.cursor() as cursor:
        cursor.execute(READ[connection.vendor].format(", ".join(["%s"] * len(terms))), list(terms))
        for term, documents, frequencies in cursor.fetchall():
            yield term, _placed(_numbers(documents, ">i8"), _numbers(frequencies, ">i4"), columns)


def _numbers(packed: Any, kind: str) -> Ids:
    if isinstance(packed, str):
        return np.fromstring(packed, np.int64, sep=",")
    return np.frombuffer(packed, kind).astype(np.int64)


def _placed(documents: Ids, frequencies: Ids, columns: Columns) -> Held:
    """By position; sections that the columns do not know, or not as indexed ones, are those of a later state."""
    known = columns.sections.id
    if np.any(documents[1:] < documents[:-1]):  # seldom: the databases go along an index
        order = np.argsort(documents, kind="stable")
        documents, frequencies = documents[order], frequencies[order]
    places = np.searchsorted(known, documents)
    places[places == len(known)] = 0
    there = (known[places] == documents) & (columns.sections.length[places] != NONE) if len(known) else places < 0
    counts = np.minimum(frequencies, np.iinfo(np.uint16).max)
    return Held(places[there].astype(np.int32), counts[there].astype(np.uint16))
