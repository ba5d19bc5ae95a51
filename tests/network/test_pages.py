"""Pages of the registry: what they say, how many questions they ask the database, how they refuse."""

import pytest
from django.test import Client
from django.utils import timezone

from network.models import Capability, Organization, Rating, ServiceArea
from network.views.home import next_step
from tests.cast import make_organization, make_rating

pytestmark = pytest.mark.django_db


def listed(answer) -> list[str]:
    return [organization.external_id for organization, _strengths in answer.context["rows"]]


class TestList:
    def test_everyone_in_the_network_sees_the_active_ones(self, as_):
        assert set(listed(as_("partner").get("/organizations/"))) == {"owner", "partner", "elsewhere", "helper"}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("q=浜名", ["owner"]),
            ("kind=local_it_vendor", ["partner"]),
            ("prefecture=27", ["elsewhere"]),
            ("capability=inventory", ["elsewhere"]),
            ("capability=system_development", ["partner"]),
            ("q=ありません", []),
            ("kind=guild", ["owner", "partner", "elsewhere", "helper"]),
        ],
    )
    def test_every_field_narrows_and_an_unknown_value_is_left_out(self, as_, query, expected):
        assert set(listed(as_("partner").get(f"/organizations/?{query}"))) == set(expected)

    def test_a_weakness_is_never_a_reason_to_be_found(self, as_):
        assert "owner" not in listed(as_("partner").get("/organizations/?capability=system_development"))

    def test_those_who_serve_a_prefecture_follow_those_who_are_at_home_in_it(self, as_, world):
        ServiceArea.objects.create(organization=world.organizations["owner"], prefecture="27")
        make_organization("everywhere", nationwide=True, prefecture="01")
        assert listed(as_("partner").get("/organizations/?prefecture=27")) == ["elsewhere", "everywhere", "owner"]

    def test_only_those_with_room(self, as_, world):
        Organization.objects.filter(external_id="owner").update(capacity_slots=0)
        Organization.objects.filter(external_id="partner").update(capacity_status="waitlist")
        assert listed(as_("partner").get("/organizations/?accepting=on")) == ["helper", "elsewhere"]

    def test_an_empty_list_says_what_to_do(self, as_):
        assert "条件をひとつ外す" in as_("partner").get("/organizations/?q=ありません").content.decode()

    def test_htmx_gets_the_list_alone_and_history_the_whole_page(self, as_):
        part = as_("partner").get("/organizations/", headers={"hx-request": "true"})
        assert "<html" not in part.content.decode()
        back = as_("partner").get(
            "/organizations/", headers={"hx-request": "true", "hx-history-restore-request": "true"}
        )
        assert "<html" in back.content.decode()

    @pytest.mark.parametrize("more", [1, 3])
    def test_a_fixed_number_of_queries(self, as_, world, more, django_assert_num_queries):
        for number in range(more):
            make_rating(make_organization(f"more-{number}"), "rfp", 3)
        client = as_("partner")
        with django_assert_num_queries(26):
            client.get("/organizations/")


class TestProfile:
    def test_it_shows_strengths_partners_and_ties(self, as_, world):
        html = as_("partner").get(f"/organizations/{world.organizations['owner'].pk}/").content.decode()
        for said in ("架空 浜名信用金庫", "主治医", "PMO", "架空 天竜システム", "資本関係"):
            assert said in html
        assert "補ってほしいこと" not in html

    def test_the_colleague_sees_what_is_asked_for(self, as_, world):
        html = as_("colleague").get(f"/organizations/{world.organizations['owner'].pk}/").content.decode()
        assert "補ってほしいこと" in html


