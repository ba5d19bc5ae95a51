"""Proposals over HTTP: weights for one run, progress, calling it off, asking again."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from matching import actions, running
from matching.actions import proposing
from matching.core.progress import Progress
from matching.models import Proposal, Run
from matching.running import RunTaken, begin
from matching.weights import BOUNDS, PROFILES, adjusted, adjusted_names, label, values_of
from network.models import Organization
from network.transfer.shapes import Refusal

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def facilitator(world, client):
    client.force_login(world.people["facilitator"])
    return client


def address(world, name="api-proposal-list", **more):
    return reverse(name, kwargs={"need": world.needs["need"].pk, **more})


def post(client, world, **body):
    return client.post(address(world), body, content_type=JSON)


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_lies_within_the_bounds(name):
    weights = PROFILES[name]
    assert all(BOUNDS[key].least <= value <= BOUNDS[key].most for key, value in values_of(weights).items())
    assert adjusted_names(weights) == []
    assert label(weights) == f"{name}/{weights.version}"


@pytest.mark.parametrize("name", BOUNDS)
def test_a_weight_may_be_set_to_its_bounds_and_no_farther(name):
    for value in (BOUNDS[name].least, BOUNDS[name].most):
        assert values_of(adjusted("default", {name: value}))[name] == value
    for value in (BOUNDS[name].least - 1, BOUNDS[name].most + 1):
        with pytest.raises(Refusal) as refused:
            adjusted("default", {name: value})
        assert refused.value.problems[0][0] == name


def test_a_run_keeps_its_weights(world, facilitator):
    told = post(facilitator, world, weights={"profile": "regional", "adjust": {"hop": 0.1}}).json()
    assert told["weights"]["profile"] == "regional"
    assert told["weights"]["adjusted"] == ["hop"]
    assert told["weights"]["values"]["hop"] == 0.1
    assert Proposal.objects.get(pk=told["id"]).weights == "regional/1+"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"weights": {"profile": "unheard"}}, "weights.profile"),
        ({"weights": {"adjust": {"hop": 9}}}, "weights.adjust.hop"),
        ({"weights": {"adjust": {"hops": 0.1}}}, "weights.adjust.hops"),
        ({"weights": {"adjust": {"hop": "much"}}}, "weights.adjust.hop"),
        ({"weights": {"adjust": [1]}}, "weights.adjust"),
        ({"weights": {"adjust": {"hop_cap": 2.5}}}, "weights.adjust.hop_cap"),
        ({"time_limit": 0}, "time_limit"),
        ({"time_limit": 1e9}, "time_limit"),
        ({"run": "mine"}, "run"),
        ({"run": 5}, "run"),
        ({"top": 11}, "top"),
        ({"diverse": "yes"}, "diverse"),
    ],
)
def test_what_may_not_be_asked_is_refused_by_name(world, facilitator, body, field):
    before = Proposal.objects.count()
    answer = post(facilitator, world, **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Proposal.objects.count() == before


def test_a_run_can_be_found_under_its_key(world, facilitator):
    key = str(uuid4())
    made = post(facilitator, world, run=key).json()
    told = facilitator.get(address(world, "api-run-detail", key=key)).json()
    assert (told["state"], told["proposal"]) == ("done", made["id"])
    again = post(facilitator, world, run=key)
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "run"


def test_a_key_in_use_is_refused_even_when_two_come_at_once(world):
    begin(world.needs["need"], key := uuid4(), by=world.people["facilitator"])
    with pytest.raises(RunTaken):
        begin(world.needs["need"], key, by=world.people["facilitator"])


def test_who_waits_is_told_and_may_call_it_off(world, monkeypatch):
    monkeypatch.setattr(running, "EVERY", 0)
    telling = begin(world.needs["need"], uuid4(), by=world.people["facilitator"])
    telling.watch(Progress(nodes=7, best=None, gap=1234))
    run = Run.objects.get(pk=telling.run.pk)
    assert (run.told["nodes"], run.told["gap"], run.told["score"]) == (7, 1234, None)
    assert not telling.cancelled()
    actions.cancel_run(run, by=world.people["facilitator"])
    assert not telling.cancelled()
    telling.watch(Progress(nodes=8, best=None, gap=1000))
    assert telling.cancelled()


def test_a_search_called_off_ends_with_the_best_so_far(world, monkeypatch):
    monkeypatch.setattr(running.Telling, "cancelled", lambda _self: True)
    key = uuid4()
    made = actions.make_proposal(world.needs["need"], by=world.people["facilitator"], run=key)
    assert (made.result["optimal"], made.result["stopped"]) == (False, "cancelled")
    assert made.result["teams"]
    assert Run.objects.get(key=key).state == "cancelled"


def test_a_run_that_breaks_is_told_as_failed(world, monkeypatch):
    monkeypatch.setattr(proposing, "network", None)
    key = uuid4()
    with pytest.raises(TypeError):
        actions.make_proposal(world.needs["need"], by=world.people["facilitator"], run=key)
    assert Run.objects.get(key=key).state == "failed"


def test_one_that_has_ended_is_not_called_off(world, facilitator):
    key = uuid4()
    actions.make_proposal(world.needs["need"], by=world.people["facilitator"], run=key)
    assert facilitator.delete(address(world, "api-run-detail", key=key)).status_code == 204
    assert not Run.objects.get(key=key).cancelled
    with pytest.raises(PermissionDenied):
        actions.cancel_run(Run.objects.get(key=key), by=world.people["other_facilitator"])


def test_the_same_question_has_the_same_answer(world, facilitator):
    body = {"top": 4, "weights": {"profile": "track_record"}}
    first, second = post(facilitator, world, **body).json(), post(facilitator, world, **body).json()
    assert first["run"] == second["run"]
    assert first["teams"] == second["teams"]
    again = facilitator.post(address(world, "api-proposal-rerun", pk=first["id"]))
    assert again.json() == {"same_inputs": True, "same_answer": True}


def test_asked_again_after_a_change_it_says_that_the_registry_is_another(world, facilitator):
    first = post(facilitator, world).json()
    Organization.objects.filter(external_id="partner").update(capacity_status="closed")
    told = facilitator.post(address(world, "api-proposal-rerun", pk=first["id"])).json()
    assert told == {"same_inputs": False, "same_answer": False}


def test_a_need_changed_since_is_asked_as_it_was(world, facilitator):
    first = post(facilitator, world).json()
    world.needs["need"].max_size = 1
    world.needs["need"].save()
    told = facilitator.post(address(world, "api-proposal-rerun", pk=first["id"])).json()
    assert told == {"same_inputs": True, "same_answer": True}


def test_no_team_comes_with_what_to_give_up(world, facilitator):
    need = world.needs["need"]
    need.lead_kinds = ["regional_bank"]
    need.save()
    told = post(facilitator, world).json()
    assert told["teams"] == []
    assert told["infeasible"]["size"] == 1
    assert told["infeasible"]["sets"][0]["sentence"].startswith("主担当の種類を問わないと、")


# --- On the page --------------------------------------------------------------------------------


def running_for(world, **told):
    run = begin(world.needs["need"], uuid4(), by=world.people["facilitator"]).run
    Run.objects.filter(pk=run.pk).update(told=told)
    return run


def on_page(run, name="matching:run"):
    return reverse(name, args=[run.need_id, run.key])


def test_who_waits_at_the_page_reads_how_far_it_is_and_is_offered_to_stop(world, facilitator):
    run = running_for(world, seconds=4.2, nodes=900, gap=12_000, score=512_345)
    html = facilitator.get(on_page(run)).content.decode()
    assert "4秒たちました。いまのところ51.2点のチームがあります。" in html
    assert "差は1.2点までです。" in html
    assert on_page(run, "matching:cancel_run") in html
    assert "every 1s" in html


def test_before_anything_is_known_nothing_is_claimed(world, facilitator):
    html = facilitator.get(on_page(running_for(world))).content.decode()
    assert "秒たちました" not in html
    assert "中止する" in html


def test_the_button_calls_the_run_off_and_goes_away(world, facilitator):
    run = running_for(world, seconds=1, nodes=1, gap=1, score=1)
    answer = facilitator.post(on_page(run, "matching:cancel_run"), headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert Run.objects.get(pk=run.pk).cancelled
    assert "中止しています" in html
    assert "中止する" not in html
    assert "every 1s" in html


def test_without_scripts_the_button_leads_back_to_the_need(world, facilitator):
    run = running_for(world)
    answer = facilitator.post(on_page(run, "matching:cancel_run"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("matching:need", args=[run.need_id]))


def test_what_has_ended_is_not_asked_for_again(world, facilitator):
    run = running_for(world)
    Run.objects.filter(pk=run.pk).update(state="done")
    html = facilitator.get(on_page(run)).content.decode()
    assert "every 1s" not in html
    assert "中止する" not in html


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_s_button_asks_under_the_key_that_it_looks_at(world, facilitator, scripts):
    need = reverse("matching:need", args=[world.needs["need"].pk])
    key = facilitator.get(need).context["run"]
    address = reverse("matching:propose", args=[world.needs["need"].pk])
    answer = facilitator.post(address, {"run": key}, headers={"HX-Request": "true"} if scripts else {})
    assert (answer["HX-Redirect"] if scripts else answer["Location"]) == need
    assert Run.objects.get(key=key).proposal == world.needs["need"].proposals.first()


@pytest.mark.parametrize("key", ["", "mine", "\0"])
def test_without_a_key_it_is_asked_all_the_same(world, facilitator, key):
    before = Proposal.objects.count()
    facilitator.post(reverse("matching:propose", args=[world.needs["need"].pk]), {"run": key})
    assert Proposal.objects.count() == before + 1


def test_pressed_twice_it_is_asked_twice(world, facilitator):
    address, key = reverse("matching:propose", args=[world.needs["need"].pk]), uuid4()
    before = Proposal.objects.count()
    for _press in range(2):
        assert facilitator.post(address, {"run": key}).status_code == 302
    assert Proposal.objects.count() == before + 2
