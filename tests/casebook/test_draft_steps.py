"""The guided form: every step shows what the draft holds, saves what is typed, and says what it could not take."""

import pytest

from casebook.models import Case, Draft
from casebook.writing.content import Figure, Planned, Took
from tests.casebook.drafting import COMPLETE, SECTIONS, address, begun, content_of, hidden, send

pytestmark = pytest.mark.django_db
STEPS = (
    "profile", "client", "support", "summary", "background", "action", "result", "lessons", "team", "identity",
    "attachment", "audience", "check", "submit",
)  # fmt: skip


@pytest.fixture
def editor(small):
    return small.client("editor")


# --- Beginning ----------------------------------------------------------------------------------


def test_an_editor_begins_with_a_title_and_whose_story_it_is(small, editor):
    page = editor.get(f"/organizations/{small.owner.pk}/cases/new/")
    assert page.status_code == 200
    sent = editor.post(f"/organizations/{small.owner.pk}/cases/new/", {"title": "在庫の見える化", "basis": "client"})
    case = Case.objects.get()
    assert (case.title, case.state, case.owner) == ("在庫の見える化", "draft", small.owner)
    assert content_of(case).basis == "client"
    assert sent["Location"] == address(case, "profile")


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "a\0b", "行\n換え", "字" * 201, "\u202e逆さ"])
def test_a_title_that_cannot_be_one_is_named_and_stays_in_its_field(small, editor, title):
    answer = editor.post(f"/organizations/{small.owner.pk}/cases/new/", {"title": title, "basis": "client"})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("editor", 200),
        ("colleague", 403),
        ("partner", 403),
        ("partner_editor", 403),
        ("facilitator", 403),
        ("stranger", 404),
    ],
)
def test_only_editors_of_the_organization_begin(small, reader, status):
    assert small.client(reader).get(f"/organizations/{small.owner.pk}/cases/new/").status_code == status


def test_the_way_in_stands_in_the_menu_and_on_the_organizations_page(small, editor):
    begin = f'href="/organizations/{small.owner.pk}/cases/new/"'
    assert begin in editor.get("/writing/").content.decode()
    assert begin in editor.get(f"/organizations/{small.owner.pk}/").content.decode()
    assert 'href="/writing/"' in editor.get("/").content.decode()
    assert begin not in small.client("colleague").get("/writing/").content.decode()


# --- Every step ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_page_and_shows_the_way(small, editor, step):
    case = begun(small)
    page = editor.get(address(case, step))
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count('aria-current="step"') == 1
    for other in STEPS:
        assert address(case, other) in html


@pytest.mark.parametrize("step", ["nothing", "draft", "sections", "0"])
def test_no_other_step_is_there(small, editor, step):
    assert editor.get(address(begun(small), step)).status_code == 404


@pytest.mark.parametrize("step", [step for step in STEPS if step not in {"check", "submit"}])
def test_a_step_that_is_sent_as_it_was_shown_changes_nothing(small, editor, step):
    case = begun(
        small,
        subtitle="50人の工場",
        municipality="22131",
        prefecture="22",
        stage_before=1,
        stage_after=3,
        keywords=("在庫", "倉庫"),
        schemes=("IT導入補助金",),
        related_urls=("https://example.jp/a",),
        measures=(Figure("入力時間", "分", 80.5, 5, "1週間ずつ測定", "2026-03-01"),),
        participants=(Took(small.partner.pk, "開発", ("inventory",)),),
        audience={"summary": Planned(("public",)), "team": Planned((f"org:{small.partner.pk}", "team"), "2030-01-31")},
        opens_on="2030-01-01",
    )
    before = content_of(case)
    page = editor.get(address(case, step))
    answer = editor.post(address(case, step), as_shown(page))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert content_of(case) == before
    assert answer["Location"] == address(case, STEPS[STEPS.index(step) + 1])


