"""Pages that keep a record true: confirming, withdrawing, what has run out, the account's key."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from network.models import Organization, Tie

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def editor(world) -> Client:
    client = Client()
    client.force_login(world.people["editor"])
    return client


def line(owner, code: str, verb: str) -> str:
    return f"/organizations/{owner.pk}/ratings/{code}/{verb}/"


class TestConfirming:
    def test_the_prompt_at_home_is_answered_there(self, editor, owner):
        owner.ratings.exclude(capability__code="pmo").delete()
        page = editor.get("/").content.decode()
        assert "いまも同じですか" in page
        assert line(owner, "pmo", "confirm") in page
        answer = editor.post(line(owner, "pmo", "confirm"), {"next": "home", "version": "1"}, follow=True)
        assert answer.redirect_chain == [("/", 302)]
        assert "いまも同じですか" not in answer.content.decode()

    def test_without_scripts_the_grid_comes_back(self, editor, owner):
        location = editor.post(line(owner, "pmo", "confirm"), {"version": "1"})["Location"]
        assert location.startswith(f"/organizations/{owner.pk}/ratings/?undo=")

    def test_with_scripts_the_line_says_so(self, editor, owner):
        page = editor.post(line(owner, "pmo", "confirm"), {"version": "1"}, headers=HTMX).content.decode()
        assert "確認しました" in page
        assert "<html" not in page

    def test_what_was_never_declared_cannot_be_confirmed(self, editor, owner):
        assert editor.post(line(owner, "rfp", "confirm"), {"version": "0"}).status_code == 404

    def test_every_filled_line_has_both_buttons_and_no_empty_one(self, editor, owner):
        page = editor.get(f"/organizations/{owner.pk}/ratings/").content.decode()
        assert page.count("/confirm/") == 2 * owner.ratings.count()
        assert line(owner, "pmo", "withdraw") in page
        assert line(owner, "rfp", "withdraw") not in page

    def test_a_first_declaration_brings_its_buttons(self, editor, owner):
        sent = {"level": "2", "stance": "neutral", "version": "0"}
        page = editor.post(f"/organizations/{owner.pk}/ratings/rfp/", sent, headers=HTMX).content.decode()
        assert 'hx-swap-oob="true"' in page
        assert line(owner, "rfp", "confirm") in page

    def test_the_grid_shows_what_needs_confirming(self, editor, owner):
        owner.ratings.filter(capability__code="pmo").update(confirmed_at=timezone.now() - timedelta(days=10))
        owner.ratings.exclude(capability__code="pmo").update(confirmed_at=timezone.now() - timedelta(days=200))
        answer = editor.get(f"/organizations/{owner.pk}/ratings/?show=stale")
        shown = [line.capability.code for _area, lines in answer.context["groups"] for line in lines]
        assert shown == ["system_development"]


class TestWithdrawing:
    def test_with_scripts_the_empty_line_comes_back(self, editor, owner):
        page = editor.post(line(owner, "pmo", "withdraw"), {"version": "1"}, headers=HTMX).content.decode()
        assert "取り下げました" in page
        assert line(owner, "pmo", "withdraw") not in page
        assert not owner.ratings.filter(capability__code="pmo").exists()

    def test_without_scripts_the_grid_comes_back(self, editor, owner):
        page = editor.post(line(owner, "pmo", "withdraw"), {"version": "1"}, follow=True).content.decode()
        assert "の記入を取り下げました" in page


class TestWhatHasRunOut:
    def test_capacity_after_its_last_day_is_asked_for_again(self, editor, owner):
        today = timezone.localdate()
        Organization.objects.filter(pk=owner.pk).update(capacity_until=today)
        assert "期限切れ" not in editor.get(f"/organizations/{owner.pk}/").content.decode()
        assert "架空 浜名信用金庫" in editor.get("/organizations/?accepting=on").content.decode()
        Organization.objects.filter(pk=owner.pk).update(capacity_until=today - timedelta(days=1))
        assert "期限切れ・要確認" in editor.get(f"/organizations/{owner.pk}/").content.decode()
        listed = editor.get("/organizations/?accepting=on").context["rows"]
        assert owner.pk not in [organization.pk for organization, _strengths in listed]
        found = editor.get("/api/v1/organizations?accepting=false").json()["results"]
        assert [entry["id"] for entry in found] == ["owner"]

    def test_a_profile_says_until_when(self, editor, owner):
        Organization.objects.filter(pk=owner.pk).update(capacity_until=date(2099, 3, 31))
        Tie.objects.filter(first=owner).update(since=date(2020, 4, 1), until=date(2098, 3, 31))
        page = editor.get(f"/organizations/{owner.pk}/").content.decode()
        for said in ("2099年3月31日まで", "2020年4月1日から", "2098年3月31日まで"):
            assert said in page


class TestList:
    @pytest.mark.parametrize("page", ["1000000000", "0", "x", "9" * 5000])
    def test_a_page_that_does_not_exist_is_not_found(self, editor, page):
        assert editor.get(f"/organizations/?page={page}").status_code == 404

    def test_only_the_count_is_announced_and_requests_do_not_pile_up(self, editor):
        page = editor.get("/organizations/").content.decode()
        assert "aria-live" not in page
        assert 'role="status"><strong>4' in page
        assert 'hx-sync="this:replace"' in page

    @pytest.mark.parametrize("path", ["/organizations/", "/account/"])
    def test_breadcrumbs(self, editor, path):
        assert 'aria-current="page"' in editor.get(path).content.decode().split("<h1>")[0]

    def test_page_and_api_find_the_same_in_a_prefecture(self, editor, owner):
        Organization.objects.filter(pk=owner.pk).update(nationwide=True)
        listed = editor.get("/organizations/?prefecture=27").context["rows"]
        found = editor.get("/api/v1/organizations?prefecture=27").json()["results"]
        ids = {organization.external_id for organization, _strengths in listed}
        assert ids == {entry["id"] for entry in found} == {"owner", "elsewhere"}


class TestAccount:
    def test_the_old_key_stays_when_no_new_one_can_be_made(self, editor, world, monkeypatch):
        editor.post("/account/", {"action": "create"})
        before = Token.objects.get(user=world.people["editor"]).key

        def fail(**_fields):
            raise RuntimeError("no key today")

        monkeypatch.setattr(Token.objects, "create", fail)
        with pytest.raises(RuntimeError):
            editor.post("/account/", {"action": "create"})
        assert Token.objects.get(user=world.people["editor"]).key == before
