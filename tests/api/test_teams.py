"""From a proposal to a closed engagement over HTTP, every request sent twice under its key."""

import json
from itertools import count

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from matching.models import Event, Room, SeatInvitation, Task, TeamPlan
from network.models import KeptReply, Organization, User
from tests.api.conftest import errors_of
from tests.api.test_organizations import count_queries
from tests.api.test_schema import conforms
from tests.cast import World, build_world
from tests.matching.forming import ROLES, editor_of, facilitator, without_teams

pytestmark = pytest.mark.django_db
KEYS = count(1)


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture
def world() -> World:
    made = build_world()
    without_teams()
    Organization.objects.filter(is_active=True).update(capacity_status="open", capacity_slots=2)
    return made


def caller(person: User) -> APIClient:
    client = APIClient()
    token, _made = Token.objects.get_or_create(user=person)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


def sent(person: User, path: str, body: object = None, *, key: str = ""):
    """One POST, with a key where one is given."""
    head = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return caller(person).post(f"/api/v1/{path}", body, format="json", **head)


def twice(person: User, path: str, body: object = None, status: int = 200):
    """The reply to a POST that is sent twice under one key; both are the same."""
    key = f"key-{next(KEYS)}"
    first, second = (sent(person, path, body, key=key) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content), path
    assert first.status_code == status, first.content.decode()
    return first


def seat(plan: dict, role: str) -> dict:
    return next(one for one in plan["seats"] if one["role"] == role)


def started(world: World) -> dict:
    """The reply to the start of a team that was formed through the API alone."""
    by, proposal = facilitator(world), world.proposals["latest"]
    plan = twice(by, "teams", {"proposal": proposal.pk, "brief": "在庫が合いません"}, 201).json()
    team = f"teams/{plan['id']}"
    for role, name in ROLES.items():
        path = f"{team}/seats/{seat(plan, role)['id']}/invite"
        asked = twice(by, path, {"organization": name}, 201).json()
        invitation = seat(asked, role)["invitations"][0]["id"]
        editor = editor_of(world.organizations[name])
        if role == "development":
            twice(editor, f"invitations/{invitation}/ask", {"text": "いつからですか"})
            twice(by, f"{team}/invitations/{invitation}/answer", {"text": "来月からです"})
            twice(editor, f"invitations/{invitation}/change", {"text": "運用は除く"})
            twice(by, f"{team}/invitations/{invitation}/answer", {"agreed": True})
        twice(editor, f"invitations/{invitation}/accept")
        for item in ("nda", "consent", "ties"):
            twice(editor, f"invitations/{invitation}/tick", {"item": item})
    missing = sent(by, f"{team}/start")
    assert missing.status_code == 409
    assert {"phases"} <= set(errors_of(missing))
    for one in plan["seats"]:
        if one["role"] not in ROLES:
            twice(by, f"{team}/seats/{one['id']}/cover", {"organization": "owner"})
    twice(by, f"{team}/ties", {"text": "面談で伝えました"})
    for item in ("ties",):
        for name in ROLES.values():
            mine = SeatInvitation.objects.get(organization__external_id=name)
            twice(editor_of(mine.organization), f"invitations/{mine.pk}/tick", {"item": item})
    return twice(by, f"{team}/start").json()


def room_of(plan: dict) -> str:
    return f"rooms/{Room.objects.get(team__engagement=plan['engagement']).pk}"