def as_shown(page):
    """The fields of the page's form as a browser would send them."""
    sent = {**hidden(page.content.decode()), "next": "1"}
    for part in page.context["screen"].parts:
        for field in part:
            value = field.value()
            if value not in (None, "", False, []):
                sent[field.html_name] = field.field.prepare_value(value)
        if hasattr(part, "ids"):
            sent["row"] = part.ids
    return sent


def test_each_section_is_asked_by_two_questions_or_more_with_an_example_each(small, editor):
    case = begun(small)
    for kind in ("summary", "background", "action", "result", "lessons", "team", "identity"):
        html = editor.get(address(case, kind)).content.decode()
        assert html.count('class="field question"') >= 2
        assert html.count("例: ") >= 2


def test_facts_are_saved_and_shown_again(small, editor):
    case = begun(small)
    typed = {"title": "欠品をなくした工場", "basis": "client", "naming": "anonymous", "contact": "支援部"}
    send(editor, case, "profile", **typed, related_urls="https://example.jp/a\nhttps://example.jp/b")
    content = content_of(case)
    assert (content.title, content.basis, content.naming) == ("欠品をなくした工場", "client", "anonymous")
    assert content.related_urls == ("https://example.jp/a", "https://example.jp/b")
    assert Case.objects.get().title == "欠品をなくした工場"
    html = editor.get(address(case, "profile")).content.decode()
    assert "https://example.jp/a\nhttps://example.jp/b" in html
    assert "お客様の同意と、参加した機関それぞれの承認が要ります" in html


@pytest.mark.parametrize(
    ("count", "band"), [("1", "1-5"), ("5", "1-5"), ("6", "6-20"), ("５１", "51-100"), ("9999", "301-")]
)
def test_a_headcount_becomes_its_band_and_is_kept_nowhere(small, editor, count, band):
    case = begun(small)
    send(editor, case, "client", headcount=count)
    assert content_of(case).size_band == band
    draft = Draft.objects.get()
    assert "headcount" not in draft.content
    assert f'name="headcount" value="{count}"' not in editor.get(address(case, "client")).content.decode()


@pytest.mark.parametrize(
    ("prefecture", "place", "stored"),
    [
        ("22", "浜松市", ("22", "22130")),
        ("", "浜松市", ("22", "22130")),
        ("", "静岡県浜松市", ("22", "22130")),
        ("22", "", ("22", None)),
        ("", "", ("", None)),
    ],
)
def test_a_place_is_found_by_its_name(small, editor, prefecture, place, stored):
    case = begun(small)
    assert send(editor, case, "client", prefecture=prefecture, place=place).status_code == 302
    content = content_of(case)
    assert (content.prefecture, content.municipality) == stored


@pytest.mark.parametrize(
    ("prefecture", "place", "said"),
    [("13", "浜松市", "見つかりません"), ("", "府中市", "いくつかあります"), ("", "どこにもない町", "見つかりません"),
     ("99", "浜松市", "正しく選択"), ("", "a\0", "使えない文字")],
)  # fmt: skip
def test_a_place_that_is_none_keeps_what_was_there_and_says_so(small, editor, prefecture, place, said):
    case = begun(small, prefecture="22", municipality="22130")
    answer = send(editor, case, "client", prefecture=prefecture, place=place)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (content_of(case).prefecture, content_of(case).municipality) == ("22", "22130")


def test_answers_become_the_sections_text_under_their_headings(small, editor):
    case = begun(small, sections={})
    send(editor, case, "background", reason="欠品が続いた。\r\n特急が増えた。", purpose="当日に出荷する。", limits="")
    assert content_of(case).sections == {"background": "欠品が続いた。\n特急が増えた。\n\n## 目的\n\n当日に出荷する。"}
    html = editor.get(address(case, "background")).content.decode()
    assert "欠品が続いた。\n特急が増えた。</textarea>" in html
    send(editor, case, "background", reason="", purpose="", limits="")
    assert content_of(case).sections == {}


