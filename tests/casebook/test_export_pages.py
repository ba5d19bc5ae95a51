"""Taking cases out by hand: labels everywhere, a purpose, an entry in the log, nothing that the reader may not read."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from casebook.models import Case, Grant, Section
from casebook.reading import read
from casebook.transfer.documents import contained, document, file_name, strictest
from casebook.vocabulary import Tlp
from tests.casebook.log_cast import entries, lab_key, make_case, org_key, user_key

PURPOSE = "お客様への説明のため"
TODAY = timezone.localdate()


def take(small, name, case, **typed):
    given = {"purpose": PURPOSE, "form": "document"} | typed
    return small.client(name).post(reverse("casebook:export", args=[case.pk]), given)


def take_list(small, name, cases, **typed):
    ids = [getattr(case, "pk", case) for case in cases]
    return small.client(name).post(
        reverse("casebook:export_list"), {"purpose": PURPOSE, "form": "lines", "id": ids, **typed}
    )


class TestDocument:
    def test_labels_stand_at_the_head_on_every_section_and_in_the_name(self, small):
        case = make_case(small, "narrow", lab_key(small), source_title="現場の記録", published=TODAY)
        response = take(small, "facilitator", case)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert response["Content-Disposition"] == f'attachment; filename="TLP-AMBER_narrow_{TODAY:%Y%m%d}.md"'
        assert "no-store" in response["Cache-Control"]
        said = response.content.decode()
        assert said.startswith("# TLP:AMBER\n")
        assert said.rstrip().endswith("TLP:AMBER")
        assert "## 概要 (TLP:CLEAR)" in said
        assert "## 学び・失敗 (TLP:AMBER)" in said
        for text in ("facilitator（静岡県） 向けに書き出し", f"目的: {PURPOSE}", "この写しを消してください",
                     "narrow 第2版", "架空 浜名信用金庫", "出典: 現場の記録", "ここだけの話",
                     f"{TODAY.year}年{TODAY.month}月{TODAY.day}日"):  # fmt: skip
            assert text in said, text

    def test_only_what_the_reader_may_read(self, small):
        case = make_case(small, "narrow", lab_key(small))
        case.measures.create(name="ひみつの指標", before=1, after=2)
        said = take(small, "partner", case).content.decode()
        assert "あらまし" in said
        assert "学び・失敗" not in said
        assert "ここだけの話" not in said
        assert "ひみつの指標" not in said
        assert said.startswith("# TLP:CLEAR\n")

    def test_what_belongs_to_a_section_goes_with_it(self, small):
        case = make_case(small, "narrow", schemes=["IT導入補助金"], related_urls=["https://example.jp/a"])
        for kind in ("action", "result", "team"):
            Grant.objects.create(section=Section.objects.create(case=case, kind=kind, text="本文"), key="network")
        case.measures.create(name="入力の時間", unit="分", before=80, after=5)
        case.participants.create(organization=small.partner, role="開発")
        said = take(small, "partner", case).content.decode()
        for text in (
            "利用した制度: IT導入補助金",
            "- 入力の時間: 80分 → 5分",
            "- 架空 天竜システム 開発",
            "https://example.jp/a",
        ):
            assert text in said, text

    def test_what_people_wrote_cannot_pass_for_a_label_or_swallow_the_rest(self, small):
        text = "# TLP:CLEAR\n題\n---\n```\n# 中\n<!-- 隠す"
        case = make_case(small, "narrow", "network", text=text, title="<script>題名")
        said = take(small, "partner", case).content.decode().splitlines()
        headings = [line for line in said if line.startswith(("# ", "## "))]
        assert headings == [
            "# TLP:GREEN", "# \\<script>題名", "## 概要 (TLP:CLEAR)", "## 学び・失敗 (TLP:GREEN)", "# 中",
        ]  # fmt: skip
        assert said.count("```") == 2
        assert "### TLP:CLEAR" in said
        assert "\\---" in said

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("一\n二", ["一", "二"]),
            ("####### 七", ["####### 七"]),
            ("##### 五", ["###### 五"]),
            ("~~~\n```\n<b>", ["~~~", "```", "<b>", "~~~"]),
            ("````\n```\n````\n# 後", ["````", "```", "````", "### 後"]),
            ("a < b <b> </b> <!-- -->", ["a < b \\<b> \\</b> \\<!-- -->"]),
            ("題\n===", ["題", "\\==="]),
            ("#見出しではない", ["#見出しではない"]),
            ("", []),
        ],
    )
    def test_contained(self, text, lines):
        assert contained(text) == lines

    def test_several_cases_stand_under_the_strictest_label(self, small):
        cases = [make_case(small, "open", "network"), make_case(small, "narrow", user_key(small["partner"]))]
        response = take_list(small, "partner", cases, form="document")
        assert f'filename="TLP-RED_cases_{TODAY:%Y%m%d}.md"' in response["Content-Disposition"]
        said = response.content.decode()
        assert said.startswith("# TLP:RED\n")
        assert "# open の事例" in said
        assert "- ラベル: TLP:GREEN" in said

    @pytest.mark.parametrize(
        ("labels", "label"),
        [([], "RED"), (["CLEAR", "GREEN"], "GREEN"), (["AMBER", "AMBER+STRICT"], "AMBER+STRICT"), (["CLEAR"], "CLEAR")],
    )
    def test_the_strictest(self, labels, label):
        assert strictest(labels) == label

    def test_a_name_without_a_plus(self):
        name = file_name(Tlp.AMBER_STRICT, ["case-1"], TODAY, "md")
        assert name == f"TLP-AMBER-STRICT_case-1_{TODAY:%Y%m%d}.md"

    def test_a_person_without_any_organization(self, small):
        case = make_case(small)
        said = document(read([case], small["stranger"]), small["stranger"], belongs_to="", purpose="x", day=TODAY)
        assert "- stranger 向けに書き出し" in said


class TestLines:
    def test_one_case_as_a_line_that_can_be_taken_in(self, small):
        case = make_case(small, "narrow", org_key(small.partner))
        response = take(small, "partner", case, form="lines")
        assert response["Content-Disposition"] == f'attachment; filename="TLP-AMBER_narrow_{TODAY:%Y%m%d}.jsonl"'
        [line] = map(json.loads, response.content.decode().splitlines())
        assert [(part["kind"], part["tlp"]) for part in line["sections"]] == [
            ("summary", "CLEAR"),
            ("lessons", "AMBER"),
        ]
        assert "keys" not in line["sections"][0]
        assert "state" not in line

    def test_the_owner_takes_the_keys_too(self, small):
        case = make_case(small, "narrow", org_key(small.partner))
        [line] = map(json.loads, take(small, "colleague", case, form="lines").content.decode().splitlines())
        assert line["sections"][1]["keys"] == ["org:partner"]
        assert line["state"] == "published"

    def test_several_without_the_hidden_ones(self, small):
        cases = [make_case(small, "open", "network"), make_case(small, "narrow")]
        hidden = make_case(small, "hidden")
        hidden.sections.all().delete()
        response = take_list(small, "partner", [*cases, hidden, 10**17])
        assert [json.loads(line)["id"] for line in response.content.decode().splitlines()] == ["narrow", "open"]
        assert {entry.case_reference for entry in entries()} == {"open", "narrow"}

    def test_an_answer_is_the_same_whether_a_case_is_hidden_or_not_there(self, small):
        hidden = make_case(small, "hidden")
        hidden.sections.all().delete()
        answers = [take_list(small, "partner", [pk]) for pk in (hidden.pk, 10**17)]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert "書き出せる事例がありません。" in answers[0].content.decode()


class TestLog:
    @pytest.mark.parametrize("form", ["document", "lines"])
    def test_every_export_is_written_down_with_its_purpose(self, small, form):
        case = make_case(small, "open", "network")
        for name in ("partner", "colleague"):
            assert take(small, name, case, form=form).status_code == 200
        assert [(e.action, e.reader_name, e.why) for e in entries()] == [
            ("export", "partner", PURPOSE), ("export", "colleague", f"{PURPOSE} / 自機関の事例"),
        ]  # fmt: skip

    def test_looking_at_the_form_is_no_export(self, small):
        case = make_case(small, "narrow", lab_key(small))
        said = small.client("facilitator").get(reverse("casebook:export", args=[case.pk])).content.decode()
        assert "TLP:AMBER" in said
        assert "ここだけの話" not in said
        assert entries() == []

    def test_what_cannot_be_written_down_does_not_leave(self, small, monkeypatch):
        case = make_case(small, "narrow", lab_key(small))

        def fails(*_args, **_options):
            raise RuntimeError("no log")

        monkeypatch.setattr("casebook.readlog.recording.append", fails)
        client = small.client("facilitator")
        client.raise_request_exception = False
        for form in ("document", "lines"):
            response = client.post(reverse("casebook:export", args=[case.pk]), {"purpose": PURPOSE, "form": form})
            assert response.status_code == 500
            assert "ここだけの話" not in response.content.decode()


class TestRefusals:
    @pytest.mark.parametrize(
        "typed",
        [{"purpose": ""}, {"purpose": "\u200b"}, {"purpose": "a\0b"}, {"purpose": "長" * 301}, {"purpose": "\u202e"},
         {"form": "pdf"}, {"form": ""}, {"purpose": "長" * 1_000_000}],
    )  # fmt: skip
    def test_bad_input_keeps_the_form(self, small, typed):
        case = make_case(small)
        response = take(small, "partner", case, **typed)
        assert response.status_code == 422
        said = response.content.decode()
        assert "errorlist" in said
        if "form" in typed:
            assert PURPOSE in said
        assert entries() == []

    @pytest.mark.parametrize("ids", [["x"], ["-1"], ["1" * 19], ["1\0"], [], [str(n) for n in range(101)], ["１"]])
    def test_bad_ids(self, small, ids):
        make_case(small)
        response = take_list(small, "partner", ids)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
        assert entries() == []

    def test_a_case_that_may_not_be_seen_is_not_found(self, small):
        case = make_case(small)
        case.sections.all().delete()
        for pk in (case.pk, 10**17):
            address = reverse("casebook:export", args=[pk])
            assert small.client("partner").get(address).status_code == 404
            assert small.client("partner").post(address, {"purpose": PURPOSE, "form": "document"}).status_code == 404

    def test_without_signing_in_nothing_leaves(self, small, client):
        case = make_case(small)
        response = client.post(reverse("casebook:export", args=[case.pk]), {"purpose": PURPOSE, "form": "document"})
        assert response.status_code == 302
        assert "/accounts/" in response["Location"]

    def test_a_case_closed_between_the_look_and_the_answer_does_not_leave(self, small, monkeypatch):
        case = make_case(small, "narrow", lab_key(small))
        monkeypatch.setattr("casebook.views.exporting.exported_readings", lambda *_args, **_options: iter([]))
        assert take(small, "facilitator", case).status_code == 404

    def test_the_list_shows_the_chosen_ones_first(self, small):
        cases = [make_case(small, name) for name in ("first", "second")]
        address = reverse("casebook:export_list")
        response = small.client("partner").get(address, {"id": [case.pk for case in cases]})
        assert response.status_code == 200
        said = response.content.decode()
        assert "first の事例" in said
        assert said.count('type="hidden" name="id"') == 2
        assert small.client("partner").get(address).status_code == 422


def test_the_case_page_and_the_search_lead_here(small):
    case = make_case(small)
    client = small.client("partner")
    assert (
        reverse("casebook:export", args=[case.pk])
        in client.get(reverse("casebook:case", args=[case.pk])).content.decode()
    )
    assert f"{reverse('casebook:export_list')}?id={case.pk}" in client.get("/cases/").content.decode()
    assert Case.objects.count() == 1
