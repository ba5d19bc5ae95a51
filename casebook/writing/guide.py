"""From a section's text to the answers of the guided form, and back.

The text is what is stored: answers stand in it one after the other, each but the first under its heading. A text that
somebody wrote elsewhere comes back whole as the answer to the first question.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from casebook.codes import Asked, guide
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content

HEADING = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)


def composed(section: str, answers: Mapping[str, str]) -> str:
    """The section's text from its answers by code; those to questions of other sections are passed over."""
    parts: list[str] = []
    for asked in guide().get(section, ()):
        answer = answers.get(asked.code, "").replace("\r\n", "\n").strip()
        if answer:
            parts.append(f"## {asked.heading}\n\n{answer}" if asked.heading else answer)
    return "\n\n".join(parts)


def answers_of(section: str, text: str) -> dict[str, str]:
    """The answers by code that `composed` would make the text from; all text that stands under no heading of ours is
    part of the answer before it."""
    questions = guide().get(section, ())
    by_heading = {asked.heading: asked.code for asked in questions if asked.heading}
    first = questions[0].code if questions else ""
    answers: dict[str, str] = {}
    current, start = first, 0
    for found in HEADING.finditer(text):
        code = by_heading.get(found[1])
        if code is None or code in answers or code == current:
            continue
        answers[current] = text[start : found.start()].strip()
        current, start = code, found.end()
    answers[current] = text[start:].strip()
    return {code: answer for code, answer in answers.items() if answer}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a complete case needs and that is not there yet."""

    step: str
    """The step of the form where it is asked: `profile`, `outcomes`, `audience` or a section's kind."""
    field: str
    message: str


def missing(content: Content) -> list[Missing]:
    """What a case still needs before somebody reviews it: the mandatory items of GIF 事例, and ours."""
    found = [Missing(step, name, message) for step, name, message, there in _facts(content) if not there]
    for section, questions in guide().items():
        answers = answers_of(section, content.sections.get(section, ""))
        found += [_unanswered(asked) for asked in questions if asked.must and not answers.get(asked.code)]
    summary = answers_of(SectionKind.SUMMARY, content.sections.get(SectionKind.SUMMARY, ""))
    if len(summary.get("summary", "")) > 300:
        found.append(Missing("summary", "summary", _("概要は300字以内にしてください。")))
    return found


def _unanswered(asked: Asked) -> Missing:
    said = _("「%(section)s」の「%(item)s」を書いてください。")
    item = {"section": SectionKind(asked.section).label, "item": asked.label}
    return Missing(asked.section, asked.code, said % item)


def _facts(content: Content) -> list[tuple[str, str, str, bool]]:
    source = bool(content.source_title and content.source_url)
    return [
        ("profile", "title", _("題名を書いてください。"), bool(content.title.strip())),
        ("profile", "basis", _("だれの事例かを選んでください。必要な同意が変わります。"), bool(content.basis)),
        ("profile", "contact", _("問い合わせ先（自機関の部署や電話番号）を書いてください。"), bool(content.contact)),
        ("profile", "year", _("実施した年を書いてください。"), content.year is not None),
        ("profile", "outcome", _("結果を選んでください。"), bool(content.outcome)),
        ("profile", "phases", _("局面を1つ以上選んでください。"), bool(content.phases)),
        ("profile", "capabilities", _("支援領域を1つ以上選んでください。"), bool(content.capabilities)),
        (
            "profile",
            "source_title",
            _("公表された資料の題名とURLを書いてください。"),
            content.basis != "published" or source,
        ),
    ]
