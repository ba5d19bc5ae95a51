"""Findings on a page, what one does about them, and that a judgement outlives changes elsewhere."""

import pytest
from django.template.loader import render_to_string

from casebook.anonymity import apply_suggestion, findings
from casebook.anonymity.companies import pseudonym
from casebook.anonymity.showing import chosen, grouped, label_of, marked, open_findings
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content, Figure, File, Took
from network.models import User

pytestmark = pytest.mark.django_db
TEXT = "株式会社架空サンプルの鈴木社長は、株式会社架空サンプルを継いだ。従業員47名。電話053-456-7890。"


@pytest.fixture
def check():
    reader = User.objects.create(email="reader@example.jp")
    return lambda content, **options: findings(content, reader=reader, naming="region", **options)


def by_kind(found, kind):
    return next(one for one in found if one.kind == kind)


def test_the_pieces_are_the_text(check):
    found = check(Content(sections={"summary": TEXT}))
    pieces = marked(TEXT, found)
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [piece.text for piece in pieces if piece.finding] == [
        "株式会社架空サンプル", "鈴木社長", "株式会社架空サンプル", "従業員47名", "053-456-7890",
    ]  # fmt: skip
    assert marked("短い", found)[0].text == "短い"
    assert marked("", []) == []


def test_the_same_words_in_a_field_are_judged_once(check):
    content = Content(title="株式会社架空サンプルの事例", sections={"summary": TEXT})
    groups = grouped(content, check(content), {})
    assert [(group.place, group.label) for group in groups] == [("title", "題名"), ("summary", "概要")]
    assert [(row.finding.text, row.times) for row in groups[1].rows] == [
        ("株式会社架空サンプル", 2), ("鈴木社長", 1), ("従業員47名", 1), ("053-456-7890", 1),
    ]  # fmt: skip


def test_a_judgement_outlives_other_changes(check):
    before = by_kind(check(Content(sections={"summary": TEXT})), "phone")
    longer = Content(title="架空", sections={"summary": f"はじめに。\n{TEXT}", "lessons": "053-456-7890"})
    ids = [one.id for one in check(longer) if one.kind == "phone"]
    assert ids[0] == before.id
    assert ids[1] != before.id
    changed = by_kind(check(Content(sections={"summary": "053-456-7891"})), "phone")
    assert changed.id != before.id
    assert [one.kind.value for one in open_findings(check(longer), {before.id: "架空の番号です"})].count("phone") == 1
    assert len(open_findings(check(longer), {before.id: ""})) == len(check(longer))


def test_an_entry_of_a_list_keeps_its_judgement_when_another_comes_before_it(check):
    one = check(Content(keywords=("053-456-7890",)))[0]
    two = check(Content(keywords=("在庫", "053-456-7890")))[0]
    assert (one.place, two.place) == ("keywords.0", "keywords.1")
    assert one.id == two.id


EVERYWHERE = Content(
    title="題053-456-7890", subtitle="副053-456-7890", keywords=("在庫", "鍵053-456-7890"),
    schemes=("制度053-456-7890",),
    measures=(Figure("指標"), Figure("指標053-456-7890", how="測り053-456-7890")),
    participants=(Took(0, "役割053-456-7890"),), related_urls=("https://example.jp/",),
    source_title="出典053-456-7890", source_url="https://example.jp/a",
    sections={kind: f"{kind} 053-456-7890" for kind in SectionKind if kind not in {"identity", "attachment"}},
)  # fmt: skip


def test_every_text_that_somebody_reads_is_looked_through(check):
    found = [one.place for one in check(EVERYWHERE)]
    assert found == [
        "title", "subtitle", "summary", "background", "action", "result", "lessons", "team", "measures.1.name",
        "measures.1.how", "participants.0.role", "keywords.1", "schemes.0", "source_title", "source_url",
        "related_urls.0",
    ]  # fmt: skip
    assert all(label_of(place) for place in found)


def test_what_stands_with_the_identity_is_meant_to(check):
    content = EVERYWHERE.changed(sections={"identity": "株式会社架空サンプル 053-456-7890"}, title="架空", subtitle="")
    places = {one.place.partition(".")[0] for one in check(content)}
    assert not places & {"identity", "source_title", "source_url", "related_urls"}
    assert "keywords" in places


