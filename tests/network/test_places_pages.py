"""Pages for area, offices, experts and the audience of weaknesses: with htmx, without, and when two edit."""

import re

import pytest
from django.test import Client

from network import actions
from network.models import Expert, Office, Organization
from tests.cast import World

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def editor(world: World) -> Client:
    client = Client()
    client.force_login(world.people["editor"])
    return client


@pytest.fixture
def colleague(world: World) -> Client:
    client = Client()
    client.force_login(world.people["colleague"])
    return client


def text(answer) -> str:
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def ticked(html: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]*)" checked', html))


class TestArea:
    @pytest.fixture
    def url(self, owner) -> str:
        return f"/organizations/{owner.pk}/area/"

    def form(self, editor, url, **said) -> dict:
        html = text(editor.get(url))
        return {"version": hidden(html, "version"), "seen": hidden(html, "seen"), "action": "save", **said}

    def test_it_shows_all_prefectures_and_what_is_chosen(self, editor, url, owner, world):
        actions.serve_areas(
            owner,
            prefectures=["22"],
            municipalities=["23201"],
            nationwide=False,
            remote=True,
            by=world.people["editor"],
        )
        html = text(editor.get(url))
        assert html.count('name="prefectures"') == 47
        assert ticked(html, "prefectures") == {"22"}
        assert ticked(html, "municipalities") == {"23201"}
        assert "愛知県豊橋市" in html

    def test_it_is_saved_as_ticked(self, editor, url, owner):
        said = {"prefectures": ["22", "47"], "municipalities": ["23201"], "remote": "on"}
        assert editor.post(url, self.form(editor, url, **said)).status_code == 302
        owner.refresh_from_db()
        areas = set(owner.service_areas.values_list("prefecture", "municipality"))
        assert areas == {("22", None), ("47", None), ("23", "23201")}
        assert (owner.nationwide, owner.remote) == (False, True)

    def test_nothing_ticked_is_nothing(self, editor, url, owner):
        editor.post(url, self.form(editor, url, prefectures=["22"]))
        editor.post(url, self.form(editor, url))
        assert not owner.service_areas.exists()

    @pytest.mark.parametrize(
        "said",
        [{"prefectures": ["99"]}, {"prefectures": ["\0"]}, {"municipalities": ["99999"]}, {"municipalities": ["\0"]},
         {"municipalities": ["２２１３８"]}, {"municipalities": ["x" * 10_000]}, {"version": "-1"}],
    )  # fmt: skip
    def test_what_is_no_place_is_refused(self, editor, url, owner, said):
        answer = editor.post(url, self.form(editor, url, **said))
        assert answer.status_code in {409, 422}
        assert not owner.service_areas.exists()

    def test_a_search_is_answered_by_a_fragment_that_keeps_what_is_ticked(self, editor, url, owner):
        said = {"prefectures": ["22"], "municipalities": ["23201"], "find": "静岡 中央区", "action": "find"}
        html = text(editor.post(url, said, headers=HTMX))
        assert "<html" not in html
        assert ticked(html, "municipalities") == {"23201"}
        assert 'value="22138"><span>静岡県浜松市中央区' in html
        assert not owner.service_areas.exists()

    def test_a_search_without_scripts_gives_the_page_again(self, editor, url):
        html = text(editor.post(url, {"prefectures": ["47"], "find": "おんなそん", "action": "find"}))
        assert "<html" in html
        assert ticked(html, "prefectures") == {"47"}
        assert "沖縄県恩納村" in html
        assert 'value="おんなそん"' in html

    @pytest.mark.parametrize(("asked", "said"), [("ありません", "合う市区町村はありません"), ("市", "件あります")])
    def test_a_search_says_when_there_is_nothing_or_too_much(self, editor, url, asked, said):
        assert said in text(editor.post(url, {"find": asked, "action": "find"}, headers=HTMX))

    @pytest.mark.parametrize("asked", ["\0", "%", "x" * 10_000, "県 " * 500, "\u202e"])
    def test_a_search_for_anything_is_answered(self, editor, url, asked):
        assert editor.post(url, {"find": asked, "action": "find"}, headers=HTMX).status_code == 200

    def test_chosen_prefectures_come_first(self, editor, url):
        html = text(editor.post(url, {"find": "中央区", "prefectures": ["22"], "action": "find"}, headers=HTMX))
        assert html.index("浜松市中央区") < html.index("札幌市中央区")

    def test_who_was_late_sees_both_values_and_saves_knowingly(self, editor, url, owner, world):
        mine = self.form(editor, url, prefectures=["22"], find="")
        actions.serve_areas(
            owner, prefectures=["47"], municipalities=[], nationwide=False, remote=True, by=world.people["editor"]
        )
        answer = editor.post(url, mine)
        html = text(answer)
        assert answer.status_code == 409
        for said in ("editorさん", "いまの登録", "あなたの入力", "沖縄", "静岡"):
            assert said in html
        assert ticked(html, "prefectures") == {"22"}
        assert owner.service_areas.get().prefecture == "47"
        again = mine | {"version": hidden(html, "version"), "seen": hidden(html, "seen")}
        assert editor.post(url, again).status_code == 302
        assert owner.service_areas.get().prefecture == "22"

    def test_a_change_of_another_part_is_no_conflict(self, editor, url, owner, world):
        mine = self.form(editor, url, prefectures=["22"])
        actions.describe(owner, values={"about": "別の人が書いた"}, by=world.people["editor"])
        assert editor.post(url, mine).status_code == 302
        owner.refresh_from_db()
        assert owner.about == "別の人が書いた"

    def test_a_page_that_does_not_say_what_it_showed_replaces_nothing(self, editor, url, owner):
        assert editor.post(url, {"prefectures": ["22"], "action": "save"}).status_code == 409
        assert not owner.service_areas.exists()


