"""The collaboration graph: who is in it, for whom, where it stands, and that table and picture say the same."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from network.codes import KINDS
from network.graph.collaboration import PARTNERSHIP_STRENGTH, Edge, Graph, around, edges_known_to, within
from network.graph.layout import Layout, computed, digest, layout_of
from network.graph.rows import SHAPES, SORTS, group_of, picture_of, rows_of
from network.graph.strength import strength
from network.models import Collaboration, Organization, Partnership, Tie
from network.vocabulary import PartnershipState
from tests.cast import READERS, make_organization

NETWORK = {"partner", "outsider", "colleague", "editor", "facilitator", "other_facilitator", "steward", "teammate"}


def worked(one, other, engagements=1, **values):
    first, second = sorted([one, other], key=lambda organization: organization.pk)
    return Collaboration.objects.create(first=first, second=second, engagements=engagements, **values)


def allied(one, other, state=PartnershipState.CONFIRMED, **values):
    first, second = sorted([one, other], key=lambda organization: organization.pk)
    now = timezone.now()
    return Partnership.objects.create(
        first=first, second=second, state=state, proposed_by=one, proposed_at=now, answered_at=now, **values
    )


def names(graph):
    return [node.external_id for node in graph.nodes]


def pairs(graph):
    known = {node.pk: node.external_id for node in graph.nodes}
    return [tuple(sorted((known[edge.first], known[edge.second]))) for edge in graph.edges]


@pytest.fixture
def chain(world):
    """a – b – c – d – e by one engagement each, in 北海道; a and c confirmed a partnership too."""
    Collaboration.objects.all().delete()
    Partnership.objects.all().delete()
    made = {name: make_organization(name, prefecture="01", name=f"架空 {name}") for name in "edcba"}
    for one, other in ("ab", "bc", "cd", "de"):
        worked(made[one], made[other])
    allied(made["a"], made["c"], since=date(2024, 4, 1))
    world.organizations |= made
    return world


# --- What is in it ------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_only_who_may_be_known_is_in_it(world, reader):
    graph = around(world.organizations["owner"], world.people[reader])
    wanted = {"owner", "partner"} | ({"closed"} if reader == "steward" else set())
    assert set(names(graph)) == (wanted if reader in NETWORK else {"owner"})
    assert len(graph.edges) == (len(wanted) - 1 if reader in NETWORK else 0)


def test_interests_and_declared_nothings_are_no_collaboration(world):
    Collaboration.objects.all().delete()
    worked(world.organizations["owner"], world.organizations["elsewhere"], engagements=0)
    assert Tie.objects.exists()
    assert around(world.organizations["owner"], world.people["facilitator"]).edges == ()


@pytest.mark.parametrize("state", [state for state in PartnershipState if state != PartnershipState.CONFIRMED])
def test_what_one_side_says_is_never_drawn_not_even_for_that_side(world, state):
    Partnership.objects.all().delete()
    allied(world.organizations["owner"], world.organizations["elsewhere"], state)
    for reader in ("editor", "outsider", "steward"):
        graph = around(world.organizations["owner"], world.people[reader])
        assert "elsewhere" not in names(graph)


def test_partners_and_their_partners_with_all_that_binds_them(chain):
    graph = around(chain.organizations["a"], chain.people["facilitator"])
    assert names(graph) == ["a", "b", "c", "d"]
    assert pairs(graph) == [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]
    assert graph.left_out == 0
    [edge] = [edge for edge in graph.edges if edge.partnership]
    assert (edge.engagements, edge.since, edge.strength) == (0, date(2024, 4, 1), PARTNERSHIP_STRENGTH)


def test_two_of_the_second_circle_that_know_each_other_are_joined(chain):
    made = chain.organizations
    worked(made["b"], made["e"])
    graph = around(made["a"], chain.people["facilitator"])
    assert ("d", "e") in pairs(graph)


def test_a_prefecture_holds_its_own_organizations_and_nobody_else(chain):
    worked(chain.organizations["a"], chain.organizations["owner"])
    members = Organization.objects.visible_to(chain.people["editor"]).filter(prefecture="01")
    graph = within(members, chain.people["editor"])
    assert names(graph) == list("abcde")
    assert len(graph.edges) == 5


def test_an_engagement_of_a_partner_lifts_the_strength_and_a_partnership_keeps_it_from_fading(chain):
    made, long_ago = chain.organizations, timezone.localdate() - timedelta(days=3653)
    Collaboration.objects.all().delete()
    worked(made["a"], made["c"], 1, last=long_ago)
    worked(made["a"], made["b"], 1, last=long_ago)
    worked(made["d"], made["e"], 4, stated_strength=0.42)
    found = edges_known_to(chain.people["editor"])
    by_name = {tuple(sorted((e.first, e.second))): e.strength for e in found.values()}
    a, b, c, d, e = (made[name].pk for name in "abcde")
    assert by_name[tuple(sorted((a, c)))] == PARTNERSHIP_STRENGTH
    assert by_name[tuple(sorted((a, b)))] == pytest.approx(PARTNERSHIP_STRENGTH / 4, rel=1e-2)
    assert by_name[tuple(sorted((d, e)))] == 0.42


@pytest.mark.parametrize(
    ("engagements", "years", "expected"), [(1, 0, 0.3297), (3, 0, 0.6988), (3, 5, 0.3494), (0, 0, 0.0)]
)
def test_strength_as_worked_out_by_hand(engagements, years, expected):
    today = date(2026, 11, 22)
    assert strength(engagements, today - timedelta(days=round(years * 365.25)), today) == pytest.approx(
        expected, abs=1e-4
    )
    assert pytest.approx(0.3297, abs=1e-4) == PARTNERSHIP_STRENGTH


# --- Too many -----------------------------------------------------------------------------------


def test_the_strongest_stay_and_the_rest_is_counted(chain):
    made = chain.organizations
    worked(made["a"], made["e"], engagements=9)
    full = around(made["a"], chain.people["editor"])
    assert (names(full), full.left_out) == (list("abcde"), 0)
    small = around(made["a"], chain.people["editor"], limit=3)
    assert "a" in names(small)
    assert "e" in names(small)
    assert len(small.nodes) == 3
    assert small.left_out == 2
    alone = around(made["a"], chain.people["editor"], limit=1)
    assert (names(alone), alone.edges, alone.left_out) == (["a"], (), 3)


def test_a_prefecture_keeps_those_that_are_bound_most(chain):
    worked(chain.organizations["d"], chain.organizations["b"], engagements=9)
    members = Organization.objects.visible_to(chain.people["editor"]).filter(prefecture="01")
    graph = within(members, chain.people["editor"], limit=2)
    assert (names(graph), graph.left_out) == (["b", "d"], 3)
    assert pairs(graph) == [("b", "d")]


def test_one_partner_and_three_take_the_same_queries(chain):
    made = chain.organizations
    with CaptureQueriesContext(connection) as few:
        around(made["a"], chain.people["editor"])
    for number in range(2):
        worked(made["a"], make_organization(f"more{number}", prefecture="01"))
    with CaptureQueriesContext(connection) as more:
        around(made["a"], chain.people["editor"])
    assert len(more) == len(few)


# --- Where it stands, and what its shape says ---------------------------------------------------


def node(number):
    return Organization(pk=number, external_id=f"org-{number:04}", name=f"架空 {number}", kind="shinkin_bank")


def graph_of(numbers, links, strengths=None):
    nodes = tuple(node(number) for number in sorted(numbers))
    found = {(min(link), max(link)) for link in links if link[0] != link[1]}
    edges = tuple(Edge(*pair, engagements=1, strength=(strengths or {}).get(pair, 0.5)) for pair in sorted(found))
    return Graph(nodes, edges)


LINKS = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 14)), max_size=30)


@settings(max_examples=40)
@given(links=LINKS, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_the_database_answers_does_not_matter(links, seed):
    graph = graph_of(range(1, 15), links)
    shuffled = list(graph.edges)
    seed.shuffle(shuffled)
    again = Graph(graph.nodes, tuple(sorted(shuffled, key=lambda edge: edge.pair)))
    assert digest(again) == digest(graph)
    assert computed(Graph(graph.nodes, tuple(shuffled))).positions == computed(graph).positions


@settings(max_examples=40)
@given(links=LINKS)
def test_the_same_graph_stands_in_the_same_places_and_nobody_on_another(links):
    graph = graph_of(range(1, 15), links)
    first, second = computed(graph), computed(graph)
    assert first == second
    assert set(first.positions) == {node.pk for node in graph.nodes}
    spots = list(first.positions.values())
    for position, (x, y) in enumerate(spots):
        assert not [1 for other in spots[position + 1 :] if abs(x - other[0]) < 120 and abs(y - other[1]) < 50]


@settings(max_examples=60)
@given(links=LINKS)
def test_whom_two_share_and_what_only_they_join_agrees_with_counting(links):
    graph = graph_of(range(1, 15), links)
    found = computed(graph)
    near = {node.pk: set() for node in graph.nodes}
    for edge in graph.edges:
        near[edge.first].add(edge.second)
        near[edge.second].add(edge.first)
    for edge in graph.edges:
        assert found.shared[edge.pair] == len(near[edge.first] & near[edge.second])
        sides = [reached(near, start, without=edge.pair) for start in edge.pair]
        apart = edge.second not in sides[0] and min(map(len, sides)) > 1
        assert (edge.pair in found.bridges) == apart
        assert found.bridges.get(edge.pair, 0) == (min(map(len, sides)) if apart else 0)


def reached(near, start, without):
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for there in near[here] - seen:
            if (min(here, there), max(here, there)) != without:
                seen.add(there)
                waiting.append(there)
    return seen


def test_a_bridge_as_drawn_by_hand():
    """Two triangles joined by one edge, 3–4, and a leaf at 6."""
    graph = graph_of(range(1, 8), [(1, 2), (2, 3), (1, 3), (3, 4), (4, 5), (5, 6), (4, 6), (6, 7)])
    found = computed(graph)
    assert found.bridges == {(3, 4): 3}
    assert found.shared[1, 2] == 1
    assert found.shared[3, 4] == 0


def test_parts_without_a_path_between_them_do_not_overlap():
    graph = graph_of(range(1, 31), [(1, n) for n in range(2, 11)] + [(11, n) for n in range(12, 21)] + [(21, 22)])
    spots = computed(graph).positions
    boxes = []
    for part in (range(1, 11), range(11, 21), range(21, 23)):
        xs, ys = zip(*(spots[n] for n in part), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    for position, one in enumerate(boxes):
        for other in boxes[position + 1 :]:
            assert one[1] < other[0] or other[1] < one[0] or one[3] < other[2] or other[3] < one[2]


def test_a_layout_is_kept_for_the_graph_and_for_no_other(monkeypatch):
    cache.clear()
    graph = graph_of(range(1, 5), [(1, 2), (2, 3)])
    first = layout_of(graph)
    monkeypatch.setattr("network.graph.layout.computed", lambda _graph: Layout({}, {}, {}))
    assert layout_of(graph) == first
    assert layout_of(graph_of(range(1, 5), [(1, 2)])) == Layout({}, {}, {})
    assert layout_of(graph_of(range(1, 5), [(1, 2), (2, 3)], {(1, 2): 0.7})) == Layout({}, {}, {})
    cache.clear()


def test_an_empty_graph_and_a_lonely_organization_have_a_layout():
    assert computed(Graph((), ())) == Layout({}, {}, {})
    assert computed(graph_of([1], [])).positions == {1: (0, 0)}


# --- Picture and table --------------------------------------------------------------------------


def test_every_group_of_kinds_has_a_shape_of_its_own():
    assert len(set(SHAPES.values())) == len(SHAPES)
    assert {group_of(Organization(kind=kind)) for kind in KINDS} == set(SHAPES)
    assert {KINDS[kind].fields["group"] for kind in KINDS} == set(SHAPES)
    assert group_of(Organization(kind="nonsense")) in SHAPES


def test_picture_and_table_hold_the_same_pairs(chain):
    graph = around(chain.organizations["c"], chain.people["editor"])
    layout = layout_of(graph)
    drawn = {tuple(sorted((edge["source"], edge["target"]))) for edge in picture_of(graph, layout)["edges"]}
    for sort in SORTS:
        rows = rows_of(graph, layout, sort)
        assert {row.edge.pair for row in rows} == drawn
        assert all(row.second.pk != graph.center for row in rows)


@pytest.mark.parametrize(
    ("sort", "order"),
    [("engagements", ["e", "b", "d"]), ("name", ["b", "d", "e"]), ("last", ["d", "e", "b"])],
)
def test_the_table_is_sorted_as_asked(chain, sort, order):
    made, today = chain.organizations, timezone.localdate()
    Collaboration.objects.all().delete()
    Partnership.objects.all().delete()
    worked(made["a"], made["b"], 2, last=None)
    worked(made["a"], made["d"], 1, last=today)
    worked(made["a"], made["e"], 5, last=today - timedelta(days=400))
    graph = around(made["a"], chain.people["editor"])
    assert [row.second.external_id for row in rows_of(graph, layout_of(graph), sort)] == order


def page(client, world, reader, name, **asked):
    client.force_login(world.people[reader])
    return client.get(reverse("network:partnerships", args=[world.organizations[name].pk]), asked).content.decode()


def data_in(text):
    found = re.search(r'<script id="graph-data" type="application/json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1]) if found else None


def test_the_page_says_in_words_what_the_picture_shows(chain, client):
    made = chain.organizations
    Partnership.objects.all().delete()
    text = page(client, chain, "facilitator", "c")
    assert "2機関と組んできました" in text
    assert len(data_in(text)["nodes"]) == 5
    assert "この2機関をつなぐのはここだけです" in text
    worked(made["a"], made["e"])
    assert "この2機関をつなぐのはここだけです" not in page(client, chain, "facilitator", "c")


def test_the_picture_tells_nobody_of_an_organization_that_is_gone(world, client):
    for reader, told in (("editor", False), ("facilitator", False), ("steward", True)):
        text = page(client, world, reader, "owner")
        assert (world.organizations["closed"].name in json.dumps(data_in(text), ensure_ascii=False)) == told
        assert (world.organizations["closed"].name in text) == told


def test_a_name_cannot_end_the_data_block(chain, client):
    Organization.objects.filter(external_id="b").update(name="架空 </script><b>")
    text = page(client, chain, "editor", "a")
    assert "</script><b>" not in text
    assert "架空 </script><b>" in [node["name"] for node in data_in(text)["nodes"]]


def test_without_any_partner_the_page_says_what_would_fill_it(world, client):
    Collaboration.objects.all().delete()
    Partnership.objects.all().delete()
    text = page(client, world, "editor", "owner")
    assert data_in(text) is None
    assert "連携関係を申し入れてみてください" in text


@pytest.mark.parametrize("asked", [{"sort": "zz"}, {"sort": "\0"}, {"sort": "last", "x": "1"}])
def test_odd_questions_are_answered_like_none(chain, client, asked):
    assert data_in(page(client, chain, "editor", "a", **asked))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"prefecture": "01"},
        {"prefecture": "99"},
        {"prefecture": "\0"},
        {"lab": "9" * 40},
        {"lab": "9" * 5000},
        {"lab": "x"},
        {"lab": "\0"},
        {"lab": "-1", "prefecture": "22"},
    ],
)
def test_the_map_answers_any_question(chain, client, asked):
    client.force_login(chain.people["facilitator"])
    assert client.get(reverse("network:partners_map"), asked).status_code == 200


def test_the_map_of_a_lab_and_of_a_prefecture(chain, client):
    made, lab = chain.organizations, chain.labs["osaka"]
    made["a"].labs.add(lab)
    made["b"].labs.add(lab)
    client.force_login(chain.people["outsider"])
    by_lab = data_in(client.get(reverse("network:partners_map"), {"lab": lab.pk}).content.decode())
    assert [node["name"] for node in by_lab["nodes"]] == ["架空 a", "架空 b"]
    answer = client.get(reverse("network:partners_map"), {"prefecture": "01"})
    assert len(data_in(answer.content.decode())["nodes"]) == 5
    assert answer.context["alone"] == 0
    client.force_login(chain.people["stranger"])
    assert data_in(client.get(reverse("network:partners_map"), {"prefecture": "01"}).content.decode()) is None
