"""The pages of a record's history: who reads them, what they say, what they keep back."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from network import actions
from network.codes import LEVELS
from network.history import record as history
from network.history.entries import entries, profile_as_of, told_changes
from network.history.telling import changes_told_to, told_to
from network.history.words import names_for, words
from network.models import Capability, Change, LabFacilitator, Municipality, Notice, Organization, Tie
from network.vocabulary import CapacityStatus, Deed, Stance, WeaknessAudience
from tests.cast import make_organization

pytestmark = pytest.mark.django_db
SECRET = "秘密の弱みのメモ"


@pytest.fixture
def capability():
    return lambda code: Capability.objects.get(code=code)


@pytest.fixture
def rate(small, capability):
    def rated(code, level, stance=Stance.NEUTRAL, note=""):
        actions.rate(
            small.owner, capability=capability(code), level=level, stance=stance, note=note, by=small["editor"]
        )

    return rated


def page(small, person, rest="", **asked) -> str:
    answer = small.client(person).get(f"/organizations/{small.owner.pk}/history/{rest}", asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def said(small, person="editor", **asked) -> list[str]:
    """Every line of the history, as a sentence."""
    told = told_changes(small.owner, small[person], **asked)
    return [
        f"{entry.change.get_deed_display()} {line.label}: {line.before} → {line.after}"
        for entry in entries(told, small.owner, small[person])
        for line in entry.lines
    ]


class TestWho:
    @pytest.mark.parametrize("rest", ["history/", "history/as-of/", "history/as-of/?on=2026-05-01"])
    @pytest.mark.parametrize(
        ("person", "status"),
        [
            ("editor", 200),
            ("colleague", 200),
            ("steward", 200),
            ("partner", 404),
            ("facilitator", 404),
            ("far", 404),
            ("stranger", 404),
        ],
    )
    def test_members_and_stewards(self, small, person, status, rest, settings):
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]
        assert small.client(person).get(f"/organizations/{small.owner.pk}/{rest}").status_code == status


class TestWhatItSays:
    def test_a_rating_in_words_and_only_what_differs(self, small, rate):
        rate("pmo", 4, Stance.STRENGTH, "年12件")
        was, is_ = level_name(3), level_name(4)
        name = small.rating("pmo").capability
        assert said(small) == [f"自己評価 {name}: レベル3（{was}）・メモ: 年10件 → レベル4（{is_}）・メモ: 年12件"]

    def test_a_first_declaration_came_from_nothing(self, small, rate):
        rate("inventory", 2)
        (line,) = said(small)
        assert ": なし → " in line
        assert "レベル2（組めばできる）・中立" in line

    def test_a_confirmation_is_about_its_day(self, small, capability):
        actions.confirm(small.owner, capability=capability("pmo"), by=small["editor"])
        (line,) = said(small)
        assert line.startswith("確認 ")
        assert "最終確認: なし → 最終確認: " in line

    def test_description_capacity_and_area(self, small):
        editor = small["editor"]
        actions.describe(small.owner, values={"about": "新しい紹介"}, industries=["E", "D"], by=editor)
        actions.declare_capacity(small.owner, status=CapacityStatus.CLOSED, slots=0, until=None, by=editor)
        actions.serve_areas(
            small.owner, prefectures=["22"], municipalities=["23100"], nationwide=False, remote=True, by=editor
        )
        lines = said(small)
        assert "対応地域 対応地域: 都道府県: なし・市区町村: なし・遠隔でも対応: いいえ → " in lines[0]
        assert "都道府県: 静岡県・市区町村: 愛知県名古屋市・遠隔でも対応: はい" in lines[0]
        assert lines[1] == "受付の状況 受付の状況: 受付中・あと何件: 1件 → 受付停止・あと何件: 0件"
        assert lines[2] == "紹介の変更 紹介: 地域の信用金庫 → 新しい紹介"
        assert lines[3] == "紹介の変更 支援できる業種: なし → 建設業、製造業"

    def test_a_place_by_name(self, small):
        city = Municipality.objects.get(pk="22130")
        actions.relocate(small.owner, prefecture="22", municipality=city.pk, by=small["editor"])
        assert said(small) == ["紹介の変更 所在地: 市区町村: なし → 静岡県浜松市"]

    def test_who_and_when_and_the_operators_own_deeds(self, small, rate):
        rate("inventory", 2)
        history.note(small.owner, {"kana": ("", "かくう")}, deed=Deed.IMPORTED, by=None)
        shown = page(small, "editor")
        assert "運営の処理" in shown
        assert ">editor<" in shown
        assert date_format(timezone.localdate(), "DATE_FORMAT") in shown

    def test_an_unknown_path_or_value_of_another_version_is_no_error(self, small):
        odd = {
            "newer.1": [None, {"a": [1], "b": None, "c": {"d": 1}}],
            "rating.gone": [{"level": 9}, {"level": "x", "stance": "odd", "confirmed_at": "never"}],
            "tie.1": [None, {"with": [10**9, small.owner.pk], "kind": "odd", "visibility": "network"}],
            "place": [{"prefecture": "99", "municipality": "99999"}, "nowhere"],
            "capacity": [{"status": "odd", "slots": None, "until": "2026-99-99"}, None],
            "office.1": [{}, {"name": "本店", "prefecture": "22", "municipality": None, "on_site": True}],
            "vouched.pmo.ghost": [None, {"level": 3, "on": "2026-01-01"}],
        }
        history.note(small.owner, odd, deed=Deed.IMPORTED, by=None)
        for language in ("ja", "en"):
            with translation.override(language):
                assert page(small, "editor")
                assert page(small, "editor", "as-of/")

    def test_markup_in_text_stays_text(self, small):
        actions.describe(small.owner, values={"about": "<script>alert(1)</script>"}, by=small["editor"])
        for rest in ("", "as-of/"):
            shown = page(small, "editor", rest)
            assert "<script>alert" not in shown
            assert "&lt;script&gt;" in shown

    def test_a_weakness_of_level_0_says_its_level(self, small, rate):
        rate("inventory", 0, Stance.WEAKNESS)
        assert f"→ レベル0（{level_name(0)}）・弱み" in said(small)[0]

    def test_who_proposed_what_was_corrected(self, small, steward_signs_in):
        correction = actions.propose_correction(
            small.owner, field="kana", proposed="かくう", reason="看板", by=small["partner"]
        )
        actions.accept_correction(correction, by=small["editor"])
        for person in ("colleague", "steward"):
            shown = page(small, person)
            assert "提案: partnerさん（架空 天竜システム）" in shown
            assert "訂正の反映" in shown


def level_name(level: int) -> str:
    return LEVELS.name(str(level))


class TestNarrowing:
    def test_by_deed_and_by_capability(self, small, rate, capability):
        rate("pmo", 4)
        rate("inventory", 2)
        actions.confirm(small.owner, capability=capability("inventory"), by=small["editor"])
        assert len(said(small)) == 3
        assert len(said(small, deed="confirmed")) == 1
        assert len(said(small, capability="inventory")) == 2
        assert len(said(small, capability="inventory", deed="rated")) == 1
        shown = page(small, "editor", capability="pmo")
        assert "1件の記録" in shown

    def test_of_an_entry_of_many_paths_only_the_capability_is_shown(self, small):
        both = {"rating.pmo": [None, {"level": 1}], "kana": ["", "かくう"]}
        history.note(small.owner, both, deed=Deed.IMPORTED, by=None)
        assert len(said(small, capability="pmo")) == 1

    @pytest.mark.parametrize("asked", [{"deed": "nothing"}, {"capability": "\0"}, {"capability": "nothing"}])
    def test_unknown_conditions_are_left_out(self, small, rate, asked):
        rate("pmo", 4)
        assert "1件の記録" in page(small, "editor", **asked)

    def test_conditions_that_nothing_meets(self, small, rate):
        rate("pmo", 4)
        assert "条件に合う記録がありません。" in page(small, "editor", deed="tie")

    def test_pages(self, small):
        for n in range(31):
            history.note(small.owner, {"kana": (str(n), str(n + 1))}, deed=Deed.DESCRIBED, by=small["editor"])
        assert page(small, "editor").count('<dl class="changes">') == 30
        assert page(small, "editor", page="2").count('<dl class="changes">') == 1
        for number in ("3", "0", "x", "9" * 40):
            answer = small.client("editor").get(f"/organizations/{small.owner.pk}/history/", {"page": number})
            assert answer.status_code == 404

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_same_queries_for_one_and_for_three(self, small, rate, many, django_assert_num_queries):
        for code in ("pmo", "inventory", "rfp")[:many]:
            rate(code, 1)
        client = small.client("editor")
        client.get(f"/organizations/{small.owner.pk}/history/")
        with django_assert_num_queries(17):
            client.get(f"/organizations/{small.owner.pk}/history/")


class TestWeaknesses:
    """To a steward who facilitates no lab of it, a weakness looks as if nothing were declared, in the past too."""

    def test_an_entry_about_a_weakness_alone_is_not_there(self, small, rate, capability):
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        actions.confirm(small.owner, capability=capability("inventory"), by=small["editor"])
        actions.withdraw_rating(small.owner, capability=capability("inventory"), by=small["editor"])
        assert len(said(small)) == 3
        assert SECRET in "".join(said(small))
        assert said(small, "steward") == []

    def test_becoming_one_looks_like_withdrawing(self, small, rate, capability):
        rate("inventory", 1)
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        rate("pmo", 4)
        actions.withdraw_rating(small.owner, capability=capability("pmo"), by=small["editor"])
        withdrawn, _rated, weak, _first = said(small, "steward")
        assert SECRET not in weak
        assert weak.split(" ")[0] == withdrawn.split(" ")[0] == "自己評価の取り下げ"
        assert weak.endswith("→ なし")
        assert withdrawn.endswith("→ なし")

    def test_the_filter_by_deed_tells_no_more(self, small, rate):
        rate("inventory", 1)
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        assert len(said(small, "steward", deed="rated")) == 1
        assert len(said(small, "steward", deed="withdrawn")) == 1
        assert len(said(small, "editor", deed="rated")) == 2

    def test_ceasing_to_be_one_looks_like_declaring(self, small, rate):
        rate("rfp", 2, Stance.NEUTRAL)
        (line,) = said(small, "steward")
        assert ": なし → レベル2" in line
        assert "弱み" not in line

    def test_a_change_from_one_weakness_to_another_is_not_there(self, small, rate):
        rate("rfp", 1, Stance.WEAKNESS, SECRET)
        assert said(small, "steward") == []
        assert "0件の記録" not in page(small, "editor")

    def test_undoing_it_tells_nothing(self, small, rate):
        rate("inventory", 1)
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        change = small.owner.changes.first()
        actions.undo_rating(small.owner, change=change, by=small["editor"])
        assert SECRET not in "".join(said(small, "steward"))
        assert "弱み" not in "".join(said(small, "steward"))

    def test_neither_counts_nor_pages_tell_of_hidden_entries(self, small, rate, steward_signs_in):
        rate("pmo", 4)
        for level in (0, 1, 2):
            rate("inventory", level, Stance.WEAKNESS, SECRET)
        assert "4件の記録" in page(small, "editor")
        assert "1件の記録" in page(small, "steward")

    def test_a_steward_who_facilitates_its_lab_reads_them(self, small, rate):
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        LabFacilitator.objects.create(user=small["steward"], lab=small.lab)
        assert SECRET in "".join(said(small, "steward"))

    def test_and_everybody_who_reads_the_history_when_they_are_open(self, small, rate):
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        actions.open_weaknesses_to(small.owner, audience=WeaknessAudience.NETWORK, by=small["editor"])
        assert SECRET in "".join(said(small, "steward"))

    def test_the_profile_of_a_day_keeps_them_back(self, small, rate, steward_signs_in):
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        then = timezone.now()
        rate("inventory", 3, Stance.STRENGTH)
        assert SECRET in str(profile_as_of(small.owner, small["editor"], then))
        seen = str(profile_as_of(small.owner, small["steward"], then))
        assert SECRET not in seen
        assert "弱み" not in seen.replace("弱みの公開範囲", "")
        for rest in ("", "as-of/"):
            assert SECRET not in page(small, "steward", rest)

    def test_the_capability_filter_finds_no_hidden_entry(self, small, rate, steward_signs_in):
        rate("inventory", 0, Stance.WEAKNESS, SECRET)
        assert "条件に合う記録がありません。" in page(small, "steward", capability="inventory")
        assert "条件に合う記録がありません。" in page(small, "steward", capability="case_intake")


@pytest.fixture
def steward_signs_in(settings):
    """Without the second factor, which is not what these tests are about."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]


