"""The guided form's questions: their list, and the way from answers to a section's text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.codes import guide
from casebook.gif import MANDATORY
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content, Figure, Planned, Took
from casebook.writing.guide import answers_of, composed, missing

LINES = st.text(
    st.characters(exclude_characters="#\r\n", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20
)
ANSWERS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)


def complete(**changes: object) -> Content:
    """A case that answers everything a case must."""
    sections = {
        section: composed(section, {asked.code: asked.example_ja for asked in questions})
        for section, questions in guide().items()
    }
    facts = {
        "title": "在庫の見える化",
        "basis": "client",
        "contact": "業務部",
        "year": 2025,
        "outcome": "success",
        "phases": ("analysis",),
        "capabilities": ("inventory",),
        "sections": sections,
    }
    return Content(**(facts | changes))


class TestTheQuestions:
    def test_every_section_has_some_in_reading_order(self):
        assert list(guide()) == SectionKind.values

    @pytest.mark.parametrize("section", SectionKind.values)
    def test_at_least_two_of_a_section_that_tells_a_story_each_with_an_example(self, section):
        questions = guide()[section]
        assert len(questions) >= (1 if section == SectionKind.ATTACHMENT else 2)
        assert all(asked.question_ja and asked.question_en and asked.example_ja for asked in questions)

    def test_the_first_has_no_heading_and_the_others_have_different_ones(self):
        for questions in guide().values():
            headings = [asked.heading for asked in questions]
            assert headings[0] == ""
            assert all(headings[1:])
            assert len(headings) == len(set(headings))

    def test_what_gif_demands_of_the_text_is_demanded_here(self):
        asked = {one.gif for questions in guide().values() for one in questions if one.must}
        in_the_text = {"取り組みの概要", "取り組み理由", "目的", "取り組み内容"}
        assert in_the_text <= asked
        assert in_the_text | {"タイトル", "事例の場所", "対象組織", "連絡先情報"} == set(MANDATORY)

    def test_the_summary_ends_at_300_characters(self):
        assert guide()[SectionKind.SUMMARY][0].longest == 300


class TestThereAndBack:
    @given(st.data())
    def test_answers_come_back_as_they_were_written(self, data):
        section = data.draw(st.sampled_from(SectionKind.values))
        codes = [asked.code for asked in guide()[section]]
        answers = data.draw(st.dictionaries(st.sampled_from(codes), ANSWERS))
        kept = {code: answer.strip() for code, answer in answers.items() if answer.strip()}
        assert answers_of(section, composed(section, answers)) == kept

    @given(st.sampled_from(SectionKind.values), st.text(st.characters(exclude_characters="\r"), max_size=60))
    def test_no_text_is_lost_that_somebody_wrote_elsewhere(self, section, text):
        again = composed(section, answers_of(section, text))
        assert "".join(again.split()).replace("#", "") == "".join(text.split()).replace("#", "")

    def test_a_heading_of_ones_own_stays_inside_its_answer(self):
        text = "はじめに\n\n## わたしの見出し\n\n本文\n\n## 目的\n\n当日中の出荷"
        assert answers_of("background", text) == {
            "reason": "はじめに\n\n## わたしの見出し\n\n本文",
            "purpose": "当日中の出荷",
        }

    def test_a_heading_that_comes_twice_divides_once(self):
        text = "A\n\n## 目的\n\nB\n\n## 目的\n\nC"
        assert answers_of("background", text) == {"reason": "A", "purpose": "B\n\n## 目的\n\nC"}

    def test_lines_of_windows_are_lines(self):
        assert composed("background", {"reason": "一\r\n二"}) == "一\n二"


class TestWhatIsMissing:
    def test_nothing_of_a_complete_case(self):
        assert missing(complete()) == []

    def test_an_empty_one_lacks_something_at_every_step_that_must_be_filled(self):
        steps = {entry.step for entry in missing(Content())}
        assert steps == {"profile", "summary", "background", "action", "result", "lessons"}

    @pytest.mark.parametrize("name", ["title", "basis", "contact", "outcome"])
    def test_each_fact_by_its_name(self, name):
        assert [entry.field for entry in missing(complete(**{name: ""}))] == [name]

    def test_a_public_source_is_named_where_the_case_rests_on_one(self):
        assert [entry.field for entry in missing(complete(basis="published"))] == ["source_title"]
        named = complete(basis="published", source_title="手引き", source_url="https://example.jp/")
        assert missing(named) == []

    def test_a_summary_that_is_too_long(self):
        sections = complete().sections | {"summary": "あ" * 301}
        [entry] = missing(complete(sections=sections))
        assert (entry.step, entry.field) == ("summary", "summary")
        assert "300字" in entry.message


class TestContent:
    def test_json_and_back(self):
        content = complete(
            participants=(Took(3, "開発", ("inventory",)),),
            measures=(Figure("作業時間", "分", 80.0, 5.0, "1週間の記録", "2025-04-01"),),
            audience={"summary": Planned(("public",), "2027-03-31")},
        )
        assert Content.from_json(content.as_json()) == content

    def test_names_of_another_release_are_passed_over(self):
        given = {**complete().as_json(), "later": 1, "participants": [{"organization": 3, "later": 2}]}
        assert Content.from_json(given).participants == (Took(3),)
