"""A form or an operation that is sent twice is done once; deed and reply are there together or not at all."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from matching.models import Event, Proposal, Task
from network.actions import end_access
from network.models import KeptReply, Membership, Notice, User
from network.once import DEAD_AFTER, KEPT_FOR, forget_old
from tests.cast import World, build_world
from tests.threads import at_once, needs_several_connections


@pytest.fixture
def world(db) -> World:
    return build_world()


def client_of(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=world.people[who].pk))
    return client


def add_task(client: Client, world: World, what: str = "棚卸", **more: str):
    body = {"task-what": what, "task-organization": world.organizations["owner"].pk, **more}
    return client.post(f"/engagements/{world.teaming['work']}/tasks/", body)


def test_a_form_counts_once_under_its_key_and_anew_where_it_says_something_else(world):
    client, before = client_of(world, "editor"), Task.objects.count()
    answers = [add_task(client, world, idempotency_key="page-1") for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, answers[0]["Location"])] * 2
    assert Task.objects.count() == before + 1
    add_task(client, world, "別の作業", idempotency_key="page-1")  # gone back, changed, sent again
    assert Task.objects.count() == before + 2
    add_task(client, world, idempotency_key="page-2")
    add_task(client_of(world, "teammate"), world, idempotency_key="page-1")  # a key is its person's own
    add_task(client, world)
    assert Task.objects.count() == before + 5


def test_what_was_refused_did_nothing_and_is_asked_anew(world):
    client, before = client_of(world, "editor"), Task.objects.count()
    assert add_task(client, world, "", idempotency_key="page-1").status_code == 422
    assert client_of(world, "stranger").post("/engagements/1/tasks/", {"idempotency_key": "k"}).status_code == 404
    assert KeptReply.objects.count() == 0
    assert Task.objects.count() == before


def test_what_failed_on_its_way_leaves_neither_the_deed_nor_a_reply(world, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError

    client, before = client_of(world, "editor"), Task.objects.count()
    monkeypatch.setattr("matching.views.doing.messages.success", broken)
    assert add_task(client, world, idempotency_key="page-1").status_code == 500
    assert (Task.objects.count(), KeptReply.objects.count()) == (before, 0)
    monkeypatch.undo()
    assert add_task(client, world, idempotency_key="page-1").status_code == 302
    assert Task.objects.count() == before + 1


def test_who_may_do_less_now_gets_no_kept_reply(world):
    client = client_of(world, "editor")
    add_task(client, world, idempotency_key="page-1")
    assert KeptReply.objects.count() == 1
    Membership.objects.filter(user=world.people["editor"]).delete()
    end_access(world.people["editor"])
    assert KeptReply.objects.count() == 0
    again = client_of(world, "editor")
    assert add_task(again, world, idempotency_key="page-1").status_code == 404


def test_what_only_shows_something_is_not_kept(world):
    client = client_of(world, "editor")
    shown = client.post("/account/", {"action": "create", "idempotency_key": "page-1"})
    assert shown.status_code == 200
    assert KeptReply.objects.count() == 0, "a new token is shown once and stands nowhere"


def test_a_long_work_has_one_place_and_its_key_is_free_after_it_died(world):
    client, made = client_of(world, "facilitator"), Proposal.objects.filter(need=world.needs["need"])
    path, before = f"/needs/{world.needs['need'].pk}/propose/", made.count()
    answers = [client.post(path, {"idempotency_key": "page-1"}) for _ in range(2)]
    assert [one["Location"] for one in answers] == [answers[0]["Location"]] * 2
    assert made.count() == before + 1
    KeptReply.objects.update(status=0, at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))
    client.post(path, {"idempotency_key": "page-1"})
    assert made.count() == before + 2


def test_replies_are_forgotten_after_a_day(world):
    add_task(client_of(world, "editor"), world, idempotency_key="page-1")
    assert forget_old() == 0
    KeptReply.objects.update(at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    assert forget_old() == 1


def test_the_pages_script_and_the_server_call_the_field_the_same():
    script = (Path(settings.BASE_DIR) / "config/static/app/once.js").read_text()
    assert re.search(r'FIELD = "idempotency_key"', script)


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_are_one_and_all_are_told_the_same():
    needs_several_connections()
    world = build_world()
    before, room = Task.objects.count(), world.rooms["room"]
    clients = [client_of(world, "editor") for _ in range(8)]
    answers = at_once(*[lambda one=one: add_task(one, world, idempotency_key="page-1") for one in clients])
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, answers[0]["Location"])}
    assert Task.objects.count() == before + 1
    assert Notice.objects.filter(kind="room").count() == 0
    head = {"Accept": "application/json", "Idempotency-Key": "m-1"}
    post = f"/rooms/{room.pk}/messages/"
    said = at_once(*[lambda one=one: one.post(post, {"text": "一度"}, headers=head) for one in clients])
    assert {one.content for one in said} == {said[0].content}
    assert Event.objects.filter(room=room, text="一度").count() == 1