class TestEditing:
    def url(self, world, page: str) -> str:
        return f"/organizations/{world.organizations['owner'].pk}/{page}/"

    def test_a_line_of_the_grid_is_saved_and_says_so(self, as_, world):
        answer = as_("editor").post(
            self.url(world, "ratings/inventory"),
            {"level": "3", "stance": "strength", "version": "0"},
            headers={"hx-request": "true"},
        )
        assert "保存しました" in answer.content.decode()
        saved = Rating.objects.get(organization__external_id="owner", capability__code="inventory")
        assert (saved.level, saved.stance) == (3, "strength")

    def test_without_scripts_the_grid_comes_back(self, as_, world):
        sent = {"level": "3", "stance": "strength", "version": "0"}
        answer = as_("editor").post(self.url(world, "ratings/inventory"), sent)
        assert answer.status_code == 302
        assert answer["Location"].startswith(self.url(world, "ratings"))

    @pytest.mark.parametrize(
        "data", [{"level": "9", "stance": "strength"}, {"note": "だけ"}, {"level": "2", "stance": "x"}]
    )
    def test_a_bad_line_is_refused_and_nothing_saved(self, as_, world, data):
        answer = as_("editor").post(
            self.url(world, "ratings/pmo"), data | {"version": "1"}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 422
        assert "error" in answer.content.decode()
        assert Rating.objects.get(organization__external_id="owner", capability__code="pmo").level == 4

    @pytest.mark.parametrize(("show", "there"), [("", 110), ("filled", 2), ("empty", 108), ("weakness", 1)])
    def test_the_grid_shows_the_chosen_part(self, as_, world, show, there):
        answer = as_("editor").get(self.url(world, "ratings") + f"?show={show}")
        assert sum(len(lines) for _area, lines in answer.context["groups"]) == there
        assert Capability.objects.count() == 110

    def test_a_wrong_corporate_number_is_named_and_the_name_not_changed(self, as_, world):
        answer = as_("editor").post(
            self.url(world, "describe"), {"name": "別の名前", "corporate_number": "1234567890123", "version": "1"}
        )
        assert answer.status_code == 422
        assert "検査数字が合いません" in answer.content.decode()
        assert Organization.objects.get(external_id="owner").name == "架空 浜名信用金庫"

    def test_a_description_in_full_width_is_understood(self, as_, world):
        typed = {"name": "架空 浜名信用金庫", "corporate_number": "７０００01２０５０００２", "industries": ["E", "H"]}
        typed["version"] = "1"
        assert as_("editor").post(self.url(world, "describe"), typed).status_code == 302
        saved = Organization.objects.get(external_id="owner")
        assert saved.corporate_number == "7000012050002"
        assert [entry.industry for entry in saved.industries.all()] == ["E", "H"]

    def test_a_taken_corporate_number_is_refused(self, as_, world):
        Organization.objects.filter(external_id="partner").update(corporate_number="7000012050002")
        answer = as_("editor").post(
            self.url(world, "describe"),
            {"name": "架空 浜名信用金庫", "corporate_number": "7000012050002", "version": "1"},
        )
        assert answer.status_code == 422

    @pytest.mark.parametrize("slots", ["-1", "1000", "たくさん", ""])
    def test_bad_slots_are_refused(self, as_, world, slots):
        answer = as_("editor").post(self.url(world, "capacity"), {"status": "open", "slots": slots, "version": "1"})
        assert answer.status_code == 422


class TestHome:
    def test_a_stranger_at_the_door_learns_what_this_is(self, client):
        assert "チームで" in client.get("/").content.decode()

    @pytest.mark.parametrize(
        ("name", "said", "unsaid"),
        [
            ("facilitator", "新しい案件", "強み・弱みを直す"),
            ("editor", "強み・弱みを直す", "新しい案件"),
            ("colleague", "プロフィールを見る", "強み・弱みを直す"),
            ("stranger", "まだどの機関にも所属していません", "新しい案件"),
        ],
    )
    def test_everyone_finds_the_own_next_step(self, as_, name, said, unsaid):
        html = as_(name).get("/").content.decode()
        assert said in html
        assert unsaid not in html

    def test_the_next_step_is_what_was_never_or_longest_ago_confirmed(self, world):
        owner = world.organizations["owner"]
        owner.ratings.filter(capability__code="pmo").update(confirmed_at=timezone.now())
        step = next_step(owner)
        assert step is not None
        assert step.capability.code == "system_development"
        owner.ratings.all().delete()
        assert next_step(Organization.objects.get(pk=owner.pk)) is None


class TestAccount:
    def test_a_token_is_shown_once_works_and_can_be_revoked(self, as_):
        browser = as_("partner")
        html = browser.post("/account/", {"action": "create"}).content.decode()
        token = html.split("<code>")[1].split("</code>")[0]
        assert token not in browser.get("/account/").content.decode()
        header = {"authorization": f"Token {token}"}
        assert Client().get("/api/v1/organizations/", headers=header).status_code == 200
        browser.post("/account/", {"action": "revoke"})
        assert Client().get("/api/v1/organizations/", headers=header).status_code == 401
