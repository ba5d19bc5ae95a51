"""Which readings the surfaces write down, and the owner's pages of them."""

import csv
import io

import pytest
from django.db import OperationalError
from django.urls import reverse

from casebook.models import LogEntry
from casebook.reading import read
from casebook.readlog import record
from casebook.recall import exported, tell_exporters
from casebook.vocabulary import LogAction
from network.models import Letter, Membership, Notice
from network.vocabulary import Role
from search.finding import find
from tests.casebook.log_cast import entries, lab_key, make_case, org_key, user_key
from tests.cast import make_organization


def page(small, name, route, *args, **query):
    return small.client(name).get(reverse(f"casebook:{route}", args=args), query)


def took(case, reader, why="研修のため"):
    record(read([case], reader), LogAction.EXPORT, reader, why=why)


class TestSurfaces:
    @pytest.mark.parametrize(("name", "count"), [("facilitator", 1), ("editor", 0), ("colleague", 0), ("stranger", 0)])
    def test_the_case_page(self, small, name, count):
        case = make_case(small, "narrow", lab_key(small))
        response = page(small, name, "case", case.pk)
        assert ("ここだけの話" in response.content.decode()) == (name != "stranger")
        assert len(entries(action="read")) == count

    def test_the_anonymous_reader_of_a_public_section_is_not_written_down(self, small, client):
        case = make_case(small, "narrow", lab_key(small))
        assert client.get(reverse("casebook:case", args=[case.pk])).status_code == 200
        assert entries() == []

    @pytest.mark.parametrize(("name", "count"), [("facilitator", 1), ("editor", 0)])
    def test_the_api(self, small, name, count):
        make_case(small, "narrow", lab_key(small))
        assert "ここだけの話" in small.client(name).get("/api/v1/cases/narrow").content.decode()
        assert len(entries(action="read")) == count

    def test_the_apis_list_shows_no_section(self, small):
        make_case(small, "narrow", lab_key(small))
        assert small.client("facilitator").get("/api/v1/cases").json()["count"] == 1
        assert entries() == []

    def test_a_hidden_case_is_not_found_and_nothing_is_written(self, small):
        case = make_case(small, "narrow", lab_key(small))
        case.sections.get(kind="summary").grants.all().delete()
        assert page(small, "stranger", "case", case.pk).status_code == 404
        assert entries() == []

    def test_a_snippet_is_a_reading_once_a_day(self, small):
        case = make_case(small, "narrow", lab_key(small))
        case.sections.get(kind="summary").delete()
        for _time in range(2):
            [hit] = find("", small["facilitator"]).hits
            assert "ここだけの話" in hit.snippet.text
        assert [(e.action, e.why) for e in entries()] == [("read", "検索結果の抜粋 / ラボ「静岡県」への公開")]

    def test_a_figure_on_a_card_is_a_reading_of_the_result(self, small):
        case = make_case(small, "narrow", "network")
        result = case.sections.create(kind="result", text="半分になった")
        result.grants.create(key=lab_key(small))
        case.measures.create(name="作業時間", unit="分", before=80, after=40)
        find("", small["facilitator"])
        assert [entry.sections for entry in entries()] == [[["result", "AMBER"]]]

    def test_a_snippet_of_an_open_section_is_none(self, small):
        make_case(small, "narrow", "network")
        assert find("", small["partner"]).total == 1
        assert entries() == []

    @pytest.mark.parametrize("address", ["case", "api", "search"])
    def test_what_cannot_be_written_down_is_not_shown(self, small, monkeypatch, address):
        case = make_case(small, "narrow", lab_key(small))
        case.sections.get(kind="summary").delete()

        def fails(*_args, **_options):
            raise OperationalError("the disk is full")

        monkeypatch.setattr("casebook.readlog.recording.append", fails)
        places = {"case": reverse("casebook:case", args=[case.pk]), "api": "/api/v1/cases/narrow", "search": "/cases/"}
        client = small.client("facilitator")
        client.raise_request_exception = False
        response = client.get(places[address])
        assert response.status_code in {500, 503}
        assert "ここだけの話" not in response.content.decode()
        monkeypatch.undo()
        assert "ここだけの話" in client.get(places[address]).content.decode()


