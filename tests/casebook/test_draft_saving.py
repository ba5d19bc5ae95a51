"""Saving while somebody types, and two people on one draft: nothing is lost, nothing is overwritten unseen."""

import pytest
from django.utils import timezone

from casebook import actions
from casebook.models import Delegation, Draft
from casebook.writing.content import Figure
from network.models import Membership
from network.vocabulary import Role
from tests.casebook.drafting import SECTIONS, address, begun, content_of, hidden, send
from tests.cast import make_person

pytestmark = pytest.mark.django_db
AUTO = {"autosave": "1"}


@pytest.fixture
def editor(small):
    return small.client("editor")


@pytest.fixture
def second(small):
    small.people["second"] = make_person("二人目")
    Membership.objects.create(user=small["second"], organization=small.owner, role=Role.EDITOR)
    return small.client("second")


def page(client, case, step):
    return client.get(address(case, step)).content.decode()


# --- Autosave -----------------------------------------------------------------------------------


def test_an_autosave_answers_with_what_the_page_needs_to_go_on(small, editor):
    case = begun(small)
    first = send(editor, case, "summary", summary="短い概要", **AUTO)
    assert first.status_code == 200
    told = first.json()
    assert set(told) == {"version", "seen", "at", "problems", "settled"}
    assert (told["version"], told["problems"]) == (2, {})
    again = editor.post(
        address(case, "summary"),
        {"summary": "もう少し長い概要", "version": told["version"], "seen": told["seen"], **AUTO},
    )
    assert again.json()["version"] == 3
    assert content_of(case).sections["summary"] == "もう少し長い概要"


def test_what_is_valid_is_saved_and_what_is_not_is_named(small, editor):
    case = begun(small)
    told = send(editor, case, "client", year="昔", size_band="21-50", **AUTO)
    assert told.status_code == 200
    assert set(told.json()["problems"]) == {"year"}
    assert (content_of(case).size_band, content_of(case).year) == ("21-50", 2025)
    told = send(editor, case, "action", action="順に行った。", care="字" * 4001, **AUTO).json()
    assert set(told["problems"]) == {"care"}
    assert content_of(case).sections["action"] == "順に行った。"
    told = send(editor, case, "result", result="速い", **{"name-0": "入力", "before-0": "多い", "after-0": "5"}, **AUTO)
    assert set(told.json()["problems"]) == {"before-0"}
    assert content_of(case).measures == (Figure("入力", after=5.0),)


def test_an_answer_that_is_not_valid_keeps_what_was_stored(small, editor):
    case = begun(small)
    send(editor, case, "background", reason="a\0b", purpose="明日に出荷する。", **AUTO)
    assert content_of(case).sections["background"] == "欠品が続いた。\n\n## 目的\n\n明日に出荷する。"


def test_a_headcount_leaves_the_page_with_its_band(small, editor):
    told = send(editor, begun(small), "client", headcount="42", **AUTO).json()
    assert told["settled"] == {"headcount": "", "size_band": "21-50"}


def test_an_organization_half_chosen_is_taken_only_when_the_page_is_left(small, editor):
    case = begun(small)
    typed = {"team": "分担した", "other": small.partner.pk, "other_q": "天竜"}
    send(editor, case, "team", **typed, **AUTO)
    assert content_of(case).participants == ()
    send(editor, case, "team", **typed, **AUTO, leaving="1")
    assert [one.organization for one in content_of(case).participants] == [small.partner.pk]
    send(editor, case, "team", team="分担した", row=small.partner.pk, other_q="天", **AUTO)
    assert len(content_of(case).participants) == 1


def test_saving_nothing_new_counts_no_version(small, editor):
    case = begun(small)
    assert send(editor, case, "summary", summary=SECTIONS["summary"], **AUTO).json()["version"] == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_version_saves_nothing_and_keeps_what_was_typed(small, editor, version):
    case = begun(small)
    typed = {"summary": "どこにも保存されない", "version": version, "seen": ""}
    answer = editor.post(address(case, "summary"), typed)
    assert answer.status_code == 422
    assert "どこにも保存されない" in answer.content.decode()
    answer = editor.post(address(case, "summary"), {**typed, **AUTO})
    assert answer.status_code == 422
    assert "読み直して" in answer.json()["said"]
    assert content_of(case).sections == SECTIONS


# --- Two people ---------------------------------------------------------------------------------


def test_two_people_in_two_steps_do_not_disturb_each_other(small, editor, second):
    case = begun(small)
    mine, theirs = page(editor, case, "summary"), page(second, case, "lessons")
    assert send(second, case, "lessons", page=theirs, failed="遅れた", again="早く始める").status_code == 302
    assert send(editor, case, "summary", page=mine, summary="わたしの概要").status_code == 302
    sections = content_of(case).sections
    assert sections["summary"] == "わたしの概要"
    assert "早く始める" in sections["lessons"]
    assert sections["action"] == SECTIONS["action"]