class TestPeopleAndPairs:
    PERSON = {"name": "架空 秘子", "kana": "", "title": "", "about": "", "credentials": ["it_coordinator"]}

    def test_people_are_known_inside_only(self, small):
        both = {"expert.1": [None, self.PERSON], "member.7": [None, {"name": "架空 員子", "role": "editor"}]}
        history.note(small.owner, both, deed=Deed.EXPERT, by=small["editor"])
        inside = "".join(said(small, "colleague"))
        assert "架空 秘子" in inside
        assert "架空 員子" in inside
        assert "編集者" in inside
        assert said(small, "steward") == []

    def tie(self, small, visibility="network") -> dict:
        pair = sorted([small.owner.pk, small.partner.pk])
        return {"with": pair, "kind": "capital", "since": None, "until": None, "note": "1割", "visibility": visibility}

    @pytest.mark.parametrize(
        ("visibility", "person", "told"),
        [
            ("network", "steward", True),
            ("labs", "steward", False),
            ("labs", "colleague", True),
            ("labs", "facilitator", True),
            ("labs", "far", False),
            ("network", "far", True),
        ],
    )
    def test_an_interest_to_whom_it_is_disclosed(self, small, visibility, person, told):
        value = self.tie(small, visibility)
        assert bool(told_to(small[person], small.owner, {"tie.1": value})) is told
        # The rule is that of the model.
        row = Tie.objects.create(first=small.owner, second=small.partner, kind="capital", visibility=visibility)
        assert Tie.objects.visible_to(small[person]).filter(pk=row.pk).exists() is told

    def test_an_interest_names_the_other_side(self, small):
        history.note(small.owner, {"tie.1": [None, self.tie(small)]}, deed=Deed.TIE, by=small["editor"])
        assert "架空 天竜システム・資本関係" in said(small)[0]

    def test_nothing_of_an_organization_that_became_invisible(self, small, steward_signs_in):
        history.note(small.owner, {"tie.1": [None, self.tie(small)]}, deed=Deed.TIE, by=small["editor"])
        vouched = {f"vouched.pmo.{small.partner.external_id}": [None, {"level": 3, "on": "2026-05-01"}]}
        history.note(small.owner, vouched, deed=Deed.EVIDENCE, by=None)
        assert len(said(small, "colleague")) == 2
        Organization.objects.filter(pk=small.partner.pk).update(is_active=False)
        assert said(small, "colleague") == []
        assert len(said(small, "steward")) == 2

    @pytest.mark.parametrize(("state", "person", "told"), [
        ("confirmed", "steward", True), ("proposed", "steward", False), ("declined", "colleague", True),
    ])  # fmt: skip
    def test_a_partnership_that_is_not_confirmed_stays_between_the_two(self, small, state, person, told):
        pair = sorted([small.owner.pk, small.partner.pk])
        value = {"with": pair, "state": state, "note": "", "since": None}
        assert bool(told_to(small[person], small.owner, {"partnership.1": value})) is told

    def test_telling_costs_the_same_for_one_and_for_three(self, small, django_assert_num_queries):
        for many in (1, 3):
            found = [
                Change(organization=small.owner, changes={f"tie.{n}": [None, self.tie(small)]}) for n in range(many)
            ]
            with django_assert_num_queries(7):
                assert len(changes_told_to(small["colleague"], small.owner, found)) == many