def test_a_team_is_formed_works_and_ends_and_nothing_is_done_twice(world, schema):
    by, lead = facilitator(world), editor_of(world.organizations["owner"])
    plan = started(world)
    assert (plan["state"], plan["gates"], TeamPlan.objects.count()) == ("working", [], 1)
    assert SeatInvitation.objects.count() == len(ROLES)
    slots = Organization.objects.get(external_id="partner").capacity_slots
    assert slots == 1, "one place, however often it was sent"

    work = f"engagements/{plan['engagement']}"
    twice(lead, f"{work}/phases", {"phase": "development", "accountable": "partner", "starts": "2026-12-01"})
    twice(lead, f"{work}/phases/development/parts", {"organization": "owner", "letter": "C"})
    body = {"what": "棚卸の手順書", "organization": "partner", "until": "2026-12-20", "phase": "development"}
    task = twice(lead, f"{work}/tasks", body, 201).json()["tasks"][0]
    assert Task.objects.count() == 1
    twice(lead, f"{work}/tasks/{task['id']}/done", {"done": True})
    twice(lead, f"{work}/decisions", {"text": "RPAを使う"}, 201)
    twice(lead, f"{work}/indicators", {"name": "入力時間", "unit": "%", "before": 80, "after": 5})
    looks = caller(lead).get(f"/api/v1/{work}").json()["check_ins"]
    twice(lead, f"{work}/check-ins/{looks[0]['id']}", {"text": "回っています"})
    twice(lead, f"{work}/hand-over", {"text": "月次の点検表"})

    room = room_of(plan)
    said = twice(lead, f"{room}/messages", {"text": "お疲れさまでした"}, 201).json()
    twice(by, f"{room}/messages", {"text": "こちらこそ", "reply_to": said["seq"]}, 201)
    path = f"/api/v1/{room}/messages/{said['seq']}"
    edited = caller(lead).put(path, {"text": "ありがとうございました", "version": 0}, format="json")
    assert (edited.status_code, edited.json()["text"]) == (200, "ありがとうございました")
    assert caller(lead).put(path, {"text": "遅い", "version": 0}, format="json").status_code == 409
    assert caller(by).put(path, {"text": "他人の文", "version": 1}, format="json").status_code == 403
    events = caller(by).get(f"/api/v1/{room}/events?after=0").json()
    assert [one["seq"] for one in events["events"]] == list(range(1, events["last"] + 1))
    assert caller(by).get(f"/api/v1/{room}/events?after={events['last']}").json()["events"] == []
    assert twice(by, f"{room}/read", {"seq": events["last"]}).json() == {"read_up_to": events["last"]}
    assert caller(lead).delete(path).status_code == 204
    gone = caller(by).get(f"/api/v1/{room}/events?after={said['seq'] - 1}").json()["events"][0]["message"]
    assert (gone["text"], gone["deleted_at"] is None) == ("", False)

    closed = twice(lead, f"{work}/close", {"outcome": "success", "worked": "早い", "stage_after": 3}).json()
    assert closed["state"] == "closed"
    assert closed["case"]
    for address, values in {
        "teams": {},
        "teams/{id}": {"id": plan["id"]},
        "invitations": {},
        "engagements": {},
        "engagements/{id}": {"id": plan["engagement"]},
        "rooms": {},
        "rooms/{id}": {"id": room.removeprefix("rooms/")},
        "rooms/{id}/events": {"id": room.removeprefix("rooms/")},
    }.items():
        for person in (by, lead):
            response = caller(person).get("/api/v1/" + address.format(**values))
            assert response.status_code in {200, 404}
            conforms(schema, f"/api/v1/{address}", "get", response)


