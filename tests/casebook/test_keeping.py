"""Putting a case away, taking one down, and what everybody sees of it at the next request."""

from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casebook import actions
from casebook.models import Case, CaseEvent
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, CaseState
from network.actions import ConflictError
from network.models import Notice

pytestmark = pytest.mark.django_db
REASON = "本文に会社名が残っています。"


def client(world, reader) -> Client:
    made = Client()
    if reader != "anonymous":
        made.force_login(world.people[reader])
    return made


def state(world, case="public") -> str:
    return Case.objects.get(pk=world.cases[case].pk).state


def sees(world, reader, case="public") -> bool:
    return Case.objects.visible_to(world.people[reader]).contains(world.cases[case])


def take_down(world, case="public", by="steward", reason=REASON) -> Case:
    return actions.take_down(world.cases[case], reason=reason, by=world.people[by])


# --- Archive ------------------------------------------------------------------------------------


def test_an_archived_case_is_read_inside_only_until_it_is_restored(world):
    case, editor = world.cases["public"], world.people["editor"]
    actions.archive(case, by=editor)
    assert {reader: sees(world, reader) for reader in ("anonymous", "partner", "steward", "colleague", "editor")} == {
        "anonymous": False, "partner": False, "steward": False, "colleague": True, "editor": True,
    }  # fmt: skip
    actions.restore(case, by=editor)
    assert sees(world, "anonymous")
    deeds = CaseEvent.objects.filter(case=case).order_by("pk").values_list("deed", flat=True)
    assert list(deeds)[-2:] == [CaseDeed.ARCHIVED, CaseDeed.RESTORED]


@pytest.mark.parametrize("by", ["colleague", "partner", "steward", "delegate"])
def test_only_editors_of_the_owner_archive_and_restore(world, by):
    for verb, case in ((actions.archive, "public"), (actions.restore, "archived")):
        with pytest.raises(PermissionDenied):
            verb(world.cases[case], by=world.people[by])


@pytest.mark.parametrize(("verb", "case"), [("archive", "archived"), ("archive", "takendown"), ("restore", "public")])
def test_a_case_moves_only_from_the_state_that_it_is_in(world, verb, case):
    before = state(world, case)
    with pytest.raises(ConflictError):
        getattr(actions, verb)(world.cases[case], by=world.people["editor"])
    assert state(world, case) == before


def test_the_owner_cannot_undo_what_a_steward_did(world):
    take_down(world)
    for verb in (actions.restore, actions.archive):
        with pytest.raises(ConflictError):
            verb(world.cases["public"], by=world.people["editor"])
    with pytest.raises(PermissionDenied):
        actions.reinstate(world.cases["public"], by=world.people["editor"])
    assert not sees(world, "partner")


def test_the_buttons_on_the_case_move_it(world):
    address = f"/cases/{world.cases['public'].pk}/"
    editor = client(world, "editor")
    assert f"{address}archive/" in editor.get(address).content.decode()
    html = editor.post(f"{address}archive/", follow=True).content.decode()
    assert "保管しています" in html
    assert f"{address}restore/" in html
    assert "いまの状態では" in editor.post(f"{address}archive/", follow=True).content.decode()
    editor.post(f"{address}restore/")
    assert state(world) == CaseState.PUBLISHED
    for reader in ("colleague", "partner", "steward"):
        html = client(world, reader).get(address).content.decode()
        assert f"{address}archive/" not in html


def test_who_took_a_copy_is_told_when_the_case_is_put_away_and_not_when_it_comes_back(world):
    with patch("casebook.actions.keeping.tell_exporters") as recalled:
        actions.archive(world.cases["public"], by=world.people["editor"])
        recalled.assert_called_once_with(world.cases["public"], by=world.people["editor"])
        actions.restore(world.cases["public"], by=world.people["editor"])
    recalled.assert_called_once()


# --- Take-down ----------------------------------------------------------------------------------


def test_what_was_taken_down_is_gone_for_everybody_but_members_and_stewards(world):
    take_down(world)
    readers = ("anonymous", "partner", "facilitator", "stranger", "colleague", "editor", "steward")
    assert {reader for reader in readers if sees(world, reader)} == {"colleague", "editor", "steward"}
    actions.reinstate(world.cases["public"], by=world.people["steward"])
    assert sees(world, "anonymous")
    assert Case.objects.get(pk=world.cases["public"].pk).taken_down_because == ""


def test_the_house_the_editors_and_who_took_it_out_are_told(world):
    told: list[Case] = []
    case_changed.connect(lambda case, **_more: told.append(case), weak=False, dispatch_uid="test")
    try:
        with patch("casebook.actions.keeping.tell_exporters") as recalled:
            take_down(world)
    finally:
        case_changed.disconnect(dispatch_uid="test")
    assert told == [world.cases["public"]]
    recalled.assert_called_once_with(world.cases["public"], by=world.people["steward"])
    left = Notice.objects.filter(facts__what="taken_down")
    assert [notice.user for notice in left] == [world.people["editor"]]
    assert REASON not in str([notice.facts for notice in left])
    event = CaseEvent.objects.filter(case=world.cases["public"]).latest("pk")
    assert (event.deed, event.detail, event.by) == (CaseDeed.TAKEN_DOWN, REASON, world.people["steward"])


