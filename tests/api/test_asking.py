"""Asking for more of a case over HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casebook.models import AccessRequest, Section
from network.models import Membership
from tests.api.conftest import errors_of
from tests.api.test_organizations import count_queries

pytestmark = pytest.mark.django_db
LIST = "/api/v1/access-requests"
PURPOSE = {"purpose": "お客様への説明のため"}
KEYS = {"id", "case", "purpose", "state", "asked_at", "answered_at", "answer", "until", "revoked_at"}
INSIDE = {"by", "on_behalf_of", "sections"}


def asking(case="open") -> str:
    return f"/api/v1/cases/case-{case}/access-requests"


def ask(casebook, reader="partner", case="open", body=PURPOSE):
    return casebook.client(reader).post(asking(case), body, format="json")


def answer(casebook, request, reader="editor", **body):
    return casebook.client(reader).post(f"{LIST}/{request}/answer", body, format="json")


def grant(casebook, request, reader="editor", **more):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    said = {"state": "granted", "sections": ["identity"], "until": until, **more}
    return answer(casebook, request, reader, **said)


def lines(casebook, reader) -> list[dict[str, object]]:
    response = casebook.client(reader).get(LIST)
    assert response.status_code == 200
    return response.json()["results"]


# --- Asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "case", "status"),
    [
        ("anonymous", "open", 401),
        ("stranger", "open", 201),
        ("partner", "open", 201),
        ("steward", "open", 201),
        ("member", "open", 403),
        ("editor", "open", 403),
        ("partner", "draft", 404),
        ("partner", "nothing", 404),
        ("partner", "network", 409),
    ],
)
def test_who_may_ask(casebook, reader, case, status):
    response = ask(casebook, reader, case)
    assert response.status_code == status
    if status != 201:
        assert errors_of(response)
        assert not AccessRequest.objects.exists()


def test_the_answer_says_what_the_person_said_and_nothing_of_the_sections(casebook):
    told = ask(casebook).json()
    assert set(told) == KEYS
    assert (told["case"], told["purpose"], told["state"]) == ("case-open", PURPOSE["purpose"], "open")


def test_asking_twice_is_a_conflict_that_says_so(casebook):
    ask(casebook)
    again = ask(casebook)
    assert again.status_code == 409
    assert "すでに申請しています" in errors_of(again)[""]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "purpose"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": None}, "purpose"),
        ({"purpose": 3}, "purpose"),
        ({"purpose": "\u200b"}, "purpose"),
        ({"purpose": "a\u0000"}, "purpose"),
        ({"purpose": "\ud800"}, "purpose"),
        ({"purpose": "あ" * 1001}, "purpose"),
        ({**PURPOSE, "sections": ["identity"]}, "sections"),
    ],
)
def test_what_cannot_be_taken_is_named(casebook, body, field):
    import json

    client = casebook.client("partner")
    response = client.generic("POST", asking(), json.dumps(body), content_type="application/json")
    assert response.status_code == 422
    assert field in errors_of(response)
    assert not AccessRequest.objects.exists()


def test_whether_one_section_or_two_are_hidden_is_not_told(casebook):
    found = []
    for kind in ("background", "lessons"):
        response = ask(casebook)
        told = {name: value for name, value in response.json().items() if name not in {"id", "asked_at"}}
        found.append((response.status_code, told))
        AccessRequest.objects.all().delete()
        Section.objects.create(case=casebook.cases["open"], kind=kind, text="本文")
    assert found[0] == found[1]


# --- The list -----------------------------------------------------------------------------------


def test_the_list_has_ones_own_and_those_to_ones_organization(casebook):
    ask(casebook, "partner")
    ask(casebook, "stranger")
    assert [set(line) for line in lines(casebook, "partner")] == [KEYS]
    assert [set(line) for line in lines(casebook, "member")] == [KEYS | INSIDE] * 2
    assert lines(casebook, "facilitator") == []
    assert casebook.client("anonymous").get(LIST).status_code == 401
    assert casebook.client("partner").get(f"{LIST}?stat=open").status_code == 422


def test_what_was_granted_is_told_by_kind_to_the_owner_alone(casebook):
    grant(casebook, ask(casebook).json()["id"])
    [own], [inside] = lines(casebook, "partner"), lines(casebook, "editor")
    assert inside["sections"] == ["identity"]
    assert inside["on_behalf_of"] == "架空 駿河システム"
    assert "sections" not in own
    assert own["until"] == inside["until"]


def test_a_case_that_is_hidden_now_leaves_ones_list(casebook):
    ask(casebook)
    casebook.cases["open"].sections.all().delete()
    assert lines(casebook, "partner") == []
    assert len(lines(casebook, "editor")) == 1


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(casebook):
    ask(casebook, "partner")
    one = count_queries(casebook.client("member"), LIST)
    ask(casebook, "stranger")
    ask(casebook, "facilitator")
    assert count_queries(casebook.client("member"), LIST) == one


# --- Answering ----------------------------------------------------------------------------------


def test_a_grant_opens_the_section_to_who_asked(casebook):
    response = grant(casebook, ask(casebook).json()["id"], answer="どうぞ")
    assert response.status_code == 200
    assert set(response.json()) == KEYS | INSIDE
    kinds = [
        section["kind"] for section in casebook.client("partner").get("/api/v1/cases/case-open").json()["sections"]
    ]
    assert "identity" in kinds


def test_a_refusal_has_a_reason(casebook):
    request = ask(casebook).json()["id"]
    assert "answer" in errors_of(answer(casebook, request, state="declined"))
    assert "answer" in errors_of(answer(casebook, request, state="declined", answer=""))
    response = answer(casebook, request, state="declined", answer="お客様の了解がありません。")
    assert response.json()["state"] == "declined"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "open"}, "state"),
        ({"state": "granted"}, "sections"),
        ({"sections": []}, "sections"),
        ({"sections": ["nothing"]}, "sections[0]"),
        ({"sections": ["lessons"]}, "sections"),
        ({"until": "あした"}, "until"),
        ({"until": "2000-01-01"}, "until"),
        ({"until": "2999-01-01"}, "until"),
        ({"answer": "\u200b"}, "answer"),
        ({"answr": ""}, "answr"),
    ],
)
def test_an_answer_that_cannot_stand_is_named(casebook, body, field):
    request = ask(casebook).json()["id"]
    response = answer(casebook, request, **body) if body == {"state": "granted"} else grant(casebook, request, **body)
    assert response.status_code == 422
    assert field in errors_of(response)
    assert AccessRequest.objects.get().is_open


@pytest.mark.parametrize(
    ("reader", "status"), [("anonymous", 401), ("member", 403), ("partner", 403), ("stranger", 404)]
)
def test_only_editors_of_the_owner_answer(casebook, reader, status):
    request = ask(casebook).json()["id"]
    assert grant(casebook, request, reader).status_code == status


def test_the_second_answer_is_told(casebook):
    request = ask(casebook).json()["id"]
    grant(casebook, request)
    assert grant(casebook, request).status_code == 409
    assert answer(casebook, request, state="declined", answer="いいえ").status_code == 409


def test_what_nobody_asked_and_what_is_too_large_to_be_an_id_are_missing(casebook):
    for request in (987_654_321, "9" * 18, "9" * 40, "x"):
        assert grant(casebook, request).status_code == 404


def test_a_lost_membership_answers_no_more(casebook):
    request = ask(casebook).json()["id"]
    Membership.objects.filter(user=casebook.people["editor"]).delete()
    assert grant(casebook, request).status_code == 404
