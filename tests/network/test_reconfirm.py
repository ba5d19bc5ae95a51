"""Confirming old lines on one page, after seeing them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network import actions
from network.models import Capability, Change, Rating
from network.vocabulary import Deed
from tests.cast import make_rating

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def url(small) -> str:
    return f"/organizations/{small.owner.pk}/reconfirm/"


@pytest.fixture
def editor(small):
    Rating.objects.update(confirmed_at=timezone.now() - timedelta(days=245))
    return small.client("editor")


def line(small, code: str) -> str:
    return f"{code}:{small.rating(code).version}"


def stale(small) -> set[str]:
    return {r.capability.code for r in small.owner.ratings.all() if r.is_stale_at(timezone.now())}


def test_only_old_lines_are_listed_with_what_they_say(small, editor, url):
    make_rating(small.owner, "inventory", 2)
    actions.confirm(small.owner, capability=Capability.objects.get(code="inventory"), by=small["editor"])
    page = editor.get(url).content.decode()
    assert "しばらく確認していない記入が2件あります。" in page
    assert page.count(">いまも同じ<") == 2
    assert "未確認 8か月" in page
    assert "年10件" in page
    assert 'value="inventory:' not in page


def test_one_line_without_scripts(small, editor, url):
    answer = editor.post(url, {"line": line(small, "pmo")}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "1件を確認しました。" in answer.content.decode()
    assert stale(small) == {"rfp"}
    change = Change.objects.get()
    assert (change.deed, change.by) == (Deed.CONFIRMED, small["editor"])


def test_one_line_with_scripts_answers_with_that_line(small, editor, url):
    answer = editor.post(url, {"line": line(small, "pmo")}, headers=HTMX)
    page = answer.content.decode()
    assert "確認しました" in page
    assert "<html" not in page
    assert "これで全部です" not in page
    assert "これで全部です" in editor.post(url, {"line": line(small, "rfp")}, headers=HTMX).content.decode()


def test_the_lines_of_an_area_that_are_on_the_screen(small, editor, url):
    pmo = Capability.objects.get(code="pmo")
    near = Capability.objects.filter(area=pmo.area).exclude(code__in=["pmo", "rfp"]).first()
    make_rating(small.owner, near.code, 1)
    page = editor.get(url).content.decode()
    assert "下の" in page
    editor.post(url, {"line": [line(small, "pmo"), line(small, near.code)]})
    assert stale(small) == {"rfp"}


def test_a_line_that_changed_since_it_was_shown_is_not_confirmed(small, editor, url):
    shown = line(small, "pmo")
    actions.rate(
        small.owner, capability=Capability.objects.get(code="pmo"), level=1, stance="neutral", by=small["editor"]
    )
    Rating.objects.update(confirmed_at=timezone.now() - timedelta(days=245))
    answer = editor.post(url, {"line": [shown, line(small, "rfp")]})
    assert answer.status_code == 409
    assert "表示のあとで変わった行がありました。" in answer.content.decode()
    assert "レベル1" in answer.content.decode()
    assert stale(small) == {"pmo"}
    answer = editor.post(url, {"line": shown}, headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert stale(small) == {"pmo"}


@pytest.mark.parametrize(
    "named", ["", "x", "pmo", "pmo:", "pmo:x", "pmo:²", "pmo:" + "9" * 5000, "\0:1", "inventory:1"]
)
def test_what_names_no_shown_line_confirms_nothing(small, editor, url, named):
    assert editor.post(url, {"line": named}).status_code == 409
    assert editor.post(url, {"line": named}, headers=HTMX)["HX-Refresh"] == "true"
    assert stale(small) == {"pmo", "rfp"}


def test_nothing_named_confirms_nothing(small, editor, url):
    assert editor.post(url).status_code == 302
    assert stale(small) == {"pmo", "rfp"}


def test_when_all_is_fresh_it_says_so(small, editor, url):
    editor.post(url, {"line": [line(small, "pmo"), line(small, "rfp")]})
    page = editor.get(url).content.decode()
    assert "すべて最近の確認です。" in page


def test_an_empty_profile_is_led_to_the_grid(small, editor, url):
    small.owner.ratings.all().delete()
    page = editor.get(url).content.decode()
    assert "まだ何も記入されていません。" in page
    assert f"/organizations/{small.owner.pk}/ratings/" in page


@pytest.mark.parametrize("person", ["colleague", "partner", "facilitator"])
def test_only_editors(small, editor, url, person):
    client = small.client(person)
    assert client.get(url).status_code == 403
    assert client.post(url, {"line": line(small, "pmo")}).status_code == 403
    assert stale(small) == {"pmo", "rfp"}


@pytest.mark.parametrize("codes", [["pmo"], ["pmo", "rfp", "inventory"]])
def test_the_same_queries_for_one_and_for_three(small, editor, url, codes, django_assert_num_queries):
    small.owner.ratings.all().delete()
    for code in codes:
        make_rating(small.owner, code, 1)
    editor.get(url)
    with django_assert_num_queries(12):
        editor.get(url)