class TestLogPage:
    def test_the_owners_members_see_who_read_what_and_why(self, small):
        case = make_case(small, "narrow", lab_key(small))
        page(small, "facilitator", "case", case.pk)
        took(case, small["partner"], why="お客様への説明")
        for name in ("editor", "colleague"):
            said = page(small, name, "case_log", small.owner.pk).content.decode()
            for text in (
                "facilitator",
                "静岡県",
                "学び・失敗（TLP:AMBER）",
                "ラボ「静岡県」への公開",
                "お客様への説明",
                "記録はつながっています（2件",
                "narrow の事例",
                "架空 天竜システム",
            ):
                assert text in said, text  # fmt: skip

    @pytest.mark.parametrize("name", ["partner", "facilitator", "stranger"])
    def test_nobody_else_learns_that_there_is_one(self, small, name):
        case = make_case(small, "narrow", lab_key(small))
        for route, pk in (("case_log", small.owner.pk), ("case_log_csv", small.owner.pk), ("one_case_log", case.pk),
                          ("recall", case.pk)):  # fmt: skip
            assert page(small, name, route, pk).status_code == 404
            assert page(small, name, route, 10**12).status_code == 404

    def test_another_organizations_log_is_its_own(self, small):
        page(small, "facilitator", "case", make_case(small, "narrow", lab_key(small)).pk)
        said = page(small, "partner_editor", "case_log", small.partner.pk).content.decode()
        assert "facilitator" not in said
        assert "記録はまだありません。" in said

    def test_one_case_alone(self, small):
        first, second = (make_case(small, name, lab_key(small)) for name in ("first", "second"))
        took(first, small["partner"], why="一つ目")
        took(second, small["partner"], why="二つ目")
        said = page(small, "editor", "one_case_log", first.pk).content.decode()
        assert "一つ目" in said
        assert "二つ目" not in said

    def test_filters(self, small):
        first, second = (make_case(small, name, lab_key(small)) for name in ("first", "second"))
        page(small, "facilitator", "case", first.pk)
        took(second, small["partner"])
        for query, shown, hidden in (
            ({"action": "export"}, "partner", "facilitator"),
            ({"case": "first"}, "facilitator", "架空 天竜システム"),
            ({"reader": "facil"}, "facilitator", "架空 天竜システム"),
        ):
            said = page(small, "colleague", "case_log", small.owner.pk, **query).content.decode()
            said = said[said.index("log-entries") :]
            assert shown in said
            assert hidden not in said
        assert (
            "条件に合う記録がありません。"
            in page(small, "colleague", "case_log", small.owner.pk, case="none").content.decode()
        )

    @pytest.mark.parametrize("query", [{"action": "look"}, {"case": "a\0b"}, {"case": "x" * 65}, {"reader": "\u202e"}])
    def test_a_filter_that_cannot_be_is_said_so(self, small, query):
        took(make_case(small), small["partner"])
        response = page(small, "editor", "case_log", small.owner.pk, **query)
        assert response.status_code == 422
        assert "log-entries" not in response.content.decode()

    @pytest.mark.parametrize("number", ["0", "2", "x", "9" * 30])
    def test_a_page_that_does_not_exist(self, small, number):
        assert page(small, "editor", "case_log", small.owner.pk, page=number).status_code == 404

    def test_a_broken_chain_is_told(self, small):
        case = make_case(small, "narrow", lab_key(small))
        took(case, small["partner"])
        took(case, small["partner"])
        from casebook.models import LogChain

        LogChain.objects.update(digest="0" * 64)
        said = page(small, "editor", "case_log", small.owner.pk).content.decode()
        assert "記録がつながっていません。" in said
        assert "記録2: 鎖の末尾の控えと合いません" in said

    def test_the_log_of_a_case_that_is_gone_stays(self, small):
        case = make_case(small, "narrow", lab_key(small))
        took(case, small["partner"], why="消えた事例")
        case.delete()
        assert "消えた事例" in page(small, "editor", "case_log", small.owner.pk).content.decode()

    def test_a_record_that_went_into_the_owners_brings_its_log(self, small):
        twin = make_organization("twin", merged_into=small.owner, is_active=False)
        took(make_case(small, "old", owner=twin), small["partner"], why="統合の前")
        assert "統合の前" in page(small, "editor", "case_log", small.owner.pk).content.decode()
        assert "統合の前" not in page(small, "partner_editor", "case_log", small.partner.pk).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_queries_does_not_grow(self, small, django_assert_num_queries, count):
        client = small.client("editor")
        for n in range(count):
            took(make_case(small, f"case-{n}"), small["partner"])
        address = reverse("casebook:case_log", args=[small.owner.pk])
        client.get(address)
        with django_assert_num_queries(17):
            assert client.get(address).status_code == 200

    def test_as_a_table_no_cell_is_run(self, small):
        took(make_case(small), small["partner"], why="=cmd|' /C calc'!A0")
        response = page(small, "colleague", "case_log_csv", small.owner.pk)
        assert response["Content-Disposition"].startswith("attachment; filename=")
        head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        assert head == ["番号", "日時", "したこと", "読んだ方", "所属", "事例ID", "版", "節", "理由"]
        assert row[0] == "1"
        assert row[2:8] == [
            "書き出し", "partner", "架空 天竜システム", "narrow", "2", "概要（TLP:CLEAR）",
        ]  # fmt: skip
        assert row[8].startswith("'=cmd")

    def test_the_table_keeps_to_the_filter(self, small):
        took(make_case(small), small["partner"])
        for query, lines in (({"action": "read"}, 1), ({"action": "export"}, 2), ({"action": "x"}, 1)):
            response = page(small, "colleague", "case_log_csv", small.owner.pk, **query)
            assert len(response.content.decode().splitlines()) == lines

    def test_who_leaves_the_owner_leaves_the_log(self, small):
        assert page(small, "colleague", "case_log", small.owner.pk).status_code == 200
        Membership.objects.filter(user=small["colleague"]).delete()
        assert page(small, "colleague", "case_log", small.owner.pk).status_code == 404