class TestWeaknesses:
    @pytest.fixture
    def url(self, owner) -> str:
        return f"/organizations/{owner.pk}/weaknesses/"

    def test_it_explains_the_consequence_and_names_what_it_is_about(self, editor, url):
        html = text(editor.get(url))
        for said in ("参加するラボ: 静岡県", "競合する機関の人にも見えます", "システム開発"):
            assert said in html
        assert re.search(r'value="labs" checked', html)

    def test_the_choice_is_saved_and_noted(self, editor, url, owner):
        html = text(editor.get(url))
        said = {"audience": "network", "version": hidden(html, "version"), "seen": hidden(html, "seen")}
        assert editor.post(url, said).status_code == 302
        owner.refresh_from_db()
        assert owner.weakness_audience == "network"
        assert owner.changes.first().changes == {"weakness_audience": ["labs", "network"]}

    @pytest.mark.parametrize("audience", ["", "public", "\0"])
    def test_another_audience_is_refused(self, editor, url, owner, audience):
        assert editor.post(url, {"audience": audience, "version": "1"}).status_code == 422
        owner.refresh_from_db()
        assert owner.weakness_audience == "labs"

    def test_who_was_late_is_told(self, editor, url, owner, world):
        html = text(editor.get(url))
        said = {"audience": "labs", "version": hidden(html, "version"), "seen": hidden(html, "seen")}
        actions.open_weaknesses_to(owner, audience="network", by=world.people["editor"])
        answer = editor.post(url, said)
        assert answer.status_code == 409
        assert "ネットワークの全員" in text(answer)
        owner.refresh_from_db()
        assert owner.weakness_audience == "network"