def test_the_contact_is_the_owners(check):
    content = Content(contact="架空 浜名信用金庫 支援課 053-456-7890 静岡県浜松市中央区新津町1-2-3 info@example.jp")
    assert check(content) == []
    (found,) = check(Content(contact="支援課 鈴木さん 053-456-7890"))
    assert (found.kind, found.text) == ("person", "鈴木さん")


def test_names_of_files_are_looked_through(check):
    file = File("attachment", "株式会社架空サンプル.pdf", "鈴木社長の写真", "0")
    found = check(Content(), files=[file])
    assert [(one.place, one.text) for one in found] == [
        ("files.0.name", "株式会社架空サンプル"),
        ("files.0.description", "鈴木社長"),
    ]
    assert grouped(Content(), found, {}, [file])[0].rows[0].pieces[1].text == "株式会社架空サンプル"
    assert not any(one.suggestions for one in found)


def test_taking_all_suggestions_leaves_nothing(check):
    content = EVERYWHERE.changed(source_url="", related_urls=(), sections={**EVERYWHERE.sections, "summary": TEXT})
    for _round in range(40):
        found = check(content)
        if not found:
            break
        before = content.as_json()
        changed = apply_suggestion(before, found[0])
        assert before == content.as_json()
        assert len(changed) == 1
        content = Content.from_json(before | changed)
    assert not found
    assert content.sections["summary"] == "A社の社長は、A社を継いだ。従業員21〜50人。電話（非公開）。"
    assert content.measures[1].how == "測り（非公開）"
    assert content.keywords == ("在庫", "鍵（非公開）")


def test_different_companies_become_different_letters(check):
    found = check(Content(title="㈱みのり", sections={"summary": "株式会社架空サンプルと㈱みのり"}))
    assert [one.suggestion for one in found] == [{"text": "A社"}, {"text": "B社"}, {"text": "A社"}]
    assert [pseudonym(number) for number in (0, 25, 26, 27, 701, 702)] == [
        "A社",
        "Z社",
        "AA社",
        "AB社",
        "ZZ社",
        "AAA社",
    ]


def test_a_suggestion_for_words_that_are_gone_changes_nothing(check):
    (found,) = check(Content(keywords=("053-456-7890",)))
    for gone in ({}, {"keywords": []}, {"keywords": ["在庫"]}, {"keywords": None}, {"keywords": [None]}):
        assert apply_suggestion(gone, found) == {}
    with pytest.raises(IndexError):
        apply_suggestion({"keywords": ["053-456-7890"]}, found, 1)


def test_a_button_names_its_suggestion(check):
    found = check(Content(sections={"summary": TEXT}))
    row = grouped(Content(sections={"summary": TEXT}), found, {})[0].rows[0]
    ((value, label),) = row.choices
    assert label == "「A社」に書き換える"
    assert chosen(found, value) == (found[0], 0)
    for wrong in ("", "x.0", f"{found[0].id}.1", f"{found[0].id}", f"{found[0].id}.-1", f"{found[0].id}.٠"):
        assert chosen(found, wrong) is None


def page(content, found, acknowledged=None, **context):
    groups = grouped(content, found, acknowledged or {})
    return render_to_string("casebook/_findings.html", {"groups": groups, **context})


def test_the_page_marks_the_words_and_offers_the_way_out(check):
    content = Content(sections={"summary": f"<b>{TEXT}"})
    found = check(content)
    html = page(content, found, apply_url="/apply/", acknowledge_url="/keep/")
    assert "<mark>053-456-7890</mark>" in html
    assert "&lt;b&gt;" in html
    assert "2か所" in html
    assert f'value="{found[0].id}.0"' in html
    assert html.count('action="/keep/"') == 4
    assert "対応が必要" in html
    assert "確認が必要" in html


def test_the_page_shows_reasons_and_takes_them_back(check):
    content = Content(sections={"summary": "053-456-7890"})
    found = check(content)
    html = page(content, found, {found[0].id: "架空の番号です"}, apply_url="/apply/", acknowledge_url="/keep/")
    assert "架空の番号です" in html
    assert "もう一度確認する" in html
    assert "/apply/" not in html


def test_without_addresses_there_are_no_buttons(check):
    content = Content(sections={"summary": TEXT})
    html = page(content, check(content))
    assert "<form" not in html
    assert "<mark>" in html


def test_nothing_found_says_what_is_left_to_do():
    assert "もう一度お読みください" in page(Content(), [])