def test_line_breaks_count_once_as_the_page_counts_them(small, editor):
    case = begun(small)
    assert send(editor, case, "summary", summary="行\r\n" * 150).status_code == 302
    assert send(editor, case, "summary", summary="字" * 301).status_code == 422


@pytest.mark.parametrize("bad", ["a\0b", "\u202e逆", "\u200b", "字" * 1_000_000])
def test_hostile_text_is_refused_with_the_form_as_it_was_typed(small, editor, bad):
    case = begun(small)
    answer = send(editor, case, "action", action=bad, care="工夫した")
    assert answer.status_code == 422
    assert "工夫した" in answer.content.decode()
    assert content_of(case).sections == SECTIONS


# --- Figures ------------------------------------------------------------------------------------


def test_at_least_three_rows_wait_and_a_row_needs_a_name_only(small, editor):
    case = begun(small)
    html = editor.get(address(case, "result")).content.decode()
    assert [f'name="name-{n}"' in html for n in range(4)] == [True, True, True, False]
    typed = {"result": "速くなった", "name-0": "入力時間", "unit-0": "分", "before-0": "1,２００", "after-0": "5.5"}
    send(editor, case, "result", **typed, **{"on-0": "2026-03-01", "how-0": "測定", "name-2": "欠品"})
    assert content_of(case).measures == (Figure("入力時間", "分", 1200, 5.5, "測定", "2026-03-01"), Figure("欠品"))
    html = editor.get(address(case, "result")).content.decode()
    assert 'value="1200"' in html
    assert 'name="name-4"' in html


@pytest.mark.parametrize(
    ("field", "value"),
    [("before", "たくさん"), ("after", "nan"), ("after", "1e300"), ("on", "昨日"), ("unit", "字" * 21)],
)
def test_a_figure_that_is_none_is_named_and_the_row_stays(small, editor, field, value):
    case = begun(small)
    answer = send(editor, case, "result", **{"result": "速い", "name-0": "入力時間", f"{field}-0": value})
    assert answer.status_code == 422
    assert "入力時間" in answer.content.decode()
    assert content_of(case).measures == ()


def test_a_row_without_a_name_asks_for_it(small, editor):
    answer = send(editor, begun(small), "result", **{"before-0": "80"})
    assert answer.status_code == 422
    assert "何を測ったか" in answer.content.decode()


def test_more_rows_come_without_scripts_and_nothing_typed_is_lost(small, editor):
    case = begun(small)
    typed = {f"name-{n}": f"指標{n}" for n in range(3)}
    answer = send(editor, case, "result", **typed, more="1")
    assert answer["Location"] == address(case, "result")
    assert 'name="name-5"' in editor.get(address(case, "result")).content.decode()
    assert len(content_of(case).measures) == 3
    typed |= {f"name-{n}": "" for n in range(3, 6)}
    answer = send(editor, case, "result", **typed, **{"before-0": "たくさん"}, more="1")
    assert answer.status_code == 422
    assert "たくさん" in answer.content.decode()
    assert 'name="name-8"' in answer.content.decode()


# --- Who took part ------------------------------------------------------------------------------


def test_an_organization_is_added_by_its_name_given_a_role_and_taken_out(small, editor):
    case = begun(small)
    looked = send(editor, case, "team", team="", other_q="天竜", pick="1")
    assert looked.status_code == 200
    assert "架空 天竜システム" in looked.content.decode()
    assert send(editor, case, "team", team="", other_q="天竜", add="1")["Location"] == address(case, "team")
    partner = small.partner.pk
    assert content_of(case).participants == (Took(partner),)
    row = {"row": partner, f"role-{partner}": "開発", f"brought-{partner}": ["inventory"]}
    send(editor, case, "team", team="分担した", **row)
    assert content_of(case).participants == (Took(partner, "開発", ("inventory",)),)
    send(editor, case, "team", team="分担した", **row, **{f"remove-{partner}": "on"})
    assert content_of(case).participants == ()


