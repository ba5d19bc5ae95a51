"""A team that starts has its room, and the room tells what the team does; the two pages lead to each other."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casebook.models import Case
from matching import actions
from matching.models import CheckIn, Engagement, Room, TeamPlan
from matching.rooms import actions as rooms
from matching.rooms.notes import sentence
from network.models import Collaboration, Notice, User
from tests.cast import World
from tests.matching.forming import ROLES, editor_of, facilitator, ready


@pytest.fixture
def engagement(world: World) -> Engagement:
    plan = ready(world)
    spare = plan.seats.filter(holder=None).first()
    assert spare is not None
    actions.invite(
        spare, organization=world.organizations["helper"], by=facilitator(world)
    )  # until the end, and not in
    return actions.start(plan, by=facilitator(world))


@pytest.fixture
def room(engagement: Engagement) -> Room:
    return Room.objects.get(team=engagement.team_id)


@pytest.fixture
def lead(world: World, engagement: Engagement) -> User:
    return editor_of(world.organizations["owner"])


def told(room: Room) -> list[str]:
    """The sentences of its stream, in order."""
    return [sentence(one.what, one.facts, one.by_name) for one in room.events.filter(kind="note").order_by("seq")]


def test_the_room_opens_with_the_team_for_its_members_and_its_lab(world, engagement, room):
    inside = {"facilitator", "editor", "colleague", "partner", "outsider"}
    for name, person in world.people.items():
        assert Room.objects.visible_to(person).contains(room) == (name in inside), name
    assert told(room) == ["連携ルームができました。", f"{facilitator(world).called}さんが支援を始めました。"]
    assert list(room.events.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_whatever_the_team_does_stands_in_its_room_in_order_and_who_was_only_asked_does_not(
    world, engagement, room, lead
):
    partner = world.organizations["partner"]
    phase = actions.plan_phase(engagement, phase="development", accountable=partner, by=lead)
    actions.set_part(phase, organization=world.organizations["owner"], letter=None, by=lead)
    task = actions.add_task(engagement, what="棚卸の手順書", organization=partner, by=lead)
    actions.finish_task(task, by=lead)
    actions.finish_task(task, done=False, by=lead)
    actions.decide(engagement, text="RPAを使う", by=lead)
    actions.measure(engagement, name="入力時間", before=80, by=lead)
    actions.hand_over(engagement, text="月次の点検表", by=lead)
    closed = actions.close(engagement, outcome="success", by=lead)
    actions.check_in(engagement.check_ins.get(months=1), text="回っています", by=lead)
    name = lead.called
    assert told(room)[2:] == [
        f"{name}さんが局面「開発」の計画を変えました。責任をもつのは{partner.name}です。",
        f"{name}さんが局面「開発」での{world.organizations['owner'].name}の分担を変えました。",
        f"{name}さんが作業「棚卸の手順書」を加えました（担当: {partner.name}）。",
        f"{name}さんが作業「棚卸の手順書」を終えました。",
        f"{name}さんが作業「棚卸の手順書」をやり直しにしました。",
        f"{name}さんが決定を記録しました: RPAを使う",
        f"{name}さんが成果の指標「入力時間」を記録しました。",
        f"{name}さんが企業の自走への引き継ぎを記録しました。",
        f"{name}さんが支援を終えました。",
        f"{name}さんが事例を書き始めました。",
        f"{name}さんが1か月後の様子を記録しました。",
    ]
    assert closed.case is not None
    numbers = list(room.events.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert world.organizations["helper"].name not in str(told(room))


def test_a_verb_that_is_refused_leaves_nothing_in_the_room(world, engagement, room, lead):
    before = told(room)
    with pytest.raises(Exception, match="チームの機関"):
        actions.add_task(engagement, what="x", organization=world.organizations["helper"], by=lead)
    assert told(room) == before


def test_a_check_in_that_is_due_is_told_in_the_room_once_and_of_a_dissolved_team_never(world, engagement, room):
    CheckIn.objects.filter(engagement=engagement, months=1).update(due=timezone.localdate())
    assert [actions.check_ins_due(), actions.check_ins_due()] == [1, 0]
    assert told(room)[-1] == "1か月後の確認の日になりました。"
    actions.dissolve(TeamPlan.objects.get(pk=engagement.plan_id), reason="廃業", by=facilitator(world))
    assert "解散" in told(room)[-1]
    assert "廃業" not in str(told(room))
    CheckIn.objects.filter(engagement=engagement, months=3).update(due=timezone.localdate())
    assert actions.check_ins_due() == 0


def test_the_pages_lead_to_each_other_and_show_phases_tasks_and_files(world, engagement, room, lead, client):
    partner = world.organizations["partner"]
    today = timezone.localdate()
    actions.plan_phase(engagement, phase="development", accountable=partner, starts=today, ends=today, by=lead)
    actions.add_task(engagement, what="棚卸の手順書", organization=partner, until=today, by=lead)
    client.force_login(lead)
    page = client.get(f"/rooms/{room.pk}/").content.decode()
    left, side = page.split('data-part="talk"')[0], page.split('data-part="side"')[1]
    assert f"/engagements/{engagement.pk}/" in left
    assert partner.name in left
    assert f"{today.month}/{today.day}" in left
    assert "棚卸の手順書" in side
    file = SimpleUploadedFile("手順.txt", "棚の順".encode())
    assert client.post(f"/rooms/{room.pk}/messages/", {"text": "", "file": file}).status_code == 302
    work = client.get(f"/engagements/{engagement.pk}/").content.decode()
    assert f'href="/rooms/{room.pk}/"' in work
    assert f"/rooms/{room.pk}/files/{room.events.get(kind='message').files.get().pk}/" in work
    assert "手順.txt" in work


def test_who_closes_without_editing_the_lead_leaves_one_click_to_its_editors(world, engagement, room, lead, client):
    pairs = Collaboration.objects.count()
    client.force_login(facilitator(world))
    body = {"close-outcome": "success", "close-worked": "早い"}
    assert client.post(f"/engagements/{engagement.pk}/close/", body).status_code == 302
    button = "事例を書き始める"
    assert button not in client.get(f"/engagements/{engagement.pk}/").content.decode()
    assert Collaboration.objects.count() >= pairs
    assert not Case.objects.filter(born_of=engagement.reference).exists()
    assert Notice.objects.filter(user=lead, facts__what="case_due").count() == 1
    client.force_login(lead)
    assert button in client.get(f"/engagements/{engagement.pk}/").content.decode()
    answer = client.post(f"/engagements/{engagement.pk}/case/")
    case = Case.objects.get(born_of=engagement.reference)
    assert answer["Location"] == f"/cases/{case.pk}/draft/"
    assert (case.owner, case.born_of) == (engagement.lead, engagement.reference)
    assert case.title != world.needs["need"].title


def test_a_room_that_was_opened_before_stays_the_teams(world):
    plan = ready(world)
    engagement = actions.start(plan, by=facilitator(world))
    room = rooms.open_room(engagement.team, labs=[plan.need.lab], by=facilitator(world))
    assert Room.objects.filter(team=engagement.team_id).get() == room
    assert told(room).count("連携ルームができました。") == 1
    assert {one.external_id for one in engagement.team.organizations.all()} == set(ROLES.values())
