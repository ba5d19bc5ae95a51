"""Choosing an organization by typing: who is offered, what is taken for certain, what is asked back."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from network.picking import OFFERED, PicksOrganization, matches, offered_to
from tests.cast import READERS, make_organization

ACTIVE = {"owner", "partner", "elsewhere", "helper"}
NETWORK = {"partner", "outsider", "colleague", "editor", "facilitator", "other_facilitator", "steward", "teammate"}


@pytest.mark.parametrize("reader", READERS)
def test_active_organizations_are_offered_to_the_network_and_nothing_to_others(world, reader):
    found = set(offered_to(world.people[reader]).values_list("external_id", flat=True))
    assert found == (ACTIVE if reader in NETWORK else set())


@pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\0", "架空\0", "%", "_", "zqnowhereqz", "a" * 500])
def test_words_that_mean_nothing_find_nothing(world, typed):
    assert matches(world.people["editor"], typed) == ([], False)


def test_a_part_of_name_or_reading_finds_and_the_exact_name_comes_first(world):
    make_organization("long", name="架空 天竜システムズ本社", kana="カクウテンリュウホンシャ", prefecture="01")
    make_organization("short", name="天竜", kana="テンリュウ", prefecture="47")
    found, more = matches(world.people["editor"], " 天竜 ")
    assert [one.external_id for one in found] == ["short", "long", "partner"]
    assert not more
    assert [one.external_id for one in matches(world.people["editor"], "テンリュウ")[0]] == ["long", "short"]
    assert [one.external_id for one in matches(world.people["editor"], "partner")[0]] == ["partner"]


def test_only_so_many_are_offered_and_the_rest_is_hinted_at(world):
    for number in range(OFFERED):
        make_organization(f"many{number}", name=f"架空 みかん{number}")
    assert matches(world.people["editor"], "みかん")[1] is False
    make_organization("onemore", name="架空 みかん山")
    found, more = matches(world.people["editor"], "みかん")
    assert (len(found), more) == (OFFERED, True)


def test_one_match_and_ten_take_the_same_queries(world):
    make_organization("one", name="架空 りんご")
    with CaptureQueriesContext(connection) as few:
        [str(found.place) for found in matches(world.people["editor"], "りんご")[0]]
    for number in range(5):
        make_organization(f"apple{number}", name=f"架空 りんご{number}")
    with CaptureQueriesContext(connection) as many:
        [str(found.place) for found in matches(world.people["editor"], "りんご")[0]]
    assert len(many) == len(few)


# --- The form -----------------------------------------------------------------------------------


def form_of(world, reader="editor", without=None, **data):
    return PicksOrganization(data, reader=world.people[reader], without=without)


def test_a_chosen_id_wins_over_what_was_typed(world):
    form = form_of(world, other=str(world.organizations["elsewhere"].pk), other_q="天竜")
    assert form.is_valid()
    assert form.cleaned_data["other"] == world.organizations["elsewhere"]
    assert form.pick.chosen == world.organizations["elsewhere"]


@pytest.mark.parametrize("typed", ["天竜", "架空 天竜システム", "partner"])
def test_words_that_can_mean_one_only_are_taken_for_it(world, typed):
    form = form_of(world, other_q=typed)
    assert form.is_valid()
    assert form.cleaned_data["other"] == world.organizations["partner"]


def test_an_exact_name_is_taken_even_where_longer_ones_begin_alike(world):
    make_organization("longer", name="架空 天竜システム西日本")
    assert form_of(world, other_q="架空 天竜システム").is_valid()
    several = form_of(world, other_q="天竜")
    assert not several.is_valid()
    assert len(several.pick.found) == 2
    assert several.pick.typed == "天竜"
    assert several.pick.errors


def test_two_of_the_same_name_are_asked_about(world):
    make_organization("namesake", name="架空 天竜システム")
    form = form_of(world, other_q="架空 天竜システム")
    assert not form.is_valid()
    assert len(form.pick.found) == 2


def test_who_asks_is_not_offered_and_cannot_be_forged(world):
    own = world.organizations["owner"].pk
    assert not form_of(world, without=own, other=str(own)).is_valid()
    assert not form_of(world, without=own, other_q="浜名").is_valid()
    assert form_of(world, other_q="浜名").is_valid()


@pytest.mark.parametrize("reader", ["editor", "stranger", "anonymous"])
def test_an_organization_that_may_not_be_seen_looks_like_none(world, reader):
    closed = form_of(world, reader, other=str(world.organizations["closed"].pk))
    missing = form_of(world, reader, other="987654321")
    assert not closed.is_valid()
    assert not missing.is_valid()
    assert closed.errors == missing.errors


@given(sent=st.text(max_size=30), typed=st.text(max_size=30))
def test_whatever_is_sent_the_form_answers(sent, typed):
    form = PicksOrganization({"other": sent, "other_q": typed}, reader=AnonymousUser())
    assert not form.is_valid()
    assert form.pick.found == []


# --- The address --------------------------------------------------------------------------------


@pytest.mark.parametrize("without", ["", "x", "9" * 40, "-1", "\0", "１"])
def test_the_address_answers_odd_questions_with_candidates(world, client, without):
    client.force_login(world.people["editor"])
    asked = {"name": "other", "other_q": "天竜", "without": without}
    answer = client.get(reverse("network:pick_organization"), asked)
    assert answer.status_code == 200
    assert "架空 天竜システム" in answer.content.decode()


def test_the_fragment_serves_any_field_name_a_form_may_have(world, client):
    client.force_login(world.people["editor"])
    asked = {"name": "supplier", "supplier_q": "天竜", "other_q": "浜名"}
    page = client.get(reverse("network:pick_organization"), asked).content.decode()
    assert f'name="supplier" value="{world.organizations["partner"].pk}"' in page
    assert "浜名" not in page


def test_a_long_query_is_cut_and_answered(world, client):
    client.force_login(world.people["editor"])
    answer = client.get(reverse("network:pick_organization"), {"name": "other", "other_q": "あ" * 5000})
    assert "見つかりません" in answer.content.decode()
