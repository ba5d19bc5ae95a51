"""Random lives of the casebook, searched with Meilisearch while its index lags behind: it may hide, it never tells."""

from typing import ClassVar

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import rule

from search import outbox
from search.finding import find
from search.indexing import enqueue
from search.models import Outbox
from tests.casebook.hidden_world import COMMON, World
from tests.casebook.lives import lived, machine_of, still_world  # noqa: F401 - a fixture
from tests.casebook.machine import Hidden
from tests.casebook.oracle import KINDS, word
from tests.casebook.surfaces import words_in

LIVES, LIVES_ON_POSTGRESQL, LENGTH = 8, 3, 40

pytestmark = [pytest.mark.meilisearch, pytest.mark.long]


def agree_on_lagging_results(world: World, reader: str, query: str, wanted: set[str]) -> None:
    """Never more than the oracle lets the reader find; just that once the index has caught up; and every number is
    that of the hits."""
    found = find(query, world.reader(reader), engine="meilisearch")
    hits = {hit.id for hit in found.hits}
    assert hits <= wanted, f"{reader} is told of {hits - wanted} for {query}"
    assert found.total == len(hits) == len(found.hits)
    for facet in found.facets:
        if facet.name in {"industry", "prefecture", "year", "capability"}:
            assert [value.count for value in facet.values] == ([len(hits)] if hits else []), facet.name
    told = {one for hit in found.hits for one in words_in(f"{hit.title}{hit.snippet}")}
    assert told <= {one for case in hits for one in world.oracle.words_of_case(reader, case)}
    if not Outbox.objects.exists():
        assert hits == wanted, f"{reader} is not told of {wanted - hits} for {query}, though nothing waits"


def lagging_search(world: World, reader: str, turn: int) -> None:
    sections = world.oracle.sections(reader)
    agree_on_lagging_results(world, reader, COMMON, {case for case, _kind in sections})
    if turn % 3:
        return
    case, kind = "abcd"[turn % 4], KINDS[turn // 4 % len(KINDS)]
    agree_on_lagging_results(world, reader, word(case, kind), {case} if (case, kind) in sections else set())


class Lagging(Hidden):
    """The index is written now and then, by a rule of its own."""

    fresh: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        enqueue(case.pk for case in self.at.rows["case"].values())  # a life before left its own in the index

    @rule(often=st.sampled_from([True, False]))
    def write_the_index(self, often: bool) -> None:
        if often:
            outbox.drain()
            type(self).fresh += 1


def test_a_stale_index_may_hide_and_never_tells(still_world, meilisearch, request):  # noqa: F811 - the fixture
    enqueue(case.pk for case in still_world.rows["case"].values())
    outbox.drain()
    machine = machine_of(still_world, 0, kind=Lagging, everybody=(lagging_search,), light=(), heavy=())
    lives = LIVES_ON_POSTGRESQL if connection.vendor == "postgresql" else LIVES
    lived(machine, lives=lives, length=LENGTH)
    request.node.user_properties += [("hidden_steps", machine.steps)]
    request.node.user_properties += [("hidden_pairs", {f"{s} {r}": n for (s, r), n in machine.asked.items()})]
    assert machine.steps >= lives * LENGTH
    assert machine.fresh > lives