class TestRecall:
    def test_everybody_with_a_copy_the_last_first(self, small):
        case, other = make_case(small), make_case(small, "other")
        took(case, small["partner"], why="一度目")
        took(case, small["facilitator"], why="ほかの目的")
        took(case, small["partner"], why="二度目")
        took(other, small["stranger"])
        record(read([case], small["stranger"]), LogAction.READ, small["stranger"])
        assert [(one.name, one.times, one.why, one.user) for one in exported(case)] == [
            ("partner", 2, "二度目", small["partner"]),
            ("facilitator", 1, "ほかの目的", small["facilitator"]),
        ]
        said = page(small, "colleague", "recall", case.pk).content.decode()
        assert "2回書き出し" in said
        assert "stranger" not in said

    def test_an_operators_copy_and_a_person_without_account_are_listed(self, small):
        case = make_case(small)
        took(case, small["partner"])
        small["partner"].delete()
        record(read([case], small["editor"]), LogAction.EXPORT, None, why="コマンド")
        assert [(one.name, one.user) for one in exported(case)] == [("運用コマンド", None), ("partner", None)]
        assert "知らせる先がありません" in page(small, "editor", "recall", case.pk).content.decode()

    def test_nobody_yet(self, small):
        assert "書き出した方はいません" in page(small, "editor", "recall", make_case(small).pk).content.decode()

    def test_exporters_are_told_the_id_and_the_day_and_no_title(self, small):
        case = make_case(small, title="言えない題名")
        for name in ("partner", "facilitator", "editor"):
            took(case, small[name])
        small["facilitator"].is_active = False
        small["facilitator"].save()
        assert tell_exporters(case, by=small["editor"]) == 1
        [notice] = Notice.objects.all()
        assert notice.user == small["partner"]
        case.sections.all().delete()
        said = small.client("partner").get(reverse("network:notices")).content.decode()
        assert "書き出した事例（narrow）の公開が終わりました" in said
        assert "言えない題名" not in said
        letter = Letter.objects.get()
        assert letter.to == small["partner"].email
        assert "narrow" not in letter.body
        assert "言えない題名" not in letter.body

    def test_told_again_at_the_next_withdrawal(self, small):
        case = make_case(small)
        took(case, small["partner"])
        for _time in range(2):
            tell_exporters(case, by=small["editor"])
        assert Notice.objects.count() == 2

    def test_by_hand_only_what_is_closed_and_only_by_an_editor(self, small):
        case = make_case(small)
        took(case, small["partner"])
        address = reverse("casebook:tell_recall", args=[case.pk])
        assert small.client("colleague").post(address).status_code == 403
        assert small.client("partner").post(address).status_code == 404
        assert "公開中です" in small.client("editor").post(address, follow=True).content.decode()
        assert not Notice.objects.exists()
        type(case).objects.filter(pk=case.pk).update(state="archived")
        assert "1人に知らせました" in small.client("editor").post(address, follow=True).content.decode()
        assert Notice.objects.get().user == small["partner"]

    def test_what_the_organization_took_out_itself_is_listed_too(self, small):
        case = make_case(small)
        took(case, small["colleague"])
        assert [one.name for one in exported(case)] == ["colleague"]


def test_roles_of_the_cast(small):
    assert Membership.objects.get(user=small["editor"]).role == Role.EDITOR
    assert org_key(small.owner) != user_key(small["editor"])
    assert not LogEntry.objects.exists()