class TestMergedRecords:
    def test_the_history_of_a_duplicate_is_read_with_the_record_that_took_it_in(self, small, steward_signs_in):
        old = make_organization("old", name="架空 旧・浜名信金", is_active=False, merged_into=small.owner)
        older = make_organization("older", name="架空 旧旧・浜名信金", is_active=False, merged_into=old)
        weak = {"level": 0, "stance": "weakness", "note": SECRET, "evidence": "", "confirmed_at": None}
        history.note(old, {"kana": ("", "きゅう")}, deed=Deed.DESCRIBED, by=None)
        history.note(older, {"rating.pmo": (None, weak)}, deed=Deed.RATED, by=None)
        for person in ("editor", "steward"):
            shown = page(small, person)
            assert "統合前の「架空 旧・浜名信金」" in shown
            assert "きゅう" in shown
        assert SECRET in page(small, "editor")
        assert SECRET not in page(small, "steward")

    def test_nobody_elses_history_is_in_it(self, small):
        history.note(small.partner, {"kana": ("", "ほかの")}, deed=Deed.DESCRIBED, by=None)
        assert "ほかの" not in page(small, "editor")

    def test_a_ring_of_merges_ends(self, small):
        old = make_organization("old", is_active=False, merged_into=small.owner)
        Organization.objects.filter(pk=small.owner.pk).update(merged_into=old, is_active=False)
        assert sorted(history.records_of(small.owner)) == sorted([small.owner.pk, old.pk])


