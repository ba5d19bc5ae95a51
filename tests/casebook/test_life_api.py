"""Notes, questions and related cases over HTTP."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook import actions
from casebook.models import Insight, Question
from tests.casebook.life_cast import client_of

pytestmark = pytest.mark.django_db
INSIGHTS = "/api/v1/insights"


@pytest.fixture(autouse=True)
def _unthrottled(monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", {"anon": None, "user": None})


def get(world, reader, path, **query):
    return client_of(world, reader).get(path, query)


def post(world, reader, path, **body):
    return client_of(world, reader).post(path, json.dumps(body), content_type="application/json")


def errors(answer):
    return {error["field"] for error in answer.json()["errors"]}


def below(case, name):
    return f"/api/v1/cases/{case.external_id}/{name}"


class TestInsights:
    def test_what_one_reads_with_keys_as_files_write_them(self, world):
        found = {row["text"]: row for row in get(world, "facilitator", INSIGHTS).json()["results"]}
        lab = next(row for text, row in found.items() if "zqinsightlabqz" in text)
        section = next(row for text, row in found.items() if "zqinsightsectionqz" in text)
        assert lab["key"] == "lab:静岡県"
        assert (lab["case"], lab["section"], lab["by"]) == (None, None, "partner")
        assert (section["case"], section["section"], section["key"]) == ("case-mixed", "result", "network")
        assert not any("zqinsightownerqz" in text for text in found)

    def test_of_one_case(self, world):
        found = get(world, "facilitator", INSIGHTS, case="case-mixed").json()["results"]
        assert [row["case"] for row in found] == ["case-mixed"]
        assert get(world, "outsider", INSIGHTS, case="case-mixed").json()["count"] == 0
        assert get(world, "outsider", INSIGHTS, case="nothing").json()["count"] == 0
        assert get(world, "outsider", INSIGHTS, lab="x").status_code == 422

    def test_writing(self, world):
        made = post(
            world, "partner", INSIGHTS, text="声をかける順番", key="lab:静岡県", case="case-mixed", section="result"
        )
        assert made.status_code == 201
        assert made.json()["organization"] == "partner"
        stored = Insight.objects.get(pk=made.json()["id"])
        assert (stored.key, stored.section) == (f"lab:{world.labs['shizuoka'].pk}", "result")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "text"),
            ({"text": ""}, "text"),
            ({"text": "\u200b"}, "text"),
            ({"text": "x" * 601}, "text"),
            ({"text": "a", "key": "public"}, "key"),
            ({"text": "a", "key": "lab:大阪市"}, "key"),
            ({"text": "a", "key": "org:owner"}, "key"),
            ({"text": "a", "key": 5}, "key"),
            ({"text": "a", "section": "summary"}, "section"),
            ({"text": "a", "case": "case-draft"}, "case"),
            ({"text": "a", "case": "no-such"}, "case"),
            ({"text": "a", "case": "case-mixed", "section": "background"}, "section"),
            ({"text": "a", "case": "case-mixed", "section": "poem"}, "section"),
            ({"text": "a", "organization": "owner"}, "organization"),
            ({"text": "a", "organisation": "partner"}, "organisation"),
        ],
    )
    def test_what_is_refused(self, world, body, field):
        before = Insight.objects.count()
        answer = post(world, "partner", INSIGHTS, **body)
        assert answer.status_code == 422
        assert field in errors(answer)
        assert Insight.objects.count() == before

    def test_a_hidden_case_is_refused_as_a_missing_one(self, world):
        hidden = post(world, "partner", INSIGHTS, text="a", case="case-draft").json()
        assert hidden == post(world, "partner", INSIGHTS, text="a", case="no-such").json()

    def test_a_list_costs_the_same_for_one_and_for_three(self, world, django_assert_num_queries):
        Insight.objects.all().delete()
        partner, lab = world.people["partner"], f"lab:{world.labs['shizuoka'].pk}"
        organization = world.organizations["partner"]

        def write():
            actions.note_insight(
                by=partner, text="棚から", key=lab, case=world.cases["network"], organization=organization
            )

        client = client_of(world, "partner")
        write()
        with CaptureQueriesContext(connection) as one:
            assert client.get(INSIGHTS).json()["count"] == 1
        write()
        write()
        with django_assert_num_queries(len(one)):
            assert client.get(INSIGHTS).json()["count"] == 3


class TestRelated:
    def test_ids_titles_and_why(self, world):
        found = get(world, "anonymous", below(world.cases["public"], "related")).json()
        assert [row["id"] for row in found] == ["case-opensnow", "case-mixed"]
        assert set(found[0]) == {"id", "title", "why"}
        assert found[0]["why"] == ["capability", "industry", "prefecture"]

    def test_more_for_who_may_read_more(self, world):
        found = get(world, "partner", below(world.cases["public"], "related")).json()
        assert "case-network" in {row["id"] for row in found}


class TestQuestions:
    def test_names_go_to_those_who_may_know(self, world):
        path = below(world.cases["mixed"], "questions")
        (seen,) = get(world, "facilitator", path).json()["results"]
        assert seen["by"] is None
        assert [answer["by"] for answer in seen["answers"]] == ["支援に加わった機関"]
        (known,) = get(world, "editor", path).json()["results"]
        assert "zqaskerqz" in known["by"]
        assert [answer["by"] for answer in known["answers"]] == ["zqanswererqz"]

    def test_asking(self, world):
        made = post(world, "partner", below(world.cases["mixed"], "questions"), text="期間は", section="team")
        assert made.status_code == 201
        assert (made.json()["state"], made.json()["by"], made.json()["section"]) == (
            "asked",
            "架空 天竜システム・partnerさん",
            "team",
        )

    def test_a_section_one_may_not_read_is_refused_as_one_that_is_not_there(self, world):
        path = below(world.cases["mixed"], "questions")
        hidden = post(world, "outsider", path, text="期間は", section="team")
        missing = post(world, "outsider", below(world.cases["network"], "questions"), text="期間は", section="action")
        assert hidden.status_code == missing.status_code == 422
        assert hidden.json() == missing.json()

    @pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 1001}, {"text": "a", "section": "poem"}])
    def test_what_is_refused(self, world, body):
        before = Question.objects.count()
        assert post(world, "partner", below(world.cases["network"], "questions"), **body).status_code == 422
        assert Question.objects.count() == before
