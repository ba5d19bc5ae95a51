"""Naming related cases in the guided form: what the writer sees can be chosen, what it does not see is left alone."""

import re

import pytest

from casebook import actions
from casebook.models import Case, Draft, Grant
from casebook.related import related_to
from tests.casebook.drafting import address, begun, content_of, send
from tests.casebook.log_cast import make_case

pytestmark = pytest.mark.django_db
SUPPORT = {"outcome": "success", "phases": "analysis", "capabilities": "inventory"}


@pytest.fixture
def editor(small):
    return small.client("editor")


@pytest.fixture
def case(small):
    return begun(small)


@pytest.fixture
def others(small):
    """One that everybody in the network reads, one that nobody but its owner (the partner) reads."""
    shown, secret = make_case(small, "shown", "network"), make_case(small, "secret")
    Case.objects.filter(pk=shown.pk).update(title="冷蔵倉庫の入出荷")
    Case.objects.filter(pk=secret.pk).update(title="冷蔵倉庫の秘密", owner=small.partner)
    Grant.objects.filter(section__case=secret).delete()
    return shown, secret


def test_what_is_ticked_is_kept_and_what_is_not_is_taken_out(case, editor, others):
    shown, _secret = others
    assert send(editor, case, "support", **SUPPORT, related=[shown.pk]).status_code == 302
    assert content_of(case).related == (shown.pk,)
    page = editor.get(address(case, "support")).content.decode()
    assert f'name="related" value="{shown.pk}" checked' in page
    send(editor, case, "support", **SUPPORT)
    assert content_of(case).related == ()


def test_a_case_that_the_writer_cannot_see_is_refused_exactly_like_one_that_is_not_there(case, editor, others):
    answers = [send(editor, case, "support", **SUPPORT, related=[wanted]) for wanted in (others[1].pk, 10**12, case.pk)]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert content_of(case).related == ()
    assert "冷蔵倉庫の秘密" not in answers[0].content.decode()
    ends = [answer.content.decode().partition('id="related-error"')[2].partition("</ul>")[0] for answer in answers]
    assert ends[0].replace(str(others[1].pk), "N") == ends[1].replace(str(10**12), "N")


def test_one_that_somebody_else_chose_stays_though_the_writer_does_not_see_it(case, editor, others, small):
    shown, secret = others
    draft = Draft.objects.get(case=case)
    actions.save_draft(case, changes={"related": [secret.pk]}, expected=draft.revision, by=small["editor"])
    page = editor.get(address(case, "support")).content.decode()
    assert "見えない事例が1件" in page
    assert "冷蔵倉庫の秘密" not in page
    send(editor, case, "support", **SUPPORT, related=[shown.pk])
    assert content_of(case).related == tuple(sorted([shown.pk, secret.pk]))


def test_eleven_are_too_many_and_nothing_else_is_lost(case, editor, small):
    many = [make_case(small, f"more-{number}", "network").pk for number in range(11)]
    answer = send(editor, case, "support", **{**SUPPORT, "outcome": "failure"}, related=many)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "10件まで" in page
    assert re.search(r'value="failure"[^>]* checked', page)
    assert all(f'name="related" value="{pk}" checked' in page for pk in many)
    assert (content_of(case).outcome, content_of(case).related) == ("success", ())


@pytest.mark.parametrize("odd", ["\0", "x", "-1", "9" * 40, "１２"])
def test_odd_ids_are_refused(case, editor, odd):
    assert send(editor, case, "support", **SUPPORT, related=[odd]).status_code == 422
    assert content_of(case).related == ()


def test_without_scripts_a_button_finds_and_what_is_ticked_is_taken(case, editor, others):
    page = send(editor, case, "support", **SUPPORT, related_q="冷蔵倉庫", pick="1")
    assert page.status_code == 200
    assert "冷蔵倉庫の入出荷" in page.content.decode()
    assert "冷蔵倉庫の秘密" not in page.content.decode()
    assert f'name="related" value="{others[0].pk}">' in page.content.decode()
    send(editor, case, "support", **SUPPORT, related=[others[0].pk])
    assert content_of(case).related == (others[0].pk,)


def test_what_was_named_comes_first(small, others):
    shown, _secret = others
    case = make_case(small, "told", "network")
    case.related.set([shown])
    assert [one.why[0] for one in related_to(case, small["partner"], 1)] == ["named"]