class TestAsOf:
    def test_what_stood_and_what_stands_now(self, small, rate, capability):
        before = timezone.now()
        rate("pmo", 4, Stance.STRENGTH, "年12件")
        actions.describe(small.owner, values={"about": "新しい紹介"}, by=small["editor"])
        found = {row.label: row for part in profile_as_of(small.owner, small["editor"], before) for row in part.rows}
        pmo = found[str(capability("pmo"))]
        assert pmo.changed
        assert "レベル3" in pmo.then
        assert "レベル4" in pmo.now
        assert (found["紹介"].then, found["紹介"].now) == ("地域の信用金庫", "新しい紹介")
        assert not found["名称"].changed

    def test_now_nothing_has_changed_since(self, small, rate):
        rate("pmo", 4)
        found = [row for part in profile_as_of(small.owner, small["editor"], timezone.now()) for row in part.rows]
        assert not any(row.changed for row in found)
        assert "その後、変わりました" not in page(small, "editor", "as-of/")

    def test_what_was_declared_later_is_marked_too(self, small, rate, capability):
        before = timezone.now()
        rate("inventory", 2)
        found = {row.label: row for part in profile_as_of(small.owner, small["editor"], before) for row in part.rows}
        row = found[str(capability("inventory"))]
        assert (row.then, row.changed) == ("なし", True)

    def test_a_day_ends_in_tokyo(self, small):
        """An entry of 00:30 in Tokyo is of that day, though still of the day before in UTC."""
        day = timezone.localtime().replace(hour=0, minute=30, second=0, microsecond=0)
        Organization.objects.filter(pk=small.owner.pk).update(created_at=day - timedelta(days=9), about="あと")
        history.note(small.owner, {"about": ("まえ", "あと")}, deed=Deed.DESCRIBED, by=None)
        Change.objects.update(at=day)
        yesterday = (day - timedelta(days=1)).date().isoformat()
        assert "<dd>まえ " in page(small, "editor", "as-of/", on=yesterday)
        assert "<dd>あと</dd>" in page(small, "editor", "as-of/", on=day.date().isoformat())
        assert "<dd>まえ " in page(small, "editor", "as-of/", on=day.date().isoformat(), at="00:29")
        assert "<dd>あと</dd>" in page(small, "editor", "as-of/", on=day.date().isoformat(), at="00:30")

    def test_before_it_was_registered(self, small):
        assert "まだ登録されていません。" in page(small, "editor", "as-of/", on="2001-05-01")

    @pytest.mark.parametrize(
        "asked",
        [
            {"on": ""},
            {"on": "2026-02-30"},
            {"on": "0001-01-01"},
            {"on": "1999-12-31"},
            {"on": "9999-12-31"},
            {"on": "\0"},
            {"on": "x" * 5000},
            {"on": "2026-05-01", "at": "25:00"},
            {"on": "2026-05-01", "at": "\0"},
        ],
    )
    def test_what_is_no_day_is_422_with_a_reason(self, small, asked):
        answer = small.client("editor").get(f"/organizations/{small.owner.pk}/history/as-of/", asked)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()

    def test_a_long_history_is_one_query_and_quick(self, small, django_assert_num_queries):
        start = timezone.now()
        Change.objects.bulk_create(
            Change(
                organization=small.owner,
                at=start + timedelta(seconds=n),
                deed=Deed.DESCRIBED,
                changes={"kana": [str(n), str(n + 1)]},
            )
            for n in range(5000)
        )
        Organization.objects.filter(pk=small.owner.pk).update(kana="5000")
        began = timezone.now()
        with django_assert_num_queries(14):
            assert history.as_of(small.owner, start + timedelta(seconds=2500))["kana"] == "2501"
        assert timezone.now() - began < timedelta(seconds=2)

    def test_at_the_moment_of_an_entry_it_has_happened(self, small, rate):
        rate("pmo", 4)
        moment = small.owner.changes.first().at
        assert history.as_of(small.owner, moment)["rating.pmo"]["level"] == 4
        before = history.as_of(small.owner, moment - timedelta(microseconds=1))
        assert before["rating.pmo"]["level"] == 3


def test_words_for_every_kind_of_value(small):
    """Whatever a snapshot of a full record holds has words, in both languages."""
    found = history.snapshot(small.owner)
    for language in ("ja", "en"):
        with translation.override(language):
            names = names_for(small["editor"], small.owner, [found])
            for path, value in found.items():
                assert isinstance(words(path, value, names), str)


def test_reading_leaves_no_trace(small, rate):
    rate("pmo", 4)
    changes, notices = Change.objects.count(), Notice.objects.count()
    stored = list(Change.objects.values_list("changes", flat=True))
    page(small, "editor")
    page(small, "editor", "as-of/")
    assert (Change.objects.count(), Notice.objects.count()) == (changes, notices)
    assert list(Change.objects.values_list("changes", flat=True)) == stored
