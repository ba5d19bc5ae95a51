"""The casebook in numbers tells of no case that its reader may not see: never by one or two, whatever is subtracted."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casebook import statistics as module
from casebook.models import Case, Consent, Grant, Section
from casebook.statistics import DIMENSIONS, SMALLEST, Cell, along, counts, statistics, told, total
from network.models import Capability, Membership
from network.vocabulary import Role
from tests.casebook.log_cast import make_case, org_key
from tests.cast import make_organization, make_person

ANYONE = AnonymousUser()
INDUSTRIES, PREFECTURES, YEARS = ("E", "M"), ("22", "13"), (2023, 2024)
VIEWS = [
    {name: value for name, value in zip(DIMENSIONS, values, strict=True) if value is not None}
    for values in product((None, *INDUSTRIES), (None, *PREFECTURES), (None, *YEARS))
]
"""Every choice that can be made."""

CELLS = st.tuples(
    st.sampled_from(("", *INDUSTRIES)), st.sampled_from(("", *PREFECTURES)), st.sampled_from((None, *YEARS))
)
CHANGES = st.one_of(
    st.tuples(st.just("add"), CELLS, st.sampled_from("ABC"), st.integers(1, 5), st.sampled_from(
        ["public", "network", "org:A", "org:B", "nobody"])),
    st.tuples(st.just("close"), st.integers(0, 30), st.sampled_from(
        ["archived", "taken_down", "draft", "published", "embargo", "withdrawn", "expired"])),
    st.tuples(st.just("move"), st.integers(0, 30), CELLS),
    st.tuples(st.just("leave"), st.sampled_from("AB")),
    st.tuples(st.just("delete"), st.integers(0, 30)),
)  # fmt: skip


def matching(rows, view):
    return sum(all(row[DIMENSIONS.index(name)] == value for name, value in view.items()) for row in rows)


def leaks(reader, earlier):
    """What is shown of hidden cases to one reader in every view, now and against what was shown before: the numbers,
    and the differences of two, that are no multiple of three. Also returns what is shown."""
    found = counts(reader)
    numbers, seen = found.numbers, found.seen
    by_hand = list(Case.objects.visible_to(reader).values_list(*DIMENSIONS))
    assert sorted(map(str, seen.elements())) == sorted(str(Cell(*row)) for row in by_hand)
    shown = {}
    for view in VIEWS:
        shown[str(view)] = total(numbers, view) - matching(by_hand, view)
        for name in DIMENSIONS:
            others = {key: value for key, value in view.items() if key != name}
            for value, number in along(numbers, name, view).items():
                shown[str(view), name, value] = number - matching(by_hand, {**others, name: value})
    every = sorted({*shown.values(), *earlier.values()})
    alone = [number for number in shown.values() if number < 0 or number % SMALLEST]
    return alone + [a - b for a, b in product(every, every) if (a - b) % SMALLEST], shown


@contextmanager
def naive():
    """What one would write first: small numbers are left out of each cell, large ones are told as they are."""
    kept = module.told
    module.told = lambda visible, hidden: visible + (hidden if hidden >= SMALLEST else 0)
    try:
        yield
    finally:
        module.told = kept


class World:
    """Three organizations, a member of each of two, a stranger and the steward; cases as changes make them."""

    def __init__(self):
        self.organizations = {name: make_organization(f"org-{name}") for name in "ABC"}
        self.members = {name: make_person(f"member{name}") for name in "AB"}
        for name, person in self.members.items():
            Membership.objects.create(user=person, organization=self.organizations[name], role=Role.MEMBER)
        steward = make_person("steward", is_steward=True)
        self.readers = [ANYONE, make_person("stranger"), steward, *self.members.values()]
        self.count = 0

    def do(self, name, *given_):
        getattr(self, name)(*given_)

    def add(self, cell, owner, number, key):
        for _time in range(number):
            self.count += 1
            case = Case.objects.create(
                external_id=f"case-{self.count}", title="事例", owner=self.organizations[owner],
                **dict(zip(DIMENSIONS, cell, strict=True)),
            )  # fmt: skip
            section = Section.objects.create(case=case, kind="summary", text="本文")
            if key != "nobody":
                kind, _colon, named = key.partition(":")
                stored = f"{kind}:{self.organizations[named].pk}" if named else key
                Grant.objects.create(section=section, key=stored)

    def picked(self, position):
        return Case.objects.order_by("pk")[position : position + 1]

    def close(self, position, how):
        for case in self.picked(position):
            yesterday = timezone.localdate() - timedelta(days=1)
            if how == "embargo":
                Case.objects.filter(pk=case.pk).update(opens_on=yesterday + timedelta(days=2))
            elif how == "withdrawn":
                Consent.objects.create(
                    case=case, person="架空", means="mail", state="given", binding=True, withdrawn_at=timezone.now()
                )
            elif how == "expired":
                Grant.objects.filter(section__case=case).update(until=yesterday)
            else:
                Case.objects.filter(pk=case.pk).update(state=how)

    def move(self, position, cell):
        for case in self.picked(position):
            Case.objects.filter(pk=case.pk).update(**dict(zip(DIMENSIONS, cell, strict=True)))

    def leave(self, name):
        Membership.objects.filter(user=self.members[name]).delete()

    def delete(self, position):
        for case in self.picked(position):
            case.delete()


class NoSmallNumbers(TestCase):
    """Each example begins with an empty casebook."""

    @settings(max_examples=30)
    @given(changes=st.lists(CHANGES, min_size=1, max_size=8))
    def test_no_two_numbers_differ_by_one_or_two_hidden_cases(self, changes):
        world = World()
        before = {reader.pk: {} for reader in world.readers}
        for change in changes:
            world.do(*change)
            for reader in world.readers:
                found, before[reader.pk] = leaks(reader, before[reader.pk])
                assert found == []

    def test_a_view_is_made_of_these_numbers(self):
        world = World()
        for owner, key in (("A", "org:B"), ("B", "public"), ("C", "network")):
            for cell in (("E", "22", 2024), ("M", "22", None)):
                world.add(cell, owner, 4, key)
        for reader, view in product(world.readers, VIEWS[::4]):
            base, found = counts(reader), statistics(reader, view)
            assert (found.total, found.seen) == (total(base.numbers, view), total(base.seen, view))
            assert found.by == {name: along(base.numbers, name, view) for name in DIMENSIONS}

    def test_the_same_property_catches_what_one_would_write_first(self):
        world = World()
        world.add(("E", "22", 2024), "A", 4, "org:B")
        assert leaks(ANYONE, {})[0] == []
        with naive():
            assert leaks(ANYONE, {})[0] != []

    def test_and_what_two_moments_tell(self):
        world = World()
        world.add(("E", "22", 2024), "A", 3, "org:B")
        with naive():
            found, before = leaks(ANYONE, {})
            assert found == []
            world.add(("E", "22", 2024), "A", 1, "org:B")
            assert leaks(ANYONE, before)[0] != []


@pytest.mark.parametrize("visible", range(4))
@pytest.mark.parametrize(("hidden", "shown"), [(0, 0), (1, 0), (2, 0), (3, 3), (4, 3), (5, 3), (6, 6)])
def test_the_number_of_a_cell(visible, hidden, shown):
    assert told(visible, hidden) == visible + shown


class TestCells:
    def test_who_sees_more_is_told_more(self, small):
        for n in range(4):
            make_case(small, f"hidden-{n}", org_key(small.partner)).sections.get(kind="summary").delete()
        make_case(small, "open")
        key = ("E", "22", 2024)
        for reader, visible, number in ((ANYONE, 1, 4), (small["stranger"], 1, 4), (small["partner"], 5, 5),
                                        (small["editor"], 5, 5)):  # fmt: skip
            found = counts(reader)
            assert (found.seen[key], found.numbers[key]) == (visible, number)

    @pytest.mark.parametrize("how", ["draft", "archived", "taken_down", "embargo", "withdrawn", "nobody", "expired"])
    def test_what_is_open_to_nobody_is_not_counted(self, small, how):
        for n in range(3):
            case = make_case(small, f"case-{n}", org_key(small.partner))
            case.sections.get(kind="summary").delete()
            if how == "nobody":
                Grant.objects.all().delete()
            elif how == "expired":
                Grant.objects.update(until=timezone.localdate() - timedelta(days=1))
            elif how == "embargo":
                Case.objects.update(opens_on=timezone.localdate() + timedelta(days=1))
            elif how == "withdrawn":
                Consent.objects.create(
                    case=case, person="架空", means="mail", state="given", binding=True, withdrawn_at=timezone.now()
                )
            else:
                Case.objects.update(state=how)
        assert statistics(ANYONE, {}).total == 0
        assert statistics(small["editor"], {}).total == 3

    def test_choices_narrow_and_each_dimension_ignores_its_own(self, small):
        for name, values in (("a", {}), ("b", {"industry": "M"}), ("c", {"prefecture": "13"}), ("d", {"year": None})):
            make_case(small, name, **values)
        found = statistics(ANYONE, {"industry": "E", "prefecture": "22"})
        assert (found.total, found.seen) == (2, 2)
        assert found.by["industry"] == {"E": 2, "M": 1}
        assert found.by["prefecture"] == {"22": 2, "13": 1}
        assert found.by["year"] == {2024: 1, None: 1}

    def test_what_else_they_say_is_counted_of_visible_ones_alone(self, small):
        case = make_case(small, "open", outcome="failure", stage_before=1, stage_after=2)
        case.phases.create(phase="analysis")
        case.capabilities.add(Capability.objects.get(code="inventory"))
        for n in range(3):
            hidden = make_case(small, f"hidden-{n}", org_key(small.partner), outcome="success")
            hidden.sections.get(kind="summary").delete()
        found = statistics(ANYONE, {})
        assert found.total == 4
        assert found.visible == {
            "phase": {"analysis": 1}, "capability": {"inventory": 1}, "outcome": {"failure": 1},
            "stage_before": {"1": 1}, "stage_after": {"2": 1},
        }  # fmt: skip

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_numbers_take_two_queries_beside_who_it_is(self, small, count):
        for n in range(count):
            make_case(small, f"case-{n}", industry="EMA"[n])
        with CaptureQueriesContext(connection) as queries:
            counts(ANYONE)
        assert len(queries) == 2
        with CaptureQueriesContext(connection) as queries:
            statistics(small["partner"], {})
        assert sum("GROUP BY" in query["sql"] for query in queries) == 2 + len(module.MANY)


class TestPage:
    def test_it_says_that_small_numbers_are_left_out(self, small, client):
        for n in range(4):
            make_case(small, f"hidden-{n}", org_key(small.partner)).sections.get(kind="summary").delete()
        make_case(small, "open")
        said = client.get(reverse("casebook:statistics")).content.decode()
        assert "少数の値は伏せています" in said
        assert "4<small>件" in said
        assert "あなたが読める事例は1件" in said
        assert "製造業" in said
        assert "hidden-1" not in said
        assert "5<small>件" in small.client("partner").get(reverse("casebook:statistics")).content.decode()

    def test_it_narrows_by_links(self, small, client):
        make_case(small, "open")
        said = client.get(reverse("casebook:statistics"), {"industry": "E"}).content.decode()
        assert 'href="/cases/statistics/"' in said
        assert "?industry=E&amp;prefecture=22" in said
        assert "?industry=E&amp;year=2024" in said
        assert client.get(reverse("casebook:statistics"), {"industry": "M"}).status_code == 200

    @pytest.mark.parametrize(
        "query", [{"industry": "ZZ"}, {"prefecture": "48"}, {"year": "x"}, {"year": "9" * 40}, {"industry": "E\0"},
                  {"year": "1989"}],
    )  # fmt: skip
    def test_what_cannot_be_chosen_is_said_so(self, small, client, query):
        make_case(small, "open")
        response = client.get(reverse("casebook:statistics"), query)
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()

    def test_an_empty_casebook(self, client, db):
        assert "数えられる事例がまだありません" in client.get(reverse("casebook:statistics")).content.decode()


class TestApi:
    def test_the_same_numbers(self, small, client):
        for n in range(5):
            make_case(small, f"hidden-{n}", org_key(small.partner)).sections.get(kind="summary").delete()
        make_case(small, "open", industry="", prefecture="", year=None, outcome="success")
        found = client.get("/api/v1/case-statistics").json()
        assert found == {
            "total": 4, "readable": 1, "groups_of": 3,
            "industry": {"E": 3, "unknown": 1}, "prefecture": {"22": 3, "unknown": 1},
            "year": {"2024": 3, "unknown": 1},
            "phase": {}, "capability": {}, "outcome": {"success": 1}, "stage_before": {}, "stage_after": {},
        }  # fmt: skip
        assert small.client("partner").get("/api/v1/case-statistics/?industry=E").json()["total"] == 5

    @pytest.mark.parametrize("query", ["industry=ZZ", "year=x", "yaer=2024", "page=2", "year=2024%00"])
    def test_bad_input(self, client, db, query):
        response = client.get(f"/api/v1/case-statistics?{query}")
        assert response.status_code == 422
        assert "traceback" not in response.content.decode().lower()
