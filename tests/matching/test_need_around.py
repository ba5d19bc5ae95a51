"""Around a need: versions and conflicts, co-facilitators, the sealed client, the DX推進指標, the three steps."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from matching import actions
from matching.assessed import comparisons
from matching.instruments import edition_on, editions
from matching.models import ClientReading, Engagement, Need, NeedVersion, Proposal, Room, Run
from matching.needhistory import Words, difference, snapshot
from matching.notices import facilitators_of
from matching.rooms import actions as rooms
from matching.rooms.people import participants, place_of
from network.actions import ConflictError
from network.models import Capability, Lab, LabFacilitator, Letter, Notice, Organization
from tests.matching.forming import facilitator, ready
from tests.matching.test_intake import press, typed
from tests.small_cast import Small

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(small: Small) -> Need:
    for name, person in small.people.items():
        person.name = f"架空 {name}"
        person.save(update_fields=["name"])
    made = Need(title="食品工場の在庫", lab=small.lab, prefecture="22", industry="E", text="紙の台帳")
    return actions.save_need(
        made, requirements=[wanted("inventory")], must_include=[], exclude=[], by=small["facilitator"]
    )


def wanted(code: str, **more: object) -> actions.Wanted:
    given = {"phase": "analysis", "level": 3, "weight": 2.0, "must": False} | more
    return actions.Wanted(Capability.objects.get(code=code), **given)  # type: ignore[arg-type]


def saved(need: Need, by, *, expected=None, lines=("inventory",), exclude=(), **fields):
    again = Need.objects.get(pk=need.pk)
    for name, value in fields.items():
        setattr(again, name, value)
    requirements = [wanted(code) if isinstance(code, str) else code for code in lines]
    given = {"requirements": requirements, "must_include": [], "exclude": list(exclude)}
    return actions.save_need(again, **given, by=by, expected=expected)


def path(name: str, need: Need, *more: int) -> str:
    return reverse(f"matching:{name}", args=[need.pk, *more])


# --- Versions -----------------------------------------------------------------------------------


def test_every_writing_that_changes_something_is_a_version_and_no_other(small, need):
    by = small["facilitator"]
    assert (need.version, need.versions.count()) == (1, 1)
    assert saved(need, by).version == 1
    assert saved(need, by, employees=48, lines=["inventory", "pmo"]).version == 2
    with actions.changing(need, by=by, expected=2) as held:
        held.must_include.add(small.owner)
    assert need.version == 3
    with actions.changing(need, by=by, expected=3):
        pass
    assert [row.number for row in need.versions.all()] == [3, 2, 1]
    paths = {row.number: sorted(row.changes) for row in need.versions.all()}
    assert paths[2] == ["employees", "requirement.pmo.analysis"]
    assert paths[3] == ["must_include"]


def test_the_versions_of_a_need_lead_from_nothing_to_what_it_says(small, need):
    by = small["facilitator"]
    saved(need, by, stage=2, tlp="RED", exclude=[small.partner], lines=[wanted("inventory", must=True), "rfp"])
    saved(need, by, stage=None, title="別の件名", lines=["rfp"])
    said: dict[str, object] = {}
    for version in need.versions.order_by("number"):
        for name, (before, after) in version.changes.items():
            assert said.get(name) == before
            said[name] = after
    assert {name: value for name, value in said.items() if value is not None} == snapshot(need)


def test_the_page_of_versions_says_what_was_before_and_is_now_as_its_reader_may_know(small, need):
    saved(need, small["facilitator"], stage=2, tlp="RED", exclude=[small.partner], lines=["pmo"])
    Organization.objects.filter(pk=small.partner.pk).update(is_active=False)
    html = small.client("facilitator").get(path("need_versions", need)).content.decode()
    for words in ("第2版", "架空 facilitator", "デジタイゼーション", "TLP:RED", "名前を出せない機関", "重要・レベル3"):
        assert words in html
    assert small.partner.name not in html


def test_who_saved_second_is_told_and_loses_nothing(small, need):
    client, by = small.client("facilitator"), small["facilitator"]
    page = client.get(path("edit_need", need))
    saved(need, by, employees=30, lines=["inventory", "pmo"])
    answer = client.post(path("edit_need", need), typed(page, action="save", title="わたしの件名", text="わたしの文"))
    html = answer.content.decode()
    assert answer.status_code == 409
    rows = {line.label: (line.before, line.after) for line in answer.context["conflict"].lines}
    assert rows["案件名"] == ("食品工場の在庫", "わたしの件名")
    assert rows["従業員数"] == ("30人", "なし")
    assert [pair for label, pair in rows.items() if label.startswith("要件")] == [("重要・レベル3", "なし")]
    assert "わたしの文" in html
    now = Need.objects.get(pk=need.pk)
    assert (now.title, now.employees, now.version, now.requirements.count()) == ("食品工場の在庫", 30, 2, 2)
    again = client.post(path("edit_need", need), typed(answer, action="save"))
    assert again.status_code == 302
    now.refresh_from_db()
    assert (now.title, now.text, now.version) == ("わたしの件名", "わたしの文", 3)


@pytest.mark.parametrize("version", ["", "x", "-1", str(10**30), "0", "99"])
def test_a_form_that_does_not_say_which_version_it_showed_changes_nothing(small, need, version):
    client = small.client("facilitator")
    answer = press(client, path("edit_need", need), "save", title="別の件名", version=version)
    assert answer.status_code == (409 if version in ("0", "99") else 422)
    assert Need.objects.get(pk=need.pk).title == "食品工場の在庫"


def test_an_expected_version_that_is_not_there_any_more_is_a_conflict(small, need):
    saved(need, small["facilitator"], employees=30)
    with pytest.raises(ConflictError) as met, actions.changing(need, by=small["facilitator"], expected=1):
        pytest.fail("it began")
    assert met.value.current.version == 2


# --- Co-facilitators ----------------------------------------------------------------------------


def named(small: Small, need: Need) -> None:
    actions.name_cofacilitator(need, user=small["far"], by=small["facilitator"], expected=need.version)


def test_a_cofacilitator_sees_and_edits_this_need_and_nothing_else_of_the_lab(small, need):
    by, far = small["facilitator"], small["far"]
    other = Need(title="別の案件", lab=small.lab, prefecture="22")
    actions.save_need(other, requirements=[], must_include=[], exclude=[], by=by)
    proposal = actions.make_proposal(need, by=by)
    run = Run.objects.create(need=need, key=uuid4(), by=by)
    assert not Need.objects.visible_to(far).exists()
    named(small, need)
    assert list(Need.objects.visible_to(far)) == list(Need.objects.editable_by(far)) == [need]
    assert list(Proposal.objects.visible_to(far)) == [proposal]
    assert list(Run.objects.visible_to(far)) == [run]
    assert facilitators_of(need) == [by, far]
    assert saved(need, far, employees=12).version == need.version + 1
    actions.make_proposal(need, by=far)
    LabFacilitator.objects.filter(user=far).delete()
    assert not Need.objects.visible_to(far).exists()
    assert facilitators_of(need) == [by]


def test_a_cofacilitator_may_neither_move_the_need_nor_name_others_but_leaves_alone(small, need):
    named(small, need)
    far, client = small["far"], small.client("far")
    with pytest.raises(PermissionDenied):
        saved(need, far, lab=Lab.objects.get(name="大阪市"))
    with pytest.raises(PermissionDenied):
        actions.name_cofacilitator(need, user=small["partner"], by=far)
    assert press(client, path("edit_need", need), "save", employees="9").status_code == 302
    assert Need.objects.get(pk=need.pk).lab == small.lab
    assert client.post(path("need_person_remove", need, far.pk))["Location"] == reverse("matching:needs")
    assert client.get(path("need", need)).status_code == 404


@pytest.mark.parametrize(
    ("who", "said"), [("partner", "いまファシリテーターではありません"), ("facilitator", "同じラボ")]
)
def test_only_facilitators_of_other_labs_can_be_named(small, need, who, said):
    with pytest.raises(ValidationError, match=said):
        actions.name_cofacilitator(need, user=small[who], by=small["facilitator"])
    assert need.version == 1


def test_naming_is_in_the_history_and_told_once_to_the_person(small, need):
    client = small.client("facilitator")
    answer = client.post(path("need_person_add", need), {"user": small["far"].pk})
    assert answer.status_code == 302
    assert client.post(path("need_person_add", need), {"user": small["far"].pk}).status_code == 422
    told = small.client("far").get("/notices/").content.decode()
    assert "「食品工場の在庫」（静岡県）の共同担当に加えました" in told
    [letter] = Letter.objects.filter(to=small["far"].email)
    assert "食品工場" not in letter.subject + letter.body
    assert need.versions.first().changes == {f"cofacilitator.{small['far'].pk}": [None, "架空 far"]}
    client.post(path("need_person_remove", need, small["far"].pk))
    told = small.client("far").get("/notices/").content.decode()
    assert "共同担当からあなたを外しました" in told
    assert "食品工場" not in told
    assert Notice.objects.filter(user=small["far"]).count() == 2


# --- The sealed client --------------------------------------------------------------------------

SECRET = {"name": "架空 三ツ星フーズ", "contact": "架空 花子", "phone": "054-000-0000", "email": "hanako@example.jp"}


def sealed(small: Small, need: Need) -> None:
    actions.write_client(need, values=SECRET, expected=0, by=small["facilitator"])


def test_the_client_is_told_on_its_own_page_only_and_every_opening_is_written_down(small, need):
    sealed(small, need)
    named(small, need)
    client, far = small.client("facilitator"), small.client("far")
    actions.make_proposal(need, by=small["facilitator"])
    pages = [path(name, need) for name in ("need", "edit_need", "need_versions", "need_people", "need_dx")]
    pages += ["/needs/", "/needs/desk/", "/search/?q=フーズ", reverse("api-need-detail", args=[need.pk])]
    for page in pages:
        assert "三ツ星" not in client.get(page, follow=True).content.decode(), page
    assert ClientReading.objects.count() == 1
    assert "架空 三ツ星フーズ" in client.get(path("need_client", need)).content.decode()
    html = far.get(path("need_client", need)).content.decode()
    assert "架空 三ツ星フーズ" in html
    entries = [(row.deed, row.by_name, row.why) for row in need.client_readings.order_by("pk")]
    assert entries == [
        ("wrote", "架空 facilitator", "静岡県のファシリテーター"),
        ("opened", "架空 facilitator", "静岡県のファシリテーター"),
        ("opened", "架空 far", "共同担当"),
    ]
    kept = json.dumps([version.changes for version in NeedVersion.objects.all()], ensure_ascii=False)
    kept += serializers.serialize("json", Proposal.objects.all()) + serializers.serialize("json", Notice.objects.all())
    assert "三ツ星フーズ" not in kept
    assert "hanako" not in kept
    for name in ("editor", "partner", "stranger"):
        assert small.client(name).get(path("need_client", need)).status_code == 404
    assert ClientReading.objects.count() == 3


def test_a_client_is_anonymous_until_somebody_writes_and_again_when_emptied(small, need):
    client = small.client("facilitator")
    assert "匿名です" in client.get(path("need", need)).content.decode()
    assert client.get(path("need_client", need)).status_code == 200
    assert not ClientReading.objects.exists()
    typed_in = {
        "name": "架空 三ツ星フーズ",
        "corporate_number": "７０００ ０１２０５０００２",
        "phone": "０５４ー０００ー００００",
    }
    assert client.post(path("need_client", need), typed_in | {"version": "0"}).status_code == 302
    now = need.client
    assert (now.corporate_number, now.phone, now.version) == ("7000012050002", "054-000-0000", 1)
    assert "封をしてあります" in client.get(path("need", need)).content.decode()
    assert client.post(path("need_client", need), {"version": "0", "name": "別の名前"}).status_code == 409
    answer = client.post(path("need_client", need), {"version": "0", "name": "別の名前"})
    assert "架空 三ツ星フーズ" in answer.content.decode()
    assert "別の名前" in answer.content.decode()
    assert client.post(path("need_client", need), {"version": "1"}).status_code == 302
    assert "匿名です" in client.get(path("need", need)).content.decode()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *[(name, text) for name in ("name", "contact", "note") for text in ("a\0b", "\u200b", "a\u202eb", "x" * 2000)],
        ("corporate_number", "1234567890123"), ("corporate_number", "\0"), ("phone", "電話"), ("phone", "a\0"),
        ("email", "だれか"), ("email", "a\0@example.jp"), ("version", ""), ("version", str(10**30)),
    ],
)  # fmt: skip
def test_hostile_words_about_a_client_are_refused_and_stay_on_the_page(small, need, field, text):
    answer = small.client("facilitator").post(path("need_client", need), {"version": "0", "name": "架空", field: text})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode() or "notice bad" in answer.content.decode()
    assert not hasattr(Need.objects.get(pk=need.pk), "client")


# --- DX推進指標 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "code"), [("2018-01-01", "2019"), ("2026-02-12", "2019"), ("2026-02-13", "2026"), ("2030-01-01", "2026")]
)
def test_the_edition_in_use_on_a_day(day, code):
    assert edition_on(date.fromisoformat(day)).code == code


def test_the_editions_hold_what_was_published_of_them():
    old, new = editions()["2019"], editions()["2026"]
    assert (len(old.items), sum(item.is_key for item in old.items.values()), len(old.levels)) == (35, 9, 6)
    assert [code for code, item in old.items.items() if item.is_key] == [str(n) for n in range(1, 10)]
    assert list(new.items) == ["1", "2", "3-1", "3-2", "3-3", "4", "5"]
    assert len(new.levels) == 6


def test_assessments_are_set_beside_each_other_within_an_edition_only(small, need):
    by, today = small["facilitator"], timezone.localdate()
    for days, edition, levels in (
        (90, "2019", {"1": 0, "2": 1, "9-6": 2}),
        (60, "2019", {"1": 2, "4-1": 3}),
        (10, "2026", {"1": 1, "5": 0}),
        (0, "2026", {"1": 3, "5": 0, "2": 4}),
    ):
        actions.assess(need, edition=edition, on=today - timedelta(days=days), levels=levels, by=by)
    new, old = comparisons(list(need.assessments.all()))
    assert [(row.code, row.levels, row.change) for row in new.rows] == [
        ("1", [1, 3], 2), ("2", [None, 4], None), ("5", [0, 0], 0),
    ]  # fmt: skip
    assert (new.first, new.last, new.both) == (0.5, 1.5, 2)
    assert (old.first, old.last, old.both) == (0.0, 2.0, 1)
    html = small.client("facilitator").get(path("need_dx", need)).content.decode()
    assert "平均 0.5 → 1.5（両方で答えた2項目）" in html
    assert "版が違う記録は" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"edition": "2020"},
        {"levels": {}},
        {"levels": {"1": 6}},
        {"levels": {"1": -1}},
        {"levels": {"8-1": 1}},
        {"days": -1},
    ],
)
def test_what_no_instrument_knows_is_refused(small, need, wrong):
    on = timezone.localdate() - timedelta(days=wrong.pop("days", 0))
    given = {"edition": "2026", "levels": {"1": 1}} | wrong
    with pytest.raises(ValidationError):
        actions.assess(need, on=on, by=small["facilitator"], **given)
    assert not need.assessments.exists()


def test_an_assessment_is_answered_on_a_page_and_taken_away(small, need):
    client = small.client("facilitator")
    assert "2026年版" in client.get(path("need_dx_new", need)).content.decode()
    assert "9-6 IT投資の評価" in client.get(path("need_dx_new", need) + "?edition=2019").content.decode()
    body = {"edition": "2019", "on": "2026-01-20", "item-1": "2", "item-9-6": "0", "note": "社長と"}
    assert client.post(path("need_dx_new", need), body | {"item-1": "7"}).status_code == 422
    assert client.post(path("need_dx_new", need), body).status_code == 302
    one = need.assessments.get()
    assert (one.edition, one.levels, one.note) == ("2019", {"1": 2, "9-6": 0}, "社長と")
    assert client.post(path("need_dx_remove", need, one.pk)).status_code == 302
    assert not need.assessments.exists()


# --- Three steps --------------------------------------------------------------------------------


@pytest.fixture
def browser(small: Small) -> Browser:
    return small.client("facilitator")


def test_three_steps_without_scripts_save_each_and_lose_nothing(small, browser):
    first = browser.get("/needs/new/")
    assert [name for name, here in shown(first) if here] == ["企業"]
    start = typed(first, action="step:2", lab=small.lab.pk)
    assert first.context["form"]["prefecture"].value() == "22"
    refused = browser.post("/needs/new/", start | {"prefecture": ""})
    assert refused.status_code == 422
    assert "都道府県" in refused.content.decode().split('id="form-errors"')[1]
    answer = browser.post("/needs/new/", start | {"title": "食品工場", "prefecture": "22", "stage": "1"})
    need = Need.objects.get()
    assert answer["Location"] == path("edit_need", need) + "?step=2"
    second = browser.get(answer["Location"])
    html = second.content.decode()
    assert [name for name, here in shown(second) if here] == ["困りごと"]
    assert "いまは下書きです" in html
    assert second.context["missing"] == [(2, "要件（1件以上）")]
    refused = browser.post(path("edit_need", need), typed(second, action="propose", step="2", text="在庫が合わない"))
    assert refused.status_code == 422
    assert "要件がありません" in refused.content.decode()
    assert "在庫が合わない" in refused.content.decode()
    read = browser.post(path("edit_need", need), typed(second, action="read", step="2", text="在庫が合わない。RFPも。"))
    codes = [found.capability.code for found in read.context["suggestions"]]
    assert {"inventory", "rfp"} <= set(codes)
    data = typed(read, step="2", was_read="1")
    put_aside = browser.post(path("edit_need", need), data | {"action": "dismiss:rfp"})
    assert "rfp" not in [found.capability.code for found in put_aside.context["suggestions"]]
    data = typed(put_aside, step="2", was_read="1", dismissed="rfp")
    taken = browser.post(path("edit_need", need), data | {"action": "addall"})
    assert "inventory" in [row["capability"].value() for row in taken.context["rows"]]
    assert "rfp" not in [row["capability"].value() for row in taken.context["rows"]]
    third = browser.post(path("edit_need", need), typed(taken, action="step:3", step="2"))
    assert third["Location"].endswith("?step=3")
    back = browser.post(
        path("edit_need", need), typed(browser.get(third["Location"]), action="step:1", step="3", max_size="3")
    )
    assert back["Location"].endswith("?step=1")
    need.refresh_from_db()
    assert (need.title, need.stage, need.text, need.max_size) == ("食品工場", 1, "在庫が合わない。RFPも。", 3)
    assert need.requirements.filter(capability__code="inventory").exists()
    assert need.versions.count() == need.version == 3


def test_who_has_no_title_yet_is_not_held_up_by_it(small, browser):
    answer = browser.post("/needs/new/", typed(browser.get("/needs/new/"), action="step:2", lab=small.lab.pk))
    assert answer.status_code == 302
    need = Need.objects.get()
    assert need.title.endswith("の相談")
    assert press(browser, path("edit_need", need), "step:2", title="").status_code == 422


def shown(answer):
    return [(step.name, step.is_here) for step in answer.context["steps"]]


def test_a_draft_is_called_one_and_gets_no_proposal(small, browser):
    need = Need(title="食品工場", lab=small.lab, prefecture="22")
    actions.save_need(need, requirements=[], must_include=[], exclude=[], by=small["facilitator"])
    assert "下書き" in browser.get("/needs/").content.decode()
    assert "まだ要件がありません" in browser.get(path("need", need)).content.decode()
    answer = browser.post(path("propose", need))
    assert answer["Location"] == path("edit_need", need) + "?step=2"
    with pytest.raises(ValidationError):
        actions.make_proposal(need, by=small["facilitator"])
    assert not need.proposals.exists()


def test_the_step_with_the_first_mistake_is_shown(browser, need):
    answer = press(browser, path("edit_need", need), "step:3", step="2", employees="たくさん", max_size="99")
    assert answer.status_code == 422
    assert [name for name, here in shown(answer) if here] == ["企業"]
    assert [step.problems for step in answer.context["steps"]] == [1, 0, 1]


def test_the_first_proposal_runs_under_the_key_that_the_page_shows(browser, need):
    page = browser.get(path("edit_need", need) + "?step=3")
    key = page.context["run"]
    assert reverse("matching:run", args=[need.pk, key]) in page.content.decode()
    for _ in range(2):  # pressed twice: asked twice, one run under the key
        data = typed(browser.get(path("edit_need", need)), action="propose", run=str(key), step="3")
        assert browser.post(path("edit_need", need), data)["Location"] == path("need", need)
    run = Run.objects.get(key=key)
    assert (run.need, run.state) == (need, "done")
    assert browser.get(reverse("matching:run", args=[need.pk, key])).status_code == 200


def test_the_label_stands_on_the_page_in_the_list_and_a_change_of_it_in_the_history(small, browser, need):
    assert "TLP:AMBER" in browser.get(path("need", need)).content.decode()
    assert press(browser, path("edit_need", need), "save", tlp="RED").status_code == 302
    for page in (path("need", need), "/needs/", path("edit_need", need)):
        assert "TLP:RED" in browser.get(page).content.decode()
    assert press(browser, path("edit_need", need), "save", tlp="BLACK").status_code == 422
    lines = Words([need.versions.first().changes], small["facilitator"]).lines(need.versions.first().changes)
    assert [(line.label, line.before, line.after) for line in lines] == [("取り扱い", "TLP:AMBER", "TLP:RED")]
    assert difference({"tlp": "RED"}, {"tlp": "RED"}) == {}


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_around_a_need_take_a_fixed_number_of_queries(
    small,
    browser,
    need,
    many,
    django_assert_max_num_queries,
):
    for n in range(many):
        saved(need, small["facilitator"], employees=n + 1, exclude=[small.partner] if n % 2 else [])
        actions.assess(need, edition="2026", on=timezone.localdate(), levels={"1": n}, by=small["facilitator"])
    for page, most in (("need_versions", 20), ("need_dx", 14), ("need_people", 20)):
        with django_assert_max_num_queries(most):
            browser.get(path(page, need))


def test_a_cofacilitator_comes_into_the_room_of_the_needs_team_and_leaves_it_with_the_need(world):
    engagement = actions.start(ready(world), by=facilitator(world))
    far = world.people["other_facilitator"]
    room = rooms.open_room(engagement.team, labs=[world.labs["shizuoka"]], by=facilitator(world))
    assert not Room.objects.visible_to(far).contains(room)
    assert far not in [one.user for one in participants(room)]
    actions.name_cofacilitator(world.needs["need"], user=far, by=facilitator(world))
    assert Room.objects.visible_to(far).contains(room)
    assert Room.objects.led_by(far).contains(room)
    assert (place_of(room, far), far in [one.user for one in participants(room)]) == ("大阪市", True)
    assert rooms.open_room(engagement.team, labs=[], by=far) == room
    assert Engagement.objects.led_by(far).contains(engagement)
    actions.unname_cofacilitator(world.needs["need"], user=far, by=facilitator(world))
    assert not Room.objects.visible_to(far).contains(room)
    assert not Engagement.objects.visible_to(far).contains(engagement)