def test_the_invited_see_by_the_api_what_the_page_shows_and_a_substitute_nothing(world, schema):
    by = facilitator(world)
    plan = sent(by, "teams", {"proposal": world.proposals["latest"].pk, "brief": "在庫が合いません"}).json()
    development = seat(plan, "development")["id"]
    sent(by, f"teams/{plan['id']}/seats/{development}/invite", {"organization": "partner"})
    sent(by, f"teams/{plan['id']}/seats/{development}/waitlist", {"organization": "helper"})
    [told] = caller(world.people["partner"]).get("/api/v1/invitations").json()["results"]
    assert told["matter"]["brief"] == "在庫が合いません"
    assert [one["capability"] for one in told["matter"]["requirements"]] == ["system_development"]
    text = json.dumps(told, ensure_ascii=False)
    assert world.needs["need"].title not in text
    assert all(one.name not in text for one in Organization.objects.exclude(external_id="partner"))
    assert caller(world.people["teammate"]).get("/api/v1/invitations").json()["results"] == []
    other = caller(world.people["partner"]).get(f"/api/v1/teams/{plan['id']}")
    assert other.status_code == 404
    candidates = caller(by).get(f"/api/v1/teams/{plan['id']}/seats/{development}/candidates")
    conforms(schema, "/api/v1/teams/{id}/seats/{seat}/candidates", "get", candidates)
    declined = twice(
        editor_of(world.organizations["partner"]), f"invitations/{told['id']}/decline", {"reason": "timing"}
    )
    assert (declined.json()["state"], declined.json()["matter"]) == ("declined", None)
    [promoted] = caller(world.people["teammate"]).get("/api/v1/invitations").json()["results"]
    assert promoted["state"] == "invited"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("teams", {}, "proposal"),
        ("teams", {"proposal": "1"}, "proposal"),
        ("teams/{id}/ties", {"text": " "}, "text"),
        ("teams/{id}/invite", {"deadline": "2020-01-01"}, "deadline"),
        ("teams/{id}/seats/{seat}/invite", {"organization": "nobody"}, "organization"),
        ("teams/{id}/seats/{seat}/cover", {"organization": "helper"}, "organization"),
        ("teams/{id}/dissolve", {"text": "a\0b"}, "text"),
        ("teams/{id}/start", {"strange": 1}, "strange"),
    ],
)
def test_what_cannot_be_is_refused_by_name(world, path, body, field):
    by = facilitator(world)
    plan = sent(by, "teams", {"proposal": world.proposals["latest"].pk}).json()
    answer = sent(by, path.format(id=plan["id"], seat=plan["seats"][0]["id"]), body)
    assert answer.status_code == 422
    assert field in errors_of(answer)


def test_lists_ask_as_often_with_three_as_with_one_and_a_message_keeps_its_key_for_good(world):
    plan = started(world)
    lead, room = editor_of(world.organizations["owner"]), room_of(plan)
    paths = [f"/api/v1/engagements/{plan['engagement']}", f"/api/v1/{room}/events", "/api/v1/invitations"]
    sent(lead, f"engagements/{plan['engagement']}/tasks", {"what": "作業", "organization": "owner"})
    first = sent(lead, f"{room}/messages", {"text": "一度"}, key="m-1")
    before = [count_queries(caller(lead), path) for path in paths]
    for n in range(2):
        sent(lead, f"engagements/{plan['engagement']}/tasks", {"what": f"作業{n}", "organization": "owner"})
        sent(lead, f"{room}/messages", {"text": f"言う{n}"})
    assert [count_queries(caller(lead), path) for path in paths] == before

    KeptReply.objects.all().delete()
    assert sent(lead, f"{room}/messages", {"text": "一度"}, key="m-1").content == first.content
    other = sent(lead, f"{room}/messages", {"text": "別の文"}, key="m-1")
    assert (other.status_code, list(errors_of(other))) == (422, ["Idempotency-Key"])
    assert Event.objects.filter(room=room.removeprefix("rooms/"), kind="message").count() == 3


def test_a_key_stands_for_one_request_of_one_person(world):
    by = facilitator(world)
    plan = sent(by, "teams", {"proposal": world.proposals["latest"].pk}, key="same").json()
    other = sent(by, "teams", {"proposal": world.proposals["latest"].pk, "title": "別"}, key="same")
    assert other.status_code == 422
    assert "Idempotency-Key" in errors_of(other)
    assert sent(by, f"teams/{plan['id']}/start", key="bad key!").status_code == 422
    refused = [sent(by, f"teams/{plan['id']}/start", key="again").status_code for _ in range(2)]
    assert refused == [409, 409], "what was refused is asked anew, and not kept"
    assert sent(world.people["stranger"], f"teams/{plan['id']}/start", key="same").status_code == 404
    assert APIClient().post("/api/v1/teams", HTTP_IDEMPOTENCY_KEY="same").status_code == 401
    assert KeptReply.objects.filter(key="same").count() == 1
