"""Pages of teams: what an invited organization sees before it accepts, and how every button answers."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from matching import actions
from matching.models import Engagement, SeatInvitation, TeamPlan
from network.models import Organization
from tests.matching.forming import (
    ROLES,
    accepted,
    brought_to,
    editor_of,
    facilitator,
    invited,
    plan_of,
    ready,
    seat_of,
    without_teams,
)

SECRET = ("zqneedtitleqz", "zqneedtextqz")


@pytest.fixture
def plan(world):
    world.needs["need"].employees = 47
    world.needs["need"].save()
    return plan_of(world, brief="在庫が合わず、急ぎの手配が増えています。")


def text_of(answer):
    return answer.content.decode()


# --- What the invited see -----------------------------------------------------------------------


def test_before_it_accepts_an_organization_sees_the_anonymous_need_its_seat_and_kinds_and_nothing_else(
    world, plan, client
):
    actions.invite_all(plan, by=facilitator(world))
    mine = SeatInvitation.objects.get(seat__role="development")
    client.force_login(editor_of(mine.organization))
    shown = text_of(client.get(f"/invitations/{mine.pk}/"))
    for told in ("静岡県", "製造業", "21〜50人", "在庫が合わず", "開発", "信用金庫"):
        assert told in shown, told
    for secret in (*SECRET, "47人", plan.need.title, "浜松市"):
        assert secret not in shown, secret
    for name in ("owner", "elsewhere"):
        assert world.organizations[name].name not in shown
    listed = text_of(client.get("/invitations/")) + text_of(client.get("/invitations/desk/"))
    assert mine.seat.title in listed
    assert plan.need.title not in listed


def test_by_name_where_the_facilitator_set_it_so(world, plan, client):
    actions.describe_team(plan, title=plan.title, brief="", shows="names", by=facilitator(world))
    mine = invited(world, plan, "development")
    client.force_login(editor_of(mine.organization))
    shown = text_of(client.get(f"/invitations/{mine.pk}/"))
    assert world.organizations["owner"].name in shown


def test_once_it_has_accepted_it_sees_by_name_who_has_too_and_no_other(world, plan, client):
    accepted(world, plan, "pmo")
    mine = accepted(world, plan, "development")
    invited(world, plan, "analysis")
    client.force_login(editor_of(mine.organization))
    shown = text_of(client.get(f"/invitations/{mine.pk}/"))
    assert world.organizations["owner"].name in shown
    assert world.organizations["elsewhere"].name not in shown
    assert "始める前の確認" in shown


@pytest.mark.parametrize("state", ["declined", "expired", "withdrawn", "filled"])
def test_what_is_over_says_so_and_nothing_of_the_matter(world, plan, client, state):
    mine = brought_to(state, world, plan)
    client.force_login(editor_of(mine.organization))
    answer = client.get(f"/invitations/{mine.pk}/")
    assert answer.status_code == 200
    assert plan.brief not in text_of(answer)
    assert "21〜50人" not in text_of(answer)


def test_a_substitute_and_a_stranger_find_no_invitation(world, plan, client):
    mine = brought_to("waiting", world, plan)
    for person in (editor_of(mine.organization), world.people["stranger"], facilitator(world)):
        client.force_login(person)
        assert client.get(f"/invitations/{mine.pk}/").status_code == 404
        assert client.post(f"/invitations/{mine.pk}/accept/").status_code == 404


def test_a_member_who_is_no_editor_reads_and_does_not_answer(world, plan, client):
    mine = invited(world, plan, "development")
    client.force_login(world.people["partner"])
    assert "機関の編集者です" in text_of(client.get(f"/invitations/{mine.pk}/"))
    for verb in ("accept", "decline", "ask", "change", "queue", "tick"):
        assert client.post(f"/invitations/{mine.pk}/{verb}/").status_code == 403


# --- Answers ------------------------------------------------------------------------------------


def test_answers_lead_on_and_refusals_keep_what_was_typed(world, plan, client):
    mine = invited(world, plan, "development")
    client.force_login(editor_of(mine.organization))
    page = f"/invitations/{mine.pk}/"
    refused = client.post(page + "decline/", {"reason": "other", "note": ""})
    assert refused.status_code == 422
    assert "理由を書いてください" in text_of(refused)
    kept = client.post(page + "ask/", {"question": "費用\u202eは"})
    assert kept.status_code == 422
    assert "費用" in text_of(kept)
    assert client.post(page + "ask/", {"question": "費用はだれが持ちますか"}).status_code == 302
    assert client.post(page + "change/", {"change": "運用は除いてください"}).status_code == 302
    assert client.post(page + "accept/").status_code == 302
    assert client.post(page + "accept/").status_code == 409
    assert client.post(page + "tick/", {"item": "nda", "on": "1"}).status_code == 302
    assert client.post(page + "tick/", {"item": "x"}).status_code == 422


def test_who_has_no_room_is_told_where_to_make_some(world, plan, client):
    mine = invited(world, plan, "development")
    Organization.objects.filter(external_id="partner").update(capacity_slots=0)
    client.force_login(editor_of(mine.organization))
    answer = client.post(f"/invitations/{mine.pk}/accept/")
    assert answer.status_code == 409
    assert "受付の状況" in text_of(answer)


# --- The facilitator's pages --------------------------------------------------------------------


def test_a_team_is_chosen_on_a_page_of_its_own(world, client):
    without_teams()
    client.force_login(facilitator(world))
    proposal = world.proposals["latest"]
    page = f"/needs/{proposal.need_id}/proposals/{proposal.pk}/choose/"
    assert "静岡県の製造業の支援" in text_of(client.get(page))
    refused = client.post(page, {"team": "1", "title": "", "brief": "在庫", "shows": "kinds"})
    assert refused.status_code == 422
    assert "在庫" in text_of(refused)
    made = client.post(page, {"team": "1", "title": "在庫の支援", "brief": "", "shows": "names"})
    assert made.status_code == 302
    plan = TeamPlan.objects.get()
    assert made.url == f"/teams/{plan.pk}/"
    assert client.post(page, {"team": "1", "title": "ふたつめ", "shows": "kinds"}).status_code == 409
    assert f"/teams/{plan.pk}/" in text_of(client.get(f"/needs/{proposal.need_id}/"))


def test_the_team_says_who_waits_since_when_and_answers_from_there(world, plan, client):
    asked = brought_to("asked", world, plan)
    client.force_login(facilitator(world))
    page = f"/teams/{plan.pk}/"
    shown = text_of(client.get(page))
    assert "費用はだれが持ちますか" in shown
    assert world.organizations["partner"].name in shown
    answer = f"{page}invitations/{asked.pk}/answer/"
    assert client.post(answer, {"answer": " "}).status_code == 422
    assert client.post(answer, {"answer": "国の補助で賄います"}).status_code == 302
    assert client.post(answer, {"answer": "もう一度"}).status_code == 409
    assert client.post(f"{page}invitations/{asked.pk}/withdraw/").status_code == 302
    assert client.post(f"{page}invitations/987654/withdraw/").status_code == 404


def test_candidates_are_asked_from_the_page_of_the_seat(world, plan, client):
    client.force_login(facilitator(world))
    seat = seat_of(plan, "development")
    page = f"/teams/{plan.pk}/seats/{seat.pk}/"
    assert world.organizations["partner"].name in text_of(client.get(page))
    assert client.get(page, {"q": "架空\0"}).status_code == 200
    partner = world.organizations["partner"].pk
    assert client.post(page + "invite/", {"organization": partner, "deadline": "2020-01-01"}).status_code == 422
    assert client.post(page + "invite/", {"organization": "987654321"}).status_code == 422
    assert client.post(page + "invite/", {"organization": world.organizations["closed"].pk}).status_code == 422
    assert client.post(page + "invite/", {"organization": partner}).status_code == 302
    assert client.post(page + "invite/", {"organization": partner}).status_code == 409
    helper = world.organizations["helper"].pk
    assert client.post(page + "waitlist/", {"organization": helper}).status_code == 302
    assert client.post(page + "cover/", {"organization": str(helper)}).status_code == 422


def test_two_facilitators_do_not_overwrite_each_other(world, plan, client):
    client.force_login(facilitator(world))
    body = {"title": "在庫の支援", "brief": "", "shows": "kinds", "version": "1"}
    assert client.post(f"/teams/{plan.pk}/describe/", body).status_code == 302
    late = client.post(f"/teams/{plan.pk}/describe/", {**body, "title": "倉庫の支援"})
    assert late.status_code == 409
    assert "倉庫の支援" in text_of(late)
    assert TeamPlan.objects.get().title == "在庫の支援"
    assert client.post(f"/teams/{plan.pk}/describe/", {**body, "version": "９9x"}).status_code == 409


def test_a_dissolved_team_is_only_read(world, plan, client):
    client.force_login(facilitator(world))
    assert client.post(f"/teams/{plan.pk}/dissolve/", {"reason": ""}).status_code == 422
    assert client.post(f"/teams/{plan.pk}/dissolve/", {"reason": "お客様の都合"}).status_code == 302
    shown = text_of(client.get(f"/teams/{plan.pk}/"))
    assert "お客様の都合" in shown
    assert "/invite/" not in shown
    assert client.post(f"/teams/{plan.pk}/invite/").status_code == 409


# --- Home ---------------------------------------------------------------------------------------


def test_the_desk_tells_what_waits_for_whom_the_longest_first(world, plan, client):
    late = invited(world, plan, "development")
    SeatInvitation.objects.filter(pk=late.pk).update(since=timezone.now() - timedelta(days=9))
    client.force_login(facilitator(world))
    shown = text_of(client.get("/teams/desk/"))
    assert "止まっています" in shown
    assert shown.index(late.organization.name) < shown.index("まだ招待していません")
    client.force_login(world.people["other_facilitator"])
    assert plan.need.title not in text_of(client.get("/teams/desk/"))


@pytest.mark.parametrize("path", ["/teams/desk/", "/invitations/desk/", "/invitations/"])
def test_lists_ask_as_often_with_three_as_with_one(world, client, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    plan, owner = plan_of(world), world.organizations["owner"]
    person = facilitator(world) if "teams" in path else editor_of(owner)
    invited(world, plan, "pmo")
    client.force_login(person)
    client.get(path)
    with CaptureQueriesContext(connection) as once:
        client.get(path)
    for role in ("development", "analysis"):
        invited(world, plan, role, owner)
    with CaptureQueriesContext(connection) as thrice:
        client.get(path)
    assert len(thrice) == len(once)


# --- At work ------------------------------------------------------------------------------------


def test_the_engagement_is_worked_on_from_its_page(world, client):
    plan = ready(world)
    engagement = actions.start(plan, by=facilitator(world))
    owner, partner = world.organizations["owner"].pk, world.organizations["partner"].pk
    client.force_login(editor_of(world.organizations["owner"]))
    page = f"/engagements/{engagement.pk}/"
    row = engagement.phases.get(phase="development")
    dates = {"phase-starts": "2026-12-01", "phase-ends": "2026-12-20"}
    for path, body, status in (
        ("phases/", {"phase-phase": "development", "phase-organization": partner, **dates}, 302),
        ("phases/", {"phase-phase": "development", "phase-organization": "987654"}, 422),
        (f"phases/{row.pk}/part/", {"organization": owner, "letter": "C"}, 302),
        (f"phases/{row.pk}/part/", {"organization": partner, "letter": "C"}, 422),
        ("tasks/", {"task-what": "棚卸", "task-organization": partner, "task-until": "2026-12-01"}, 302),
        ("tasks/", {"task-what": "", "task-organization": partner}, 422),
        ("decisions/", {"decision-text": "RPAを使う"}, 302),
        ("indicators/", {"indicator-name": "入力時間", "indicator-before": "80"}, 302),
        ("indicators/", {"indicator-name": "入力時間", "indicator-before": "NaN"}, 422),
        (f"check-ins/{engagement.check_ins.first().pk}/", {"look-note": "順調です"}, 302),
        ("hand-over/", {"handover-handover_note": ""}, 422),
        ("hand-over/", {"handover-handover_note": "月次の点検表"}, 302),
        ("close/", {"close-outcome": ""}, 422),
        ("close/", {"close-outcome": "success", "close-failed": "教育"}, 302),
        ("decisions/", {"decision-text": "遅すぎた決定"}, 409),
    ):
        answer = client.post(page + path, body)
        assert answer.status_code == status, (path, body)
    shown = text_of(client.get(page))
    assert "RPAを使う" in shown
    assert re.search(r'<rect class="fill-key"', shown)
    assert Engagement.objects.get().state == "closed"
    assert "この支援の事例を開く" in shown
    assert plan.need.title not in shown


def test_members_read_the_work_and_others_do_not_find_it(world, client):
    engagement = actions.start(ready(world), by=facilitator(world))
    found = dict.fromkeys(("partner", "colleague", "outsider", "facilitator"), 200)
    hidden = dict.fromkeys(("teammate", "stranger", "steward", "other_facilitator"), 404)
    for name, status in (found | hidden).items():
        client.force_login(world.people[name])
        assert client.get(f"/engagements/{engagement.pk}/").status_code == status, name
    assert set(ROLES.values()) == {each.external_id for each in engagement.team.organizations.all()}
