"""The profile editor's pages: lines with their versions, undo, conflicts, filters, what stands beside the grid."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network import actions
from network.models import Capability, Change, Membership, Organization, Rating
from network.profile.conflicts import fingerprint, last_change
from network.views.editor.describe import described
from network.vocabulary import CapacityStatus, Deed, Stance
from tests.cast import make_person, make_rating

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def editor(world) -> Client:
    client = Client()
    client.force_login(world.people["editor"])
    return client


@pytest.fixture
def other(owner):
    """A second editor of the same organization."""
    person = make_person("second")
    person.name = "架空 二人目"
    person.save()
    Membership.objects.create(user=person, organization=owner, role="editor")
    return person


def address(owner, code="pmo", verb="") -> str:
    return f"/organizations/{owner.pk}/ratings/{code}/{verb}"


def capability(code="pmo") -> Capability:
    return Capability.objects.get(code=code)


def declared(owner, code="pmo") -> Rating:
    return Rating.objects.get(organization=owner, capability__code=code)


def rated_by(other, owner, code="pmo", level=1, **more) -> Rating:
    return actions.rate(
        owner, capability=capability(code), level=level, stance=Stance.NEUTRAL, note="相手のメモ", by=other, **more
    )


def send(editor, path, htmx=True, **values):
    return editor.post(path, values, headers=HTMX if htmx else None)


class TestSaving:
    def test_a_line_holds_note_and_evidence_and_answers_with_its_new_version(self, editor, owner):
        answer = send(
            editor, address(owner, "rfp"), level="3", stance="strength", note="二社で", evidence="認定", version="0"
        )
        saved = declared(owner, "rfp")
        assert (saved.level, saved.stance, saved.note, saved.evidence) == (3, "strength", "二社で", "認定")
        html = answer.content.decode()
        assert f'id="ver-rfp" value="{saved.version}" hx-swap-oob="true"' in html
        assert "保存しました" in html
        assert answer["HX-Trigger"] == "rated"

    def test_the_version_of_the_answer_is_good_for_the_next_change(self, editor, owner):
        for level in "123":
            version = declared(owner).version
            assert send(editor, address(owner), level=level, stance="neutral", version=version).status_code == 200
        assert declared(owner).level == 3

    @pytest.mark.parametrize(
        ("said", "level", "stance"), [({"level": "2"}, 2, "neutral"), ({"stance": "weakness"}, 0, "weakness")]
    )
    def test_one_of_the_two_is_enough(self, editor, owner, said, level, stance):
        assert send(editor, address(owner, "rfp"), version="0", **said).status_code == 200
        saved = declared(owner, "rfp")
        assert (saved.level, saved.stance) == (level, stance)

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize("verb", ["", "confirm/", "withdraw/"])
    def test_a_form_that_does_not_say_what_it_showed_is_refused(self, editor, owner, verb, htmx):
        answer = send(editor, address(owner, verb=verb), htmx, level="0", stance="neutral")
        assert answer.status_code == 422
        assert "ページを読み直してから" in answer.content.decode()
        assert declared(owner).version == 1

    def test_without_scripts_a_refused_line_keeps_what_was_typed(self, editor, owner):
        answer = send(
            editor,
            address(owner),
            False,
            level="2",
            stance="weakness",
            note="消えないメモ",
            evidence="a\nb",
            version="1",
        )
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "改行は使えません" in html
        assert "消えないメモ" in html
        assert 'value="2" aria-label="2 組めばできる" aria-describedby="lv-2" checked' in html

    def test_a_line_by_itself_is_a_page(self, editor, owner):
        page = editor.get(address(owner)).content.decode()
        assert "<html" in page
        assert 'id="lv-3"' in page
        part = editor.get(address(owner), headers=HTMX)
        assert "<html" not in part.content.decode()
        assert part["HX-Retarget"] == "#c-pmo"


class TestUndo:
    def undo_address(self, owner, code="pmo") -> str:
        return address(owner, code, f"undo/{last_change(owner, f'rating.{code}').pk}/")

    def test_each_saved_line_offers_it_and_it_brings_back_what_stood_there(self, editor, owner):
        before = declared(owner)
        answer = send(editor, address(owner), level="0", stance="weakness", note="違う", version="1")
        assert self.undo_address(owner) in answer.content.decode()
        back = send(editor, self.undo_address(owner))
        assert back.status_code == 200
        assert "元に戻しました" in back.content.decode()
        assert back["HX-Trigger"] == "rated"
        now = declared(owner)
        assert (now.level, now.stance, now.note) == (before.level, before.stance, before.note)

    def test_a_first_declaration_goes_and_a_withdrawn_line_comes_back(self, editor, owner):
        send(editor, address(owner, "rfp"), level="2", version="0")
        send(editor, self.undo_address(owner, "rfp"))
        assert not owner.ratings.filter(capability__code="rfp").exists()
        withdrawn = send(editor, address(owner, verb="withdraw/"), version="1").content.decode()
        assert "取り下げました" in withdrawn
        assert self.undo_address(owner) in withdrawn
        send(editor, self.undo_address(owner))
        assert (declared(owner).level, declared(owner).stance) == (4, "strength")

    def test_what_was_undone_can_be_done_again(self, editor, owner):
        send(editor, address(owner), level="1", version="1")
        answer = send(editor, self.undo_address(owner)).content.decode()
        assert "やり直す" in answer
        send(editor, self.undo_address(owner))
        assert declared(owner).level == 1

    @pytest.mark.parametrize("htmx", [True, False])
    def test_a_newer_value_of_somebody_else_stays(self, editor, owner, other, htmx):
        send(editor, address(owner), level="1", version="1")
        mine = self.undo_address(owner)
        rated_by(other, owner, level=3)
        answer = send(editor, mine, htmx)
        assert answer.status_code == 409
        assert "架空 二人目" in answer.content.decode()
        assert declared(owner).level == 3

    def test_without_scripts_it_is_offered_on_the_grid(self, editor, owner):
        grid = editor.post(address(owner), {"level": "1", "version": "1"}, follow=True)
        assert self.undo_address(owner) in grid.content.decode()
        rated_again = editor.post(self.undo_address(owner), follow=True).content.decode()
        assert "元に戻しました" in rated_again
        assert declared(owner).level == 4

    @pytest.mark.parametrize("undo", ["", "x", "-1", "9" * 30, "%00", "９"])
    def test_an_address_that_names_no_change_offers_nothing(self, editor, owner, undo):
        answer = editor.get(f"/organizations/{owner.pk}/ratings/?undo={undo}")
        assert answer.status_code == 200
        assert "/undo/" not in answer.content.decode()

    def test_a_change_of_another_line_or_of_the_description_is_not_found(self, editor, owner):
        send(editor, address(owner), level="1", version="1")
        pmo = last_change(owner, "rating.pmo").pk
        assert send(editor, address(owner, "rfp", f"undo/{pmo}/")).status_code == 404
        described_by = Change.objects.create(
            organization=owner, at=timezone.now(), deed=Deed.DESCRIBED, changes={"about": ["a", "b"]}
        )
        assert send(editor, address(owner, verb=f"undo/{described_by.pk}/")).status_code == 404
        assert send(editor, address(owner, verb=f"undo/{'9' * 40}/")).status_code == 404
        assert declared(owner).level == 1


class TestTwoEditorsOfALine:
    def mine(self, editor, owner, htmx=True, verb="", **more):
        sent = {"level": "2", "stance": "weakness", "note": "自分のメモ", "version": "1"} | more
        return send(editor, address(owner, verb=verb), htmx, **sent)

    @pytest.mark.parametrize("htmx", [True, False])
    def test_the_second_is_told_and_sees_both(self, editor, owner, other, htmx):
        rated_by(other, owner, level=1)
        answer = self.mine(editor, owner, htmx)
        html = answer.content.decode()
        assert answer.status_code == 409
        for said in (
            "架空 二人目",
            "相手のメモ",
            "自分のメモ",
            "1 説明できる",
            "2 組めばできる",
            "弱み（補完してほしい）",
        ):
            assert said in html
        for button in ("自分の内容で上書きする", "相手の内容を残す"):
            assert button in html
        assert (declared(owner).level, declared(owner).note) == (1, "相手のメモ")

    def test_without_scripts_nothing_typed_is_lost(self, editor, owner, other):
        rated_by(other, owner)
        html = self.mine(editor, owner, htmx=False, evidence="自分の根拠").content.decode()
        assert ">自分のメモ</textarea>" in html
        assert 'value="自分の根拠"' in html
        assert 'name="version" id="ver-pmo" value="1"' in html

    def test_overwriting_replaces_what_was_shown_and_nothing_newer(self, editor, owner, other):
        seen = rated_by(other, owner, level=1)
        newer = rated_by(other, owner, level=3)
        assert self.mine(editor, owner, overwrite=seen.version).status_code == 409
        assert declared(owner).level == 3
        assert self.mine(editor, owner, overwrite=newer.version).status_code == 200
        assert (declared(owner).level, declared(owner).note) == (2, "自分のメモ")

    @pytest.mark.parametrize("verb", ["confirm/", "withdraw/"])
    def test_nobody_confirms_or_withdraws_what_they_have_not_seen(self, editor, owner, other, verb):
        before = rated_by(other, owner, level=1)
        answer = self.mine(editor, owner, verb=verb)
        assert answer.status_code == 409
        assert "相手のメモ" in answer.content.decode()
        assert declared(owner).confirmed_at == before.confirmed_at

    def test_a_line_that_was_withdrawn_meanwhile(self, editor, owner, other):
        actions.withdraw_rating(owner, capability=capability(), by=other)
        for verb in ("", "confirm/"):
            answer = self.mine(editor, owner, verb=verb)
            assert answer.status_code == 409
            assert "（記入なし）" in answer.content.decode()
        assert not owner.ratings.filter(capability__code="pmo").exists()
        assert self.mine(editor, owner, overwrite="0").status_code == 200
        assert declared(owner).note == "自分のメモ"

    def test_a_line_declared_anew_is_not_the_one_that_was_read(self, editor, owner, other):
        actions.withdraw_rating(owner, capability=capability(), by=other)
        rated_by(other, owner, level=1)
        assert self.mine(editor, owner).status_code == 409
        assert declared(owner).level == 1

    def test_the_same_values_from_both_are_said_to_be_the_same(self, editor, owner, other):
        actions.rate(owner, capability=capability(), level=2, stance=Stance.WEAKNESS, note="自分のメモ", by=other)
        assert "内容の違いはありません" in self.mine(editor, owner).content.decode()

    def test_home_asks_about_the_version_it_showed(self, editor, owner, other):
        owner.ratings.exclude(capability__code="pmo").delete()
        assert 'name="version" value="1"' in editor.get("/").content.decode()
        rated_by(other, owner, level=1)
        assert send(editor, address(owner, verb="confirm/"), False, next="home", version="1").status_code == 409


class TestTwoEditorsOfAPage:
    def sent(self, owner, **more):
        return {
            "name": owner.name,
            "about": "自分の紹介",
            "version": str(owner.version),
            "seen": fingerprint(described(owner)),
        } | more

    def test_the_description_keeps_what_the_faster_one_wrote_and_what_the_slower_one_typed(self, editor, owner, other):
        sent = self.sent(owner)
        actions.describe(owner, values={"about": "相手の紹介"}, by=other)
        answer = editor.post(f"/organizations/{owner.pk}/describe/", sent)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert ">\n自分の紹介</textarea>" in html
        for said in ("相手の紹介", "架空 二人目", "自分の内容で上書きする", "相手の内容を残す"):
            assert said in html
        now = Organization.objects.get(pk=owner.pk)
        assert now.about == "相手の紹介"
        assert editor.post(f"/organizations/{owner.pk}/describe/", sent).status_code == 409
        done = editor.post(f"/organizations/{owner.pk}/describe/", sent | {"overwrite": str(now.version)})
        assert done.status_code == 302
        assert Organization.objects.get(pk=owner.pk).about == "自分の紹介"

    def test_a_change_of_something_else_is_no_conflict(self, editor, owner, other):
        sent = self.sent(owner)
        actions.declare_capacity(owner, status=CapacityStatus.CLOSED, slots=0, until=None, by=other)
        assert editor.post(f"/organizations/{owner.pk}/describe/", sent).status_code == 302
        now = Organization.objects.get(pk=owner.pk)
        assert (now.about, now.capacity_status) == ("自分の紹介", "closed")

    def test_the_capacity(self, editor, owner, other):
        page = editor.get(f"/organizations/{owner.pk}/capacity/").context
        sent = {"status": "limited", "slots": "2", "version": page["version"], "seen": page["seen"]}
        actions.declare_capacity(owner, status=CapacityStatus.CLOSED, slots=0, until=None, by=other)
        answer = editor.post(f"/organizations/{owner.pk}/capacity/", sent)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "受付停止" in html
        assert "条件つきで受付" in html
        version = Organization.objects.get(pk=owner.pk).version
        assert editor.post(f"/organizations/{owner.pk}/capacity/", sent | {"overwrite": version}).status_code == 302
        assert Organization.objects.get(pk=owner.pk).capacity_slots == 2

    @pytest.mark.parametrize(
        ("page", "sent"), [("describe", {"name": "新しい名前"}), ("capacity", {"status": "open", "slots": "9"})]
    )
    def test_a_page_that_does_not_say_what_it_showed_is_refused(self, editor, owner, page, sent):
        answer = editor.post(f"/organizations/{owner.pk}/{page}/", sent)
        assert answer.status_code == 422
        assert "ページを読み直してから" in answer.content.decode()
        now = Organization.objects.get(pk=owner.pk)
        assert (now.name, now.version) == (owner.name, 1)

    def test_contact_is_saved(self, editor, owner):
        contact = {
            "website": "https://example.jp/",
            "contact_email": "madoguchi@example.jp",
            "contact_phone": "053-000-0000",
        }
        assert editor.post(f"/organizations/{owner.pk}/describe/", self.sent(owner, **contact)).status_code == 302
        now = Organization.objects.get(pk=owner.pk)
        assert {name: getattr(now, name) for name in contact} == contact


class TestGrid:
    def shown(self, editor, owner, query="") -> list[str]:
        groups = editor.get(f"/organizations/{owner.pk}/ratings/?{query}").context["groups"]
        return [line.capability.code for _name, lines in groups for line in lines]

    def test_by_phase_every_line_stands_once(self, editor, owner):
        assert sorted(self.shown(editor, owner, "by=phase")) == sorted(self.shown(editor, owner))
        groups = editor.get(f"/organizations/{owner.pk}/ratings/?by=phase").context["groups"]
        assert [name for name, _lines in groups][:3] == ["啓発", "受付", "現状分析"]

    @pytest.mark.parametrize(
        ("query", "there", "absent"),
        [
            ("q=ＲＰＡ", "rpa", "pmo"),
            ("q=rpa", "rpa", "pmo"),
            ("show=filled", "pmo", "rpa"),
            ("show=filled&q=PMO", "pmo", "system_development"),
            ("show=weakness", "system_development", "pmo"),
            ("show=empty", "rpa", "pmo"),
            ("show=nothing", "rpa", "x"),
        ],
    )
    def test_filters(self, editor, owner, query, there, absent):
        found = self.shown(editor, owner, query)
        assert there in found
        assert absent not in found

    @pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q=%ED%A0%80", "by=%00", "show=%00&q=%E2%80%AE"])
    def test_an_address_is_never_a_fault(self, editor, owner, query):
        assert editor.get(f"/organizations/{owner.pk}/ratings/?{query}").status_code == 200

    def test_high_levels_without_grounds_are_listed(self, editor, owner):
        make_rating(owner, "rfp", 3)
        assert self.shown(editor, owner, "show=bare") == ["rfp"]

    def test_decay_is_said_in_words(self, editor, owner):
        owner.ratings.update(confirmed_at=timezone.now() - timezone.timedelta(days=250))
        assert "未確認 8か月" in editor.get(f"/organizations/{owner.pk}/ratings/?show=filled").content.decode()

    @pytest.mark.parametrize("page", ["ratings/", "ratings-summary/", ""])
    def test_a_fixed_number_of_queries(self, editor, owner, page):
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(f"/organizations/{owner.pk}/{page}").status_code == 200
            return len(queries)

        asked()  # what is kept from here on
        make_rating(owner, "rfp", 3)
        with_one = asked()
        for code in ("rpa", "inventory"):
            make_rating(owner, code, 3)
        assert asked() == with_one

    def test_what_stands_beside_it_is_drawn_anew(self, editor, owner):
        send(editor, address(owner, "rfp"), level="3", stance="strength", version="0")
        html = editor.get(f"/organizations/{owner.pk}/ratings-summary/", headers=HTMX).content.decode()
        assert "<html" not in html
        assert f"{capability('rfp').name} 3" in html
        assert "<polygon" in html
        assert "style=" not in html

    def test_no_line_has_an_inline_script_or_style(self, editor, owner):
        html = editor.get(f"/organizations/{owner.pk}/ratings/").content.decode()
        grid = html.split('id="grid"')[1]
        assert "style=" not in grid
        assert "<script" not in grid
        assert not re.search(r"<[^>]*\son\w+=", grid)