def test_a_second_take_down_is_told_again(world):
    for _round in range(2):
        take_down(world)
        actions.reinstate(world.cases["public"], by=world.people["steward"])
    for what in ("taken_down", "reinstated"):
        assert Notice.objects.filter(user=world.people["editor"], facts__what=what).count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "a\0b", "あ" * 1001])
def test_without_a_reason_that_can_be_read_nothing_is_taken_down(world, reason):
    with pytest.raises(ValidationError) as refused:
        take_down(world, reason=reason)
    assert "taken_down_because" in refused.value.message_dict
    assert state(world) == CaseState.PUBLISHED


@pytest.mark.parametrize("by", ["editor", "colleague", "partner", "facilitator", "former"])
def test_only_stewards_take_down_and_reinstate(world, by):
    with pytest.raises(PermissionDenied):
        take_down(world, by=by)
    with pytest.raises(PermissionDenied):
        actions.reinstate(world.cases["takendown"], by=world.people[by])


def test_a_steward_takes_down_nothing_that_is_hidden_from_stewards(world):
    for case in ("lab", "draft", "archived"):
        with pytest.raises(PermissionDenied):
            take_down(world, case)


def test_only_a_published_case_is_taken_down_and_only_a_taken_down_one_reinstated(world):
    with pytest.raises(ConflictError):
        take_down(world, "takendown")
    with pytest.raises(ConflictError):
        actions.reinstate(world.cases["public"], by=world.people["steward"])


# --- The pages ----------------------------------------------------------------------------------


def test_the_form_stands_on_the_case_for_stewards_alone(world):
    address = f"/cases/{world.cases['public'].pk}/"
    for reader, shown in (("steward", True), ("editor", False), ("partner", False), ("anonymous", False)):
        html = client(world, reader).get(address).content.decode()
        assert (f"{address}take-down/" in html) == shown


def test_taking_down_leads_to_the_list_where_it_can_be_undone(world):
    steward, pk = client(world, "steward"), world.cases["public"].pk
    response = steward.post(f"/cases/{pk}/take-down/", {"taken_down_because": REASON}, follow=True)
    assert response.redirect_chain == [("/steward/cases/", 302)]
    assert REASON in response.content.decode()
    steward.post(f"/cases/{pk}/reinstate/")
    assert state(world) == CaseState.PUBLISHED
    assert REASON not in steward.get("/steward/cases/").content.decode()
    assert steward.post(f"/cases/{pk}/reinstate/").status_code == 409


def test_a_missing_reason_is_asked_for_and_a_conflict_is_told(world):
    steward = client(world, "steward")
    response = steward.post(f"/cases/{world.cases['public'].pk}/take-down/", {"taken_down_because": "\u200b"})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    response = steward.post(f"/cases/{world.cases['takendown'].pk}/take-down/", {"taken_down_because": REASON})
    assert response.status_code == 409
    assert REASON in response.content.decode()


def test_the_reason_is_shown_to_members_and_stewards_on_the_case(world):
    take_down(world)
    address = f"/cases/{world.cases['public'].pk}/"
    for reader in ("colleague", "editor", "steward"):
        assert REASON in client(world, reader).get(address).content.decode()
    assert f"{address}reinstate/" in client(world, "steward").get(address).content.decode()
    assert f"{address}reinstate/" not in client(world, "editor").get(address).content.decode()
    for reader in ("partner", "anonymous"):
        assert client(world, reader).get(address).status_code == 404


def test_the_list_is_for_stewards_and_names_only_what_this_one_may_read(world):
    Case.objects.filter(pk__in=[world.cases["lab"].pk, world.cases["org"].pk]).update(
        state="taken_down", taken_down_because=REASON
    )
    html = client(world, "steward").get("/steward/cases/").content.decode()
    assert world.cases["takendown"].title in html
    assert world.cases["lab"].title not in html
    assert client(world, "editor").get("/steward/cases/").status_code == 404


def test_an_empty_list_says_what_to_do(world):
    Case.objects.filter(state="taken_down").delete()
    assert "公開を止めた事例はありません" in client(world, "steward").get("/steward/cases/").content.decode()


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(world):
    steward = client(world, "steward")

    def queries() -> int:
        steward.get("/steward/cases/")
        with CaptureQueriesContext(connection) as found:
            steward.get("/steward/cases/")
        return len(found)

    one = queries()
    take_down(world, "public")
    take_down(world, "network")
    assert queries() == one