def test_two_people_in_one_step_see_both_versions_and_decide(small, editor, second):
    case = begun(small)
    mine = page(editor, case, "summary")
    send(second, case, "summary", summary="相手の概要")
    answer = send(editor, case, "summary", page=mine, summary="わたしの概要", readers="工場の人")
    html = answer.content.decode()
    assert answer.status_code == 409
    for text in ("相手の概要", "わたしの概要", "二人目さんが", "工場の人"):
        assert text in html
    assert "わたしの概要</textarea>" in html
    assert content_of(case).sections["summary"] == "相手の概要"
    assert 'name="overwrite" value="2"' in html
    answer = send(editor, case, "summary", page=html, summary="わたしの概要", readers="工場の人", overwrite="2")
    assert answer.status_code == 302
    assert content_of(case).sections["summary"].startswith("わたしの概要")


def test_overwriting_replaces_only_the_version_that_was_seen(small, editor, second):
    case = begun(small)
    mine = page(editor, case, "summary")
    send(second, case, "summary", summary="相手の概要")
    html = send(editor, case, "summary", page=mine, summary="わたしの概要").content.decode()
    send(second, case, "summary", summary="相手の新しい概要")
    answer = send(editor, case, "summary", page=html, summary="わたしの概要", overwrite="2")
    assert answer.status_code == 409
    assert "相手の新しい概要" in answer.content.decode()
    assert content_of(case).sections["summary"] == "相手の新しい概要"


def test_an_autosave_that_comes_too_late_is_told_so_and_writes_nothing(small, editor, second):
    case = begun(small)
    mine = page(editor, case, "summary")
    send(second, case, "summary", summary="相手の概要")
    answer = send(editor, case, "summary", page=mine, summary="わたしの概要", **AUTO)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert content_of(case).sections["summary"] == "相手の概要"


@pytest.mark.parametrize("step", ["client", "support", "result", "team", "audience"])
def test_every_kind_of_step_shows_what_differs(small, editor, second, step):
    case = begun(small)
    mine = page(editor, case, step)
    theirs = {
        "client": {"year": "2020"},
        "support": {"keywords": "相手のことば"},
        "result": {"name-0": "相手の指標", "before-0": "3"},
        "team": {"other": small.partner.pk, "add": "1"},
        "audience": {"how-summary": "CLEAR"},
    }[step]
    words = {
        "client": "2020",
        "support": "相手のことば",
        "result": "相手の指標",
        "team": "天竜システム",
        "audience": "TLP:CLEAR",
    }
    send(second, case, step, **theirs)
    answer = send(editor, case, step, page=mine)
    assert answer.status_code == 409
    table = answer.content.decode().split('<table class="conflict">')[1].split("</table>")[0]
    assert words[step] in table


def test_a_draft_that_is_gone_is_not_there(small, editor):
    case = begun(small)
    mine = page(editor, case, "summary")
    Draft.objects.all().delete()
    carried = hidden(mine)
    assert editor.post(address(case, "summary"), {**carried, "summary": "x"}).status_code == 404
    assert editor.post(address(case, "summary"), {**carried, "summary": "x", **AUTO}).status_code == 404


# --- Who was asked to write ---------------------------------------------------------------------


@pytest.fixture
def delegate(small):
    """Somebody from nowhere who writes the case for its owner until today."""
    case = begun(small)
    Delegation.objects.create(case=case, user=small["stranger"], until=timezone.localdate())
    return small.client("stranger"), case


def test_who_was_asked_writes_every_step_but_who_reads(delegate):
    client, case = delegate
    assert send(client, case, "summary", summary="頼まれて書いた概要").status_code == 302
    assert content_of(case).sections["summary"] == "頼まれて書いた概要"
    assert client.get(address(case, "audience")).status_code == 403
    assert client.post(address(case, "audience"), {"how-summary": "CLEAR"}).status_code == 403
    assert address(case, "audience") not in client.get(address(case, "summary")).content.decode()
    assert client.post(f"{address(case)}discard/").status_code == 403
    assert client.post(address(case, "attachment"), {}).status_code == 422
    assert content_of(case).audience == {}


def test_who_was_asked_stops_reading_and_writing_with_the_term(delegate):
    client, case = delegate
    Delegation.objects.update(until="2026-01-01")
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case, "summary"), {"summary": "x"}).status_code == 404


def test_a_text_given_to_review_comes_back_to_writing_when_it_is_changed(small, editor):
    case = begun(small)
    actions.submit(case, by=small["editor"])
    assert "確認に出しています" in page(editor, case, "summary")
    send(editor, case, "summary", summary="書き足した概要")
    assert Draft.objects.get().state == "writing"