class TestOffices:
    NEW = {
        "name": "浜松支店",
        "prefecture": "22",
        "municipality": "22138",
        "address": "和地山1-2",
        "postal_code": "〒４３２－８００３",
        "phone": "０５３ー１２３ー４５６７",
        "on_site": "on",
        "prefectures": ["22"],
        "action": "save",
    }

    @pytest.fixture
    def url(self, owner) -> str:
        return f"/organizations/{owner.pk}/offices/"

    def test_an_office_is_added_listed_and_shown_on_the_profile(self, editor, url, owner):
        assert editor.post(f"{url}new/", self.NEW).status_code == 302
        office = Office.objects.get(name="浜松支店")
        assert (office.postal_code, office.phone) == ("4328003", "053-123-4567")
        for page in (url, f"/organizations/{owner.pk}/"):
            html = text(editor.get(page))
            for said in ("浜松支店", "〒432-8003", "静岡県浜松市中央区和地山1-2", "053-123-4567"):
                assert said in html, page

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": ""}, "必須"),
            ({"postal_code": "12"}, "郵便番号は7桁"),
            ({"prefecture": "47"}, "選択してください"),
            ({"municipality": "\0"}, "選択してください"),
            ({"prefecture": ""}, "必須"),
            ({"phone": "なし"}, "電話番号は数字とハイフン"),
            ({"on_site": ""}, "少なくとも一方"),
            ({"address": "a\u202eb"}, "使えない文字"),
            ({"municipalities": ["99999"]}, "登録されていない市区町村"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_saved(self, editor, url, wrong, said):
        said_now = {key: value for key, value in (self.NEW | wrong).items() if value != ""}
        answer = editor.post(f"{url}new/", said_now)
        assert answer.status_code == 422
        assert "error" in text(answer)
        assert said in text(answer) or "選択" in text(answer)
        assert not Office.objects.filter(name="浜松支店").exists()

    def test_a_taken_name_is_refused_at_the_name(self, editor, url):
        editor.post(f"{url}new/", self.NEW)
        answer = editor.post(f"{url}new/", self.NEW)
        assert answer.status_code == 422
        assert "この名前の拠点はすでにあります" in text(answer)

    @pytest.mark.parametrize("headers", [HTMX, {}])
    @pytest.mark.parametrize("action", ["postal", "enter"])
    def test_a_postal_code_fills_the_place_in(self, editor, url, headers, action):
        answer = editor.post(f"{url}new/", {"postal_code": "〒４３２－８００３", "action": action}, headers=headers)
        html = text(answer)
        assert answer.status_code == 200
        assert ("<html" in html) == (not headers)
        assert '<option value="22" selected>' in html
        assert re.search(r'<option value="22138" selected', html)
        assert 'value="和地山"' in html
        assert not Office.objects.filter(prefecture="22", name="").exists()

    def test_another_code_replaces_the_town_and_keeps_what_was_written_behind_it(self, editor, url):
        said = {"postal_code": "100-0001", "town": "和地山", "address": "和地山1-2 本館", "action": "postal"}
        assert 'value="千代田1-2 本館"' in text(editor.post(f"{url}new/", said, headers=HTMX))

    def test_a_code_of_several_places_offers_them(self, editor, url):
        html = text(editor.post(f"{url}new/", {"postal_code": "4980000", "action": "postal"}, headers=HTMX))
        assert 'value="place:0"' in html
        assert "愛知県弥富市" in html
        assert "三重県木曽岬町" in html
        chosen = text(editor.post(f"{url}new/", {"postal_code": "4980000", "action": "place:1"}, headers=HTMX))
        assert '<option value="24" selected>' in chosen
        assert re.search(r'<option value="24303" selected', chosen)

    @pytest.mark.parametrize("code", ["", "12", "9999999", "\0", "x" * 5000])
    def test_a_code_that_leads_nowhere_is_said_at_the_field(self, editor, url, code):
        answer = editor.post(f"{url}new/", {"postal_code": code, "action": "postal"}, headers=HTMX)
        assert "error" in text(answer)
        assert editor.post(f"{url}new/", {"postal_code": code, "action": "postal"}).status_code == 422

    @pytest.mark.parametrize("action", ["place:9", "place:x", "place:²", "place:" + "9" * 5000, "place:-1"])
    def test_no_choice_breaks_the_page(self, editor, url, action):
        assert editor.post(f"{url}new/", {"postal_code": "4980000", "action": action}).status_code in {200, 422}

    def test_the_municipalities_follow_the_prefecture(self, editor, url):
        html = text(editor.post(f"{url}new/", {"prefecture": "47", "action": "prefecture"}, headers=HTMX))
        assert "恩納村" in html
        assert "浜松市" not in html

    def test_the_enter_key_in_the_search_searches(self, editor, url):
        html = text(editor.post(f"{url}new/", self.NEW | {"action": "enter", "find": "恩納"}))
        assert "沖縄県恩納村" in html
        assert not Office.objects.filter(name="浜松支店").exists()

    def test_the_enter_key_elsewhere_saves(self, editor, url):
        assert editor.post(f"{url}new/", self.NEW | {"action": "enter"}).status_code == 302

    def test_who_was_late_sees_both_values(self, editor, url, owner, world):
        editor.post(f"{url}new/", self.NEW)
        office = Office.objects.get(name="浜松支店")
        page = f"{url}{office.pk}/"
        version = hidden(text(editor.get(page)), "version")
        values = {"phone": "053-999-9999"}
        actions.change_office(owner, office=office, values=values, prefectures=["23"], by=world.people["editor"])
        answer = editor.post(page, self.NEW | {"version": version})
        html = text(answer)
        assert answer.status_code == 409
        for said in ("053-999-9999", "053-123-4567", "愛知県", "あなたの入力"):
            assert said in html
        office.refresh_from_db()
        assert office.phone == "053-999-9999"
        assert editor.post(page, self.NEW | {"version": hidden(html, "version")}).status_code == 302
        office.refresh_from_db()
        assert office.phone == "053-123-4567"

    def test_an_office_that_is_gone_cannot_be_changed(self, editor, url, owner, world):
        office = world.offices["owner"]
        office.delete()
        assert editor.post(f"{url}{MISSING}/", self.NEW).status_code == 404

    def test_removing_asks_first(self, editor, url, world):
        office = world.offices["owner"]
        assert office.name in text(editor.get(f"{url}{office.pk}/remove/"))
        assert Office.objects.filter(pk=office.pk).exists()
        assert editor.post(f"{url}{office.pk}/remove/").status_code == 302
        assert not Office.objects.filter(pk=office.pk).exists()

    def test_an_empty_list_says_what_to_do(self, editor, url, owner):
        owner.offices.all().delete()
        assert "拠点はまだありません" in text(editor.get(url))

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_fixed_number_of_queries(self, editor, world, count, django_assert_num_queries):
        owner = world.organizations["owner"]
        url = f"/organizations/{owner.pk}/offices/"
        owner.offices.all().delete()
        for number in range(count):
            values = {"name": f"支店{number}", "prefecture": "22", "municipality_id": "22138"}
            actions.add_office(
                owner, values=values, prefectures=["22"], municipalities=["23201"], by=world.people["editor"]
            )
        editor.get(url)
        with django_assert_num_queries(OFFICES):
            editor.get(url)


MISSING = 987_654_321
OFFICES = 13
EXPERTS = 14


class TestExperts:
    NEW = {"name": "架空 花子", "title": "室長", "held_it_coordinator": "on", "since_it_coordinator": "2020-04-01"}

    @pytest.fixture
    def url(self, owner) -> str:
        return f"/organizations/{owner.pk}/experts/"

    def test_a_person_is_added_and_seen_by_colleagues_as_inside_only(self, editor, colleague, url):
        assert editor.post(f"{url}new/", self.NEW).status_code == 302
        expert = Expert.objects.get(name="架空 花子")
        assert expert.credentials.get().credential == "it_coordinator"
        html = text(colleague.get(url))
        for said in ("架空 花子", "ITコーディネータ", "機関の中だけ"):
            assert said in html
        assert f"{expert.pk}/remove/" not in html

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": ""}, "必須"),
            ({"until_it_passport": "2030-01-01"}, "資格にチェック"),
            ({"until_it_coordinator": "2019-01-01"}, "取得日より後"),
            ({"since_it_coordinator": "きのう"}, "日付"),
            ({"user": "987654321"}, "選択"),
            ({"about": "x" * 401}, "400"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_saved(self, editor, url, wrong, said):
        answer = editor.post(f"{url}new/", self.NEW | wrong)
        assert answer.status_code == 422
        assert said in text(answer)
        assert not Expert.objects.filter(title="室長").exists()

    def test_an_account_that_stands_for_another_expert_is_refused_at_its_field(self, editor, url, world):
        answer = editor.post(f"{url}new/", self.NEW | {"user": str(world.people["colleague"].pk)})
        assert answer.status_code == 422
        assert "すでにほかの専門家" in text(answer)

    def test_who_was_late_sees_both_values(self, editor, url, owner, world):
        editor.post(f"{url}new/", self.NEW)
        expert = Expert.objects.get(name="架空 花子")
        page = f"{url}{expert.pk}/"
        version = hidden(text(editor.get(page)), "version")
        actions.change_expert(owner, expert=expert, values={"title": "顧問"}, credentials=[], by=world.people["editor"])
        answer = editor.post(page, self.NEW | {"about": "在庫", "version": version})
        html = text(answer)
        assert answer.status_code == 409
        for said in ("顧問", "室長", "在庫", "ITコーディネータ"):
            assert said in html
        again = self.NEW | {"about": "在庫", "version": hidden(html, "version")}
        assert editor.post(page, again).status_code == 302
        expert.refresh_from_db()
        assert (expert.title, expert.about, expert.version) == ("室長", "在庫", 3)

    def test_a_consent_is_recorded_shown_and_withdrawn(self, editor, url, world, owner):
        editor.post(f"{url}new/", self.NEW)
        expert = Expert.objects.get(name="架空 花子")
        page = f"{url}{expert.pk}/agreement/"
        partner = Client()
        partner.force_login(world.people["partner"])
        profile = f"/organizations/{owner.pk}/"
        assert "架空 花子" not in text(partner.get(profile))
        said = {"agreed_on": "2026-01-05", "version": "1"}
        refused = editor.post(page, said)
        assert refused.status_code == 422
        assert "どのように確かめたか" in text(refused)
        assert editor.post(page, said | {"agreement_note": "同意書"}).status_code == 302
        assert "架空 花子" in text(partner.get(profile))
        assert editor.post(page, {"action": "withdraw"}).status_code == 302
        assert "架空 花子" not in text(partner.get(profile))

    def test_a_person_agrees_to_what_stood_on_the_page(self, editor, colleague, url, world, owner):
        silent = world.experts["owner_silent"]
        page = f"{url}{silent.pk}/agreement/"
        html = text(colleague.get(page))
        assert "公開に同意します" in html
        said = {"agreed_on": hidden(html, "agreed_on"), "version": hidden(html, "version"), "action": "agree"}
        actions.change_expert(
            owner, expert=silent, values={"about": "書き足した"}, credentials=[], by=world.people["editor"]
        )
        answer = colleague.post(page, said)
        assert answer.status_code == 409
        assert "書き足した" in text(answer)
        again = said | {"version": hidden(text(answer), "version")}
        assert colleague.post(page, again).status_code == 302
        assert Expert.objects.agreed().filter(pk=silent.pk).exists()

    def test_the_list_says_who_alone_may_decide(self, editor, colleague, url):
        assert "だけが決められます" in text(editor.get(url))
        assert "公開に同意する" in text(colleague.get(url))

    def test_removing_asks_first_and_says_what_is_forgotten(self, editor, url, world):
        silent = world.experts["owner_silent"]
        assert "元には戻せません" in text(editor.get(f"{url}{silent.pk}/remove/"))
        assert editor.post(f"{url}{silent.pk}/remove/").status_code == 302
        assert not Expert.objects.filter(pk=silent.pk).exists()

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_fixed_number_of_queries(self, editor, world, count, django_assert_num_queries):
        owner = world.organizations["owner"]
        url = f"/organizations/{owner.pk}/experts/"
        owner.experts.all().delete()
        for number in range(count):
            held = [actions.Held("it_passport"), actions.Held("it_coordinator")]
            actions.add_expert(owner, values={"name": f"花子{number}"}, credentials=held, by=world.people["editor"])
        editor.get(url)
        with django_assert_num_queries(EXPERTS):
            editor.get(url)


class TestContact:
    def test_the_profile_links_to_what_is_given(self, editor, owner):
        Organization.objects.filter(pk=owner.pk).update(
            website="https://example.jp/z", contact_email="z@example.jp", contact_phone="053-1"
        )
        html = text(editor.get(f"/organizations/{owner.pk}/"))
        for said in ('href="https://example.jp/z"', 'href="mailto:z@example.jp"', "053-1"):
            assert said in html

    @pytest.mark.parametrize(
        ("status", "slots", "said"),
        [
            ("open", 2, "受付中・あと2件"),
            ("limited", 1, "条件つきで受付・あと1件"),
            ("waitlist", 0, "順番待ち"),
            ("closed", 0, "受付停止"),
        ],
    )
    def test_capacity_is_worded(self, editor, owner, status, slots, said):
        Organization.objects.filter(pk=owner.pk).update(capacity_status=status, capacity_slots=slots)
        assert said in text(editor.get(f"/organizations/{owner.pk}/"))

    def test_an_outdated_capacity_is_marked(self, editor, owner):
        Organization.objects.filter(pk=owner.pk).update(capacity_until="2020-01-01")
        assert "期限切れ・要確認" in text(editor.get(f"/organizations/{owner.pk}/"))