def test_a_name_that_means_nobody_or_several_is_asked_for_again(small, editor):
    case = begun(small)
    answer = send(editor, case, "team", other_q="どこにもない", add="1")
    assert answer.status_code == 422
    assert "見つかりません" in answer.content.decode()
    answer = send(editor, case, "team", other_q="架空", add="1")
    assert "ひとつ選んで" in answer.content.decode()


@pytest.mark.parametrize("row", ["0", "999999", "9" * 30, "x", "²"])
def test_an_organization_that_is_not_there_is_no_row(small, editor, row):
    case = begun(small)
    assert send(editor, case, "team", team="", row=row).status_code == 302
    assert content_of(case).participants == ()


# --- Overview -----------------------------------------------------------------------------------


def test_the_overview_says_what_is_missing_and_leads_to_it(small, editor):
    case = begun(small, contact="", year=None)
    html = editor.get(address(case)).content.decode()
    assert "あと1" in html
    assert f'class="btn primary" href="{address(case, "profile")}"' in html
    html = editor.get(address(case, "check")).content.decode()
    assert "問い合わせ先（自機関の部署や電話番号）を書いてください。" in html
    assert f"{address(case, 'client')}#id_year" in html
    html = editor.get(address(begun(small))).content.decode()
    assert "あと1" not in html


def test_the_overview_is_read_by_members_and_changed_by_writers(small):
    case = begun(small)
    page = small.client("colleague").get(address(case))
    assert page.status_code == 200
    assert address(case, "profile") not in page.content.decode()
    assert small.client("colleague").get(address(case, "profile")).status_code == 403
    for name in ("partner", "facilitator", "stranger"):
        assert small.client(name).get(address(case)).status_code == 404
        assert small.client(name).get(address(case, "profile")).status_code == 404


def test_a_draft_is_thrown_away_with_the_case_that_was_never_published(small, editor):
    case = begun(small)
    assert small.client("colleague").post(f"{address(case)}discard/").status_code == 403
    assert editor.post(f"{address(case)}discard/")["Location"] == "/writing/"
    assert not Case.objects.exists()


def test_a_published_case_is_written_anew_and_keeps_what_is_public(small, editor):
    case = begun(small)
    Draft.objects.all().delete()
    Case.objects.update(state="published", version=1)
    case.sections.create(kind="summary", text="公開中の概要")
    page = editor.get(f"/cases/{case.pk}/").content.decode()
    assert f'action="/cases/{case.pk}/revise/"' in page
    assert "書き始める" in editor.get(address(case)).content.decode()
    assert editor.post(f"/cases/{case.pk}/revise/")["Location"] == address(case)
    assert content_of(case).sections == {"summary": "公開中の概要"}
    send(editor, case, "summary", summary="書き直した概要")
    assert case.sections.get().text == "公開中の概要"
    assert editor.post(f"{address(case)}discard/")["Location"] == f"/cases/{case.pk}/"
    assert case.sections.get().text == "公開中の概要"


def test_handing_over_names_what_is_missing_and_ends_at_the_overview(small, editor):
    case = begun(small, contact="")
    page = editor.get(address(case, "submit")).content.decode()
    assert "書き足りないところが1つあります。" in page
    version = Draft.objects.get().revision
    answer = editor.post(address(case, "submit"), {"message": "数字を見てください", "version": version})
    assert answer.status_code == 422
    assert "問い合わせ先" in answer.content.decode()
    assert "数字を見てください" in answer.content.decode()
    send(editor, case, "profile", **{name: COMPLETE[name] for name in ("title", "basis", "contact")})
    stale = editor.post(address(case, "submit"), {"message": "数字を見てください", "version": version})
    assert stale.status_code == 409
    assert "数字を見てください" in stale.content.decode()
    sent = editor.post(address(case, "submit"), {"message": "", "version": version + 1})
    assert sent["Location"] == address(case)
    assert Draft.objects.get().state == "submitted"
    assert "確認待ち" in editor.get(address(case)).content.decode()
