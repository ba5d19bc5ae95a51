"""Related cases: near ones first, hidden ones never, and nothing that tells who took part."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook.models import Case, CasePhase, Grant, Participant
from casebook.picking import matches
from casebook.related import related_to
from tests.casebook.life_cast import bring, case_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(world):
    """A case in construction whose neighbours are made by the tests: the cast's are in transport."""
    case = case_for(world, "base", {"summary": ["public"]}, industry="D", prefecture="20", stage_before=1)
    bring(case, "rpa", "pmo")
    CasePhase.objects.create(case=case, phase="development")
    return case


def near(world, name, keys=("public",), codes=(), phases=(), **values):
    values = {"industry": "", "prefecture": ""} | values
    case = case_for(world, name, {"summary": list(keys)}, **values)
    bring(case, *codes)
    CasePhase.objects.bulk_create([CasePhase(case=case, phase=phase) for phase in phases])
    return case


def titles(case, reader, **more):
    return [row.case.title for row in related_to(case, reader, **more)]


def test_what_is_shared_decides_the_order(world, base):
    near(world, "industry", industry="D")
    near(world, "both", codes=["rpa", "pmo"])
    near(world, "one", codes=["rpa"], phases=["development"])
    near(world, "all", codes=["rpa"], industry="D", prefecture="20", stage_before=1, phases=["development"])
    near(world, "nothing", codes=["bi"], industry="E")
    assert titles(base, world.people["stranger"]) == ["all", "both", "one", "industry"]


def test_why_is_said(world, base):
    near(world, "all", codes=["rpa"], industry="D", prefecture="20", stage_before=1, phases=["development"])
    (row,) = related_to(base, world.people["anonymous"])
    assert row.why == ["capability", "industry", "phase", "prefecture", "stage"]
    assert "同じ業種" in row.reasons


def test_a_place_or_a_stage_alone_makes_nobody_a_neighbour(world, base):
    near(world, "place", prefecture="20", stage_before=1, phases=["development"])
    assert titles(base, world.people["editor"]) == []


def test_an_unknown_industry_is_nothing_in_common(world):
    first = near(world, "first")
    near(world, "second")
    assert titles(first, world.people["editor"]) == []


def test_those_the_writer_named_come_first(world, base):
    near(world, "near", codes=["rpa", "pmo"], industry="D")
    far = near(world, "far")
    base.related.add(far)
    found = related_to(base, world.people["stranger"])
    assert [row.case.title for row in found] == ["far", "near"]
    assert found[0].why == ["named"]
    assert titles(far, world.people["stranger"]) == []  # naming is one way


def test_a_hidden_case_is_never_there_named_or_not(world, base):
    hidden = near(world, "hidden", keys=[], codes=["rpa", "pmo"], industry="D")
    near(world, "inside", keys=["network"], codes=["rpa"])
    base.related.add(hidden)
    assert titles(base, world.people["stranger"]) == []
    assert titles(base, world.people["partner"]) == ["inside"]
    assert titles(base, world.people["editor"]) == ["hidden", "inside"]


@pytest.mark.parametrize("closed", ["archived", "takendown", "withdrawn", "lapsed", "embargo"])
def test_a_closed_case_is_not_there(world, closed):
    open_case, reader = world.cases["public"], world.people["stranger"]
    shown = {row.case.external_id for row in related_to(open_case, reader, limit=50)}
    assert "case-opensnow" in shown
    assert f"case-{closed}" not in shown


def test_hidden_cases_do_not_change_the_order_nor_the_number(world, base):
    for number in range(3):
        near(world, f"open{number}", codes=["rpa"])
    before = titles(base, world.people["stranger"], limit=2)
    for number in range(5):
        near(world, f"hidden{number}", keys=[], codes=["rpa", "pmo"], industry="D")
    assert titles(base, world.people["stranger"], limit=2) == before == ["open0", "open1"]


def test_who_took_part_has_no_say(world, base):
    """Otherwise the order would tell who stands in a section that one may not read."""
    near(world, "first", codes=["rpa"])
    second = near(world, "second", codes=["rpa"])
    before = titles(base, world.people["stranger"])
    for case in (base, second):
        Participant.objects.create(case=case, organization=world.organizations["partner"])
    assert titles(base, world.people["stranger"]) == before


def test_a_case_is_not_its_own_neighbour(world, base):
    assert base.title not in titles(base, world.people["editor"], limit=50)


def test_it_costs_the_same_for_one_and_for_three(world, base, django_assert_num_queries):
    near(world, "a", codes=["rpa"], phases=["development"])
    with CaptureQueriesContext(connection) as one:
        assert len(related_to(base, world.people["partner"])) == 1
    near(world, "b", codes=["pmo"], phases=["development"])
    near(world, "c", codes=["rpa", "pmo"])
    with django_assert_num_queries(len(one)):
        assert len(related_to(base, world.people["partner"])) == 3


class TestPicking:
    def test_of_what_one_may_see(self, world):
        near(world, "冷蔵倉庫の入出荷")
        near(world, "冷蔵倉庫の秘密", keys=[])
        found, more = matches(world.people["stranger"], "冷蔵倉庫")
        assert [case.title for case in found] == ["冷蔵倉庫の入出荷"]
        assert not more
        assert len(matches(world.people["editor"], "冷蔵倉庫")[0]) == 2

    def test_an_exact_title_comes_first(self, world):
        near(world, "あ倉庫")
        near(world, "倉庫")
        assert matches(world.people["stranger"], " 倉庫 ")[0][0].title == "倉庫"

    def test_without_the_case_that_is_written(self, world):
        case = near(world, "冷蔵倉庫")
        assert matches(world.people["editor"], "冷蔵", case.pk) == ([], False)

    @pytest.mark.parametrize("typed", ["", "  ", "\0", "冷\0蔵"])
    def test_nothing_for_nothing(self, world, typed):
        assert matches(world.people["editor"], typed) == ([], False)

    def test_many_are_cut_and_said_to_be(self, world):
        for number in range(11):
            near(world, f"冷蔵{number:02}")
        found, more = matches(world.people["stranger"], "冷蔵")
        assert len(found) == 10
        assert more


def test_a_case_that_closes_leaves_at_once(world, base):
    near(world, "gone", codes=["rpa"])
    assert titles(base, world.people["stranger"]) == ["gone"]
    Grant.objects.filter(section__case=Case.objects.get(title="gone")).delete()
    assert titles(base, world.people["stranger"]) == []
