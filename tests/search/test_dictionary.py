"""Stewards write the dictionary: in force from the next question, in every document soon after."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from network.actions.base import ConflictError
from network.models import User
from search import actions, checking, dictionary, indexing, outbox, phrases, snippets
from search.dictionary import Synonym
from search.finding import find
from search.models import Document, Outbox
from search.text import tokens
from tests.search.cast import make_case, titles
from tests.search.fakes import call_command_output

PAGE, ADD = reverse("search:dictionary"), reverse("search:add_synonym")


@pytest.fixture(autouse=True)
def _nothing_learnt(db):
    yield
    phrases.learn(())


@pytest.fixture
def steward(db):
    person = User.objects.create_user("steward@example.jp", is_steward=True)
    Authenticator.objects.create(user=person, type="totp", data={})
    return person


def test_either_name_finds_both(bank, steward, anyone):
    make_case(bank, "甲", "朝礼で使う黒板")
    make_case(bank, "乙", "朝会で使う黒板")
    assert titles(find("朝会", anyone)) == ["乙"]
    one = actions.add_synonym(name="朝会", means="朝礼", by=steward)
    assert indexing.renew_marked() == 2
    assert set(titles(find("朝会", anyone))) == set(titles(find("朝礼", anyone))) == {"甲", "乙"}
    actions.remove_synonym(one, by=steward)
    assert indexing.renew_marked() == 2
    assert titles(find("朝会", anyone)) == ["乙"]


def test_a_new_case_is_indexed_with_it_and_others_are_left_alone(bank, steward, anyone):
    make_case(bank, "丙", "倉庫の話")
    before = Document.objects.get().fingerprint
    actions.add_synonym(name="朝会", means="朝礼", by=steward)
    assert indexing.renew_marked() == 0
    assert Document.objects.get().fingerprint == before
    make_case(bank, "甲", "朝礼で使う黒板")
    assert titles(find("朝会", anyone)) == ["甲"]


def test_what_is_marked_is_found_as_before_until_it_is_made_anew(bank, steward, anyone):
    make_case(bank, "甲", "朝礼で使う黒板")
    actions.add_synonym(name="集まり", means="朝礼", by=steward)
    assert [what for _pk, what in indexing.differences()] == ["old"]
    assert titles(find("黒板", anyone)) == ["甲"]
    indexing.renew_marked()
    assert indexing.differences() == []
    assert titles(find("集まり", anyone)) == ["甲"]


@pytest.mark.parametrize("back", [False, True])
def test_check_names_what_was_made_with_another_dictionary(bank, steward, index, back):
    """However the rows came or went, and whoever forgot to mark what they bear on."""
    make_case(bank, "丙", "倉庫の話")
    case = make_case(bank, "甲", "朝会で使う黒板")
    if back:
        actions.add_synonym(name="朝会", means="朝礼", by=steward)
        indexing.renew_marked()
    outbox.drain()
    assert indexing.differences() == checking.differences() == []
    if back:
        Synonym.objects.all().delete()
    else:
        Synonym.objects.create(name="朝会", means="朝礼", plain="朝会")
    dictionary.refresh()
    section = case.sections.get().pk
    assert indexing.differences() == [(section, "old")]
    call_command_output("search", "rebuild")
    assert indexing.differences() == checking.differences() == []


def test_check_names_a_document_of_meilisearch_that_was_made_with_another_dictionary(bank, steward, index):
    case = make_case(bank, "甲", "朝会で使う黒板")
    outbox.drain()
    actions.add_synonym(name="朝会", means="朝礼", by=steward)
    indexing.renew_marked()
    Outbox.objects.all().delete()  # as if it had been lost
    assert indexing.differences() == []
    assert checking.differences() == [(case.sections.get().pk, "old")]


def test_a_name_for_something_the_lists_know_means_what_they_say(steward):
    actions.add_synonym(name="街の金融機関", means="信金", by=steward)
    assert "信用金庫" in {token.term for token in tokens("街の金融機関")}


def test_a_text_that_was_shown_before_is_marked_by_the_dictionary_as_it_is_now(steward):
    assert snippets.marked("朝会の話", dictionary.query("朝礼")).marks == ()
    actions.add_synonym(name="朝会", means="朝礼", by=steward)
    assert snippets.marked("朝会の話", dictionary.query("朝礼")).marks == ((0, 2),)


def test_what_was_not_committed_is_not_known_to_the_next_question(steward):
    actions.add_synonym(name="朝会", means="朝礼", by=steward)
    Synonym.objects.all().delete()
    assert dictionary.query("朝会").words == ("朝会",)


def test_only_stewards_write(bank, banker, steward):
    with pytest.raises(PermissionDenied):
        actions.add_synonym(name="朝会", means="朝礼", by=banker)
    one = actions.add_synonym(name="朝会", means="朝礼", by=steward)
    with pytest.raises(PermissionDenied):
        actions.remove_synonym(one, by=banker)
    assert Synonym.objects.count() == 1


def test_a_name_has_one_meaning_however_it_is_written(steward):
    actions.add_synonym(name="ＡＢＣ分析", means="重点管理", by=steward)
    with pytest.raises(ConflictError):
        actions.add_synonym(name="abc 分析", means="在庫", by=steward)


def test_the_page_adds_and_removes(client, steward, bank, anyone):
    make_case(bank, "甲", "朝礼で使う黒板")
    client.force_login(steward)
    assert "まだありません" in client.get(PAGE).content.decode()
    assert 'value="朝会"' in client.get(PAGE, {"name": "朝会"}).content.decode()
    answer = client.post(ADD, {"name": "朝会", "means": "朝礼"}, follow=True)
    assert "朝礼" in answer.content.decode()
    assert titles(find("朝会", anyone)) == ["甲"]
    client.post(reverse("search:remove_synonym", args=[Synonym.objects.get().pk]))
    assert Synonym.objects.count() == 0
    assert find("朝会", anyone).total == 0


@pytest.mark.parametrize(
    ("name", "means", "word"),
    [
        ("", "朝礼", "必須"),
        ("の", "朝礼", "意味のあることば"),
        ("朝会", "★", "意味のあることば"),
        ("朝会", "朝 会", "別のことば"),
        ("信金", "信用組合", "はじめから辞書"),
        ("朝会\x00", "朝礼", "ことば"),
        ("朝" * 61, "朝礼", "60"),
    ],
)
def test_what_cannot_be_used_is_refused_and_stays_in_the_form(client, steward, name, means, word):
    client.force_login(steward)
    answer = client.post(ADD, {"name": name, "means": means})
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert Synonym.objects.count() == 0


def test_a_name_that_is_taken_is_a_conflict(client, steward):
    client.force_login(steward)
    actions.add_synonym(name="朝会", means="朝礼", by=steward)
    answer = client.post(ADD, {"name": "朝会", "means": "会議"})
    assert answer.status_code == 409
    assert "朝礼" in answer.content.decode()


def test_the_page_is_the_stewards(client, banker):
    client.force_login(banker)
    assert client.get(PAGE).status_code == 404
    assert client.post(ADD, {"name": "朝会", "means": "朝礼"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_however_many_rows(client, steward, rows, django_assert_max_num_queries):
    for number in range(rows):
        actions.add_synonym(name=f"朝会{number}号", means="朝礼", by=steward)
    client.force_login(steward)
    with django_assert_max_num_queries(14):
        client.get(PAGE)
