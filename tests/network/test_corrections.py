"""Corrections that somebody outside proposes: who may, what is taken, what the organization makes of them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from network import actions
from network.actions.correctable import fingerprint, stands, told
from network.actions.corrections import MOST_OPEN
from network.history import record as history
from network.models import Capability, Change, Correction, Membership, Municipality, Notice, Organization
from network.vocabulary import CorrectionState, Deed, Stance, WeaknessAudience
from tests.cast import make_organization

pytestmark = pytest.mark.django_db


def propose(small, field="about", proposed="正しい紹介", by="partner", reason="総会の資料で確認"):
    return actions.propose_correction(small.owner, field=field, proposed=proposed, reason=reason, by=small[by])


def fresh(correction: Correction) -> Correction:
    return Correction.objects.get(pk=correction.pk)


class TestWhoMay:
    @pytest.mark.parametrize(
        ("person", "allowed"),
        [
            ("partner", True),
            ("partner_editor", True),
            ("facilitator", True),
            ("far", True),
            ("steward", True),
            ("editor", False),
            ("colleague", False),
            ("stranger", False),
        ],
    )
    def test_people_of_the_network_outside_the_organization(self, small, person, allowed):
        assert actions.may_propose(small.owner, by=small[person]) is allowed
        if allowed:
            assert propose(small, by=person).pk
            return
        with pytest.raises(PermissionDenied):
            propose(small, by=person)
        assert not Correction.objects.exists()

    def test_nobody_to_an_inactive_record(self, small):
        Organization.objects.filter(pk=small.owner.pk).update(is_active=False)
        small.owner.refresh_from_db()
        assert not actions.may_propose(small.owner, by=small["steward"])

    @pytest.mark.parametrize(
        ("person", "name"), [("partner", "架空 天竜システム"), ("facilitator", "静岡県"), ("steward", "運営")]
    )
    def test_in_whose_name_a_person_writes_is_kept(self, small, person, name):
        assert propose(small, by=person).on_behalf_of == name

    def test_so_many_may_be_open(self, small):
        Correction.objects.bulk_create(
            Correction(organization=small.owner, proposed_by=small["partner"], on_behalf_of="x", field="", reason="x")
            for _n in range(MOST_OPEN)
        )
        with pytest.raises(ValidationError, match="20件"):
            propose(small)
        assert propose(small, by="partner_editor").pk
        Correction.objects.filter(proposed_by=small["partner"]).first().delete()
        assert propose(small).pk


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("field", "proposed", "stored"),
        [
            ("name", " 架空 浜名湖信用金庫 ", "架空 浜名湖信用金庫"),
            ("kana", "かくう", "かくう"),
            ("corporate_number", "７０００－０１２０－５０００２", "7000012050002"),
            ("about", "二行\nある", "二行\nある"),
            ("website", "https://example.jp/", "https://example.jp/"),
            ("contact_email", "a@example.jp", "a@example.jp"),
            ("contact_phone", "053-000-0000", "053-000-0000"),
            ("place", {"prefecture": "23", "municipality": None}, {"prefecture": "23", "municipality": None}),
            (
                "capacity",
                {"status": "closed", "slots": 0, "until": "2027-03-31"},
                {"status": "closed", "slots": 0, "until": "2027-03-31"},
            ),
            ("rating.pmo", {"level": 1, "stance": "weakness"}, {"level": 1}),
            ("rating.inventory", {"level": 2}, {"level": 2}),
            ("", "nothing", None),
        ],
    )
    def test_a_value_as_the_real_field_takes_it(self, small, field, proposed, stored):
        assert propose(small, field, proposed).proposed == stored

    @pytest.mark.parametrize(
        ("field", "proposed"),
        [
            ("name", ""),
            ("name", "あ" * 121),
            ("name", "二行\nある"),
            ("name", "\ud800"),
            ("name", None),
            ("name", {"a": 1}),
            ("about", "\0"),
            ("corporate_number", "1234567890123"),
            ("corporate_number", ""),
            ("website", "javascript:alert(1)"),
            ("contact_email", "no"),
            ("place", {"prefecture": "99"}),
            ("place", {"prefecture": "22", "municipality": "01100"}),
            ("place", "22"),
            ("capacity", {"status": "maybe", "slots": 1}),
            ("capacity", {"status": "open", "slots": -1}),
            ("capacity", {"status": "open", "slots": 10**9}),
            ("capacity", {"status": "open", "slots": 1, "until": "2027-13-01"}),
            ("capacity", {}),
            ("rating.pmo", {"level": 5}),
            ("rating.pmo", {"level": -1}),
            ("rating.pmo", {"level": "3"}),
            ("rating.pmo", {"level": True}),
            ("rating.pmo", 3),
            ("rating.nothing", {"level": 3}),
            ("rating.\0", {"level": 3}),
            ("kind", "chamber"),
            ("weakness_audience", "network"),
            ("member.1", None),
        ],
    )
    def test_what_could_not_stand_there_is_refused(self, small, field, proposed):
        with pytest.raises(ValidationError):
            propose(small, field, proposed)
        assert not Correction.objects.exists()
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("reason", ["", "\0", "\u200b", "あ" * 1001])
    def test_a_reason_is_required_and_clean(self, small, reason):
        with pytest.raises(ValidationError):
            propose(small, reason=reason)

    @pytest.mark.parametrize(("field", "same"), [("about", "地域の信用金庫"), ("rating.pmo", {"level": 3})])
    def test_what_stands_there_already_is_no_correction(self, small, field, same):
        with pytest.raises(ValidationError, match="同じ"):
            propose(small, field, same)

    def test_a_number_that_another_record_has_is_not_told(self, small):
        """Whether it is taken is a question for who may see that record: the editor, on accepting."""
        make_organization("hidden", corporate_number="7000012050002", is_active=False)
        correction = propose(small, "corporate_number", "7000012050002")
        with pytest.raises(ValidationError):
            actions.accept_correction(correction, by=small["editor"])
        assert fresh(correction).state == CorrectionState.OPEN


class TestWeaknesses:
    def test_before_holds_no_weakness_that_the_proposer_may_not_know(self, small):
        assert propose(small, "rating.rfp", {"level": 1}).before is None
        assert propose(small, "rating.rfp", {"level": 1}, by="steward").before is None
        assert propose(small, "rating.rfp", {"level": 1}, by="facilitator").before is None, "stewards read it too"

    def test_nor_is_a_weakness_told_by_being_the_same(self, small):
        """A weakness of level 0 and an empty line must answer alike."""
        assert propose(small, "rating.rfp", {"level": 0}).pk
        assert propose(small, "rating.inventory", {"level": 0}).pk

    def test_the_page_shows_the_same_for_a_hidden_and_an_empty_line(self, small):
        client = small.client("partner")
        pages = [
            client.get(f"/organizations/{small.owner.pk}/correct/", {"field": f"rating.{code}"}).content.decode()
            for code in ("rfp", "inventory", "pmo")
        ]
        standing = [page.split("いまの記録:")[1].split("</p>")[0] for page in pages]
        assert standing[0] == standing[1]
        assert standing[2] != standing[0]

    def test_every_capability_can_be_chosen(self, small):
        page = small.client("partner").get(f"/organizations/{small.owner.pk}/correct/").content.decode()
        assert page.count('value="rating.') == Capability.objects.count()
        for code in ("rfp", "inventory", "pmo"):
            assert f'value="rating.{code}"' in page

    def test_the_editor_is_warned_that_accepting_may_tell(self, small):
        propose(small, "rating.rfp", {"level": 1})
        warning = "弱みとして記入されています"
        url = f"/organizations/{small.owner.pk}/corrections/"
        assert warning in small.client("editor").get(url).content.decode()
        assert warning not in small.client("steward").get(url).content.decode()

    def test_a_steward_is_not_told_what_stands_there_now(self, small):
        propose(small, "rating.inventory", {"level": 1})
        weak = {"level": 0, "stance": Stance.WEAKNESS, "note": "秘密の弱み"}
        capability = Capability.objects.get(code="inventory")
        actions.rate(small.owner, capability=capability, by=small["editor"], **weak)
        url = f"/organizations/{small.owner.pk}/corrections/"
        changed = "提案のあとで変わりました"
        assert changed not in small.client("steward").get(url).content.decode()

    def test_opened_weaknesses_are_told(self, small):
        actions.open_weaknesses_to(small.owner, audience=WeaknessAudience.NETWORK, by=small["editor"])
        assert told(small.owner, "rating.rfp", reader=small["partner"]) == {"level": 0}


class TestAccepting:
    def test_the_value_stands_there_with_history_and_the_proposer_is_told(self, small):
        correction = propose(small)
        actions.accept_correction(correction, answer="ありがとうございます", by=small["editor"])
        small.owner.refresh_from_db()
        assert small.owner.about == "正しい紹介"
        change = Change.objects.get(deed=Deed.CORRECTED)
        assert change.changes == {"about": ["地域の信用金庫", "正しい紹介"]}
        assert change.by == small["editor"]
        assert change.correction == fresh(correction)
        assert fresh(correction).state == CorrectionState.ACCEPTED
        notice = small["partner"].notices.get()
        assert notice.facts == {"by": small.owner.name, "field": "about", "state": "accepted"}

    def test_a_level_keeps_stance_and_note_and_is_confirmed(self, small):
        actions.accept_correction(propose(small, "rating.pmo", {"level": 4}), by=small["editor"])
        rating = small.rating("pmo")
        assert (rating.level, rating.stance, rating.note) == (4, "strength", "年10件")
        assert rating.confirmed_by == small["editor"]
        assert Change.objects.get().deed == Deed.CORRECTED

    def test_a_level_where_nothing_was_declared(self, small):
        actions.accept_correction(propose(small, "rating.inventory", {"level": 2}), by=small["editor"])
        assert (small.rating("inventory").level, small.rating("inventory").stance) == (2, "neutral")

    def test_a_place(self, small):
        city = Municipality.objects.filter(prefecture="23", retired_on=None).first()
        value = {"prefecture": "23", "municipality": city.pk}
        actions.accept_correction(propose(small, "place", value), by=small["editor"])
        small.owner.refresh_from_db()
        assert (small.owner.prefecture, small.owner.municipality) == ("23", city)
        change = Change.objects.get()
        assert change.changes["place"] == [{"prefecture": "22", "municipality": None}, value]

    def test_capacity(self, small):
        value = {"status": "waitlist", "slots": 0, "until": "2027-03-31"}
        actions.accept_correction(propose(small, "capacity", value), by=small["editor"])
        small.owner.refresh_from_db()
        assert history.capacity_value(small.owner) == value

    def test_a_remark_changes_nothing_in_the_record(self, small):
        correction = propose(small, "", None)
        actions.accept_correction(correction, answer="直しました", by=small["editor"])
        assert fresh(correction).state == CorrectionState.ACCEPTED
        assert not Change.objects.exists()

    def test_what_changed_since_is_a_conflict(self, small):
        correction = propose(small)
        actions.describe(small.owner, values={"about": "三つめの紹介"}, by=small["editor"])
        with pytest.raises(actions.ConflictError):
            actions.accept_correction(correction, by=small["editor"])
        small.owner.refresh_from_db()
        assert small.owner.about == "三つめの紹介"
        assert fresh(correction).state == CorrectionState.OPEN

    def test_unless_the_editor_saw_what_stands_there_now(self, small):
        correction = propose(small)
        actions.describe(small.owner, values={"about": "三つめの紹介"}, by=small["editor"])
        small.owner.refresh_from_db()
        seen = fingerprint(stands(small.owner, "about"))
        actions.accept_correction(correction, seen=seen, by=small["editor"])
        small.owner.refresh_from_db()
        assert small.owner.about == "正しい紹介"

    def test_something_else_that_changed_is_none(self, small):
        correction = propose(small)
        actions.describe(small.owner, values={"kana": "かくう"}, by=small["editor"])
        actions.accept_correction(correction, by=small["editor"])
        small.owner.refresh_from_db()
        assert (small.owner.about, small.owner.kana) == ("正しい紹介", "かくう")

    def test_a_line_confirmed_since_is_no_change(self, small):
        correction = propose(small, "rating.pmo", {"level": 2})
        actions.confirm(small.owner, capability=small.rating("pmo").capability, by=small["editor"])
        actions.accept_correction(correction, by=small["editor"])
        assert small.rating("pmo").level == 2

    @pytest.mark.parametrize("person", ["colleague", "partner", "partner_editor", "facilitator", "steward"])
    def test_only_editors_answer(self, small, person):
        correction = propose(small)
        with pytest.raises(PermissionDenied):
            actions.accept_correction(correction, by=small[person])
        with pytest.raises(PermissionDenied):
            actions.decline_correction(correction, reason="いいえ", by=small[person])
        assert fresh(correction).state == CorrectionState.OPEN

    def test_an_answered_one_is_answered(self, small):
        correction = propose(small)
        actions.accept_correction(correction, by=small["editor"])
        for again in (
            lambda: actions.accept_correction(correction, by=small["editor"]),
            lambda: actions.decline_correction(correction, reason="いいえ", by=small["editor"]),
            lambda: actions.withdraw_correction(correction, by=small["partner"]),
        ):
            with pytest.raises(actions.ConflictError):
                again()
        assert small["partner"].notices.count() == 1


class TestDecliningAndWithdrawing:
    def test_a_reason_reaches_the_proposer(self, small):
        correction = propose(small)
        actions.decline_correction(correction, reason="登記のとおりです", by=small["editor"])
        page = small.client("partner").get("/corrections/").content.decode()
        assert "登記のとおりです" in page
        assert "見送り" in page
        assert small["partner"].notices.get().facts["state"] == "declined"
        assert not Change.objects.exists()

    @pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
    def test_without_a_reason_it_stays_open(self, small, reason):
        correction = propose(small)
        with pytest.raises(ValidationError):
            actions.decline_correction(correction, reason=reason, by=small["editor"])
        assert fresh(correction).state == CorrectionState.OPEN

    def test_ones_own_can_be_taken_back(self, small):
        correction = propose(small)
        actions.withdraw_correction(correction, by=small["partner"])
        assert fresh(correction).state == CorrectionState.WITHDRAWN
        assert not small["partner"].notices.exists()

    def test_nobody_elses(self, small):
        with pytest.raises(PermissionDenied):
            actions.withdraw_correction(propose(small), by=small["partner_editor"])


class TestPages:
    def url(self, small, rest="corrections/"):
        return f"/organizations/{small.owner.pk}/{rest}"

    def test_from_the_profile_to_an_answer(self, small):
        partner, editor = small.client("partner"), small.client("editor")
        assert self.url(small, "correct/") in partner.get(self.url(small, "")).content.decode()
        assert self.url(small, "correct/") not in editor.get(self.url(small, "")).content.decode()
        sent = {"field": "about", "proposed": "正しい紹介", "reason": "総会の資料で確認"}
        answer = partner.post(self.url(small, "correct/"), sent)
        assert answer["Location"] == "/corrections/"
        assert "回答待ち 1件" in editor.get(self.url(small, "")).content.decode()
        page = editor.get(self.url(small)).content.decode()
        for text in (
            "紹介",
            "地域の信用金庫",
            "正しい紹介",
            "総会の資料で確認",
            "partnerさん（架空 天竜システム）から",
        ):
            assert text in page
        correction = Correction.objects.get()
        seen = page.split('name="seen" value="')[1].split('"')[0]
        editor.post(f"/corrections/{correction.pk}/accept/", {"seen": seen, "answer": "助かりました"})
        small.owner.refresh_from_db()
        assert small.owner.about == "正しい紹介"
        assert "助かりました" in partner.get("/corrections/").content.decode()

    def test_what_changed_after_the_page_was_read_is_409_with_both_values(self, small):
        correction, editor = propose(small), small.client("editor")
        seen = editor.get(self.url(small)).content.decode().split('name="seen" value="')[1].split('"')[0]
        actions.describe(small.owner, values={"about": "三つめの紹介"}, by=small["editor"])
        answer = editor.post(f"/corrections/{correction.pk}/accept/", {"seen": seen})
        page = answer.content.decode()
        assert answer.status_code == 409
        for text in ("提案のあとで変わりました", "三つめの紹介", "正しい紹介"):
            assert text in page
        seen = page.split('name="seen" value="')[1].split('"')[0]
        assert editor.post(f"/corrections/{correction.pk}/accept/", {"seen": seen}).status_code == 302

    def test_declining_without_a_reason_is_422(self, small):
        correction, editor = propose(small), small.client("editor")
        answer = editor.post(f"/corrections/{correction.pk}/decline/", {"answer": ""})
        assert answer.status_code == 422
        assert "見送る理由を入力してください。" in answer.content.decode()
        assert editor.post(f"/corrections/{correction.pk}/decline/", {"answer": "いいえ"}).status_code == 302

    @pytest.mark.parametrize("verb", ["accept", "decline"])
    def test_a_second_answer_is_409(self, small, verb):
        correction = propose(small)
        actions.accept_correction(correction, by=small["editor"])
        answer = small.client("editor").post(f"/corrections/{correction.pk}/{verb}/", {"answer": "いいえ"})
        assert answer.status_code == 409

    @pytest.mark.parametrize("verb", ["accept", "decline"])
    @pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "a" * 1001])
    def test_bad_text_in_an_answer_is_422(self, small, verb, text):
        correction = propose(small)
        typed = "application/x-www-form-urlencoded"
        url = f"/corrections/{correction.pk}/{verb}/"
        answer = small.client("editor").post(url, f"answer={text}", content_type=typed)
        assert answer.status_code == 422
        assert fresh(correction).state == CorrectionState.OPEN

    def test_a_value_the_record_refuses_is_422(self, small):
        make_organization("other", corporate_number="7000012050002")
        correction = propose(small, "corporate_number", "7000012050002")
        answer = small.client("editor").post(f"/corrections/{correction.pk}/accept/")
        assert answer.status_code == 422
        assert fresh(correction).state == CorrectionState.OPEN

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"field": "nothing"},
            {"field": "rating.nothing", "reason": "x"},
            {"field": "about", "proposed": "", "reason": "x"},
            {"field": "about", "proposed": "x", "reason": ""},
            {"field": "about", "proposed": "地域の信用金庫", "reason": "x"},
            {"field": "website", "proposed": "ftp:no", "reason": "x"},
            {"field": "place", "prefecture": "22", "municipality": "01100", "reason": "x"},
            {"field": "place", "prefecture": "22", "municipality": "\0", "reason": "x"},
            {"field": "capacity", "status": "open", "slots": "9" * 30, "reason": "x"},
            {"field": "capacity", "status": "open", "slots": "", "reason": "x"},
            {"field": "rating.pmo", "level": "9", "reason": "x"},
            {"field": "rating.pmo", "level": "", "reason": "x"},
            {"field": "\0", "reason": "x"},
        ],
    )
    def test_bad_input_is_422_and_nothing_is_kept(self, small, sent):
        answer = small.client("partner").post(self.url(small, "correct/"), sent)
        assert answer.status_code == 422
        assert not Correction.objects.exists()

    @pytest.mark.parametrize("field", ["", "about", "place", "capacity", "rating.pmo", "corporate_number", "name"])
    def test_every_field_has_its_form(self, small, field):
        answer = small.client("partner").get(self.url(small, "correct/"), {"field": field})
        assert answer.status_code == 200
        assert 'name="reason"' in answer.content.decode()

    def test_an_unknown_field_in_the_address_is_422(self, small):
        assert small.client("partner").get(self.url(small, "correct/"), {"field": "kind"}).status_code == 422

    def test_too_many_says_so(self, small):
        for _n in range(MOST_OPEN):
            propose(small, "", None)
        sent = {"field": "", "reason": "もうひとつ"}
        answer = small.client("partner").post(self.url(small, "correct/"), sent)
        assert answer.status_code == 422
        assert "いずれかを取り下げてください" in answer.content.decode()

    def test_withdrawing_and_withdrawing_again(self, small):
        correction, partner = propose(small), small.client("partner")
        for words in ("提案を取り下げました。", "すでに回答がありました。"):
            page = partner.post(f"/corrections/{correction.pk}/withdraw/", follow=True).content.decode()
            assert words in page

    def test_records_that_became_invisible_leave_the_proposers_page(self, small):
        propose(small, reason="秘密の理由")
        assert "秘密の理由" in small.client("partner").get("/corrections/").content.decode()
        Organization.objects.filter(pk=small.owner.pk).update(is_active=False)
        assert "秘密の理由" not in small.client("partner").get("/corrections/").content.decode()

    def test_who_left_the_network_reads_no_more(self, small):
        correction = propose(small)
        Membership.objects.filter(user=small["partner"]).delete()
        assert small.owner.name not in small.client("partner").get("/corrections/").content.decode()
        small.client("partner").post(f"/corrections/{correction.pk}/withdraw/")

    @pytest.mark.parametrize("many", [1, 3])
    def test_both_lists_cost_the_same_for_one_and_for_three(self, small, many, django_assert_max_num_queries):
        for code in ("pmo", "rfp", "inventory")[:many]:
            propose(small, f"rating.{code}", {"level": 1})
        editor, partner = small.client("editor"), small.client("partner")
        with django_assert_max_num_queries(17):
            editor.get(self.url(small))
        with django_assert_max_num_queries(12):
            partner.get("/corrections/")

    def test_nothing_yet(self, small):
        assert "訂正の提案はありません。" in small.client("editor").get(self.url(small)).content.decode()
        assert "提案した訂正はありません。" in small.client("partner").get("/corrections/").content.decode()


def test_a_correction_can_be_undone_by_its_history(small):
    """The record of the moment before holds what stood there."""
    before = timezone.now()
    actions.accept_correction(propose(small), by=small["editor"])
    assert history.as_of(small.owner, before)["about"] == "地域の信用金庫"
