"""A case in the items of GIF DS-451-3 (事例), as far as one reader may read it.

Source of the items: 政府相互運用性フレームワーク（GIF）DS-451-3 事例. Names of items are the standard's, in Japanese.
"""

from typing import Any

from casebook.codes import guide
from casebook.models import Case
from casebook.reading import Reading
from casebook.vocabulary import SectionKind
from casebook.writing.guide import answers_of
from network.access import Reader
from network.codes import INDUSTRIES, PREFECTURES, SIZE_BANDS

MANDATORY = (
    "タイトル",
    "事例の場所",
    "対象組織",
    "取り組みの概要",
    "取り組み理由",
    "目的",
    "取り組み内容",
    "連絡先情報",
)


def gif_of(reading: Reading, reader: Reader) -> dict[str, Any]:
    """Values by item; items that the reader may not read, or that nobody wrote, are not there.

    A fixed number of queries beside the reading's own.
    """
    case = reading.case
    shown = {section.kind: section.text for section in reading.sections}
    related = Case.objects.visible_to(reader).filter(pk__in=case.related.values("pk")).order_by("external_id")
    found: dict[str, Any] = {
        "ID": case.external_id,
        "タイトル": case.title,
        "サブタイトル": case.subtitle,
        "事例の場所": _place(case),
        "対象組織": _organization(case),
        "実施年": case.year,
        "テーマ": [capability.name_ja for capability in case.capabilities.all()],
        "キーワード": list(case.keywords),
        **_answers(shown),
        "利用した制度": list(case.schemes) if SectionKind.ACTION in shown else [],
        "協力者": [entry.organization.name for entry in reading.participants],
        "関連URL": reading.related_urls,
        "関連事例": list(related.values_list("external_id", flat=True)),
        "連絡先情報": " ".join(part for part in (case.owner.name, case.contact) if part),
        "公開日": case.published.isoformat() if case.published else None,
        "最終更新日": case.updated_at.date().isoformat(),
    }
    return {item: value for item, value in found.items() if value not in (None, "", [])}


def _answers(shown: dict[str, str]) -> dict[str, str]:
    """The answers to the guide's questions that are items of the standard."""
    found: dict[str, str] = {}
    for section, questions in guide().items():
        answers = answers_of(section, shown.get(section, ""))
        found |= {asked.gif: answers.get(asked.code, "") for asked in questions if asked.gif}
    return found


def _place(case: Case) -> str:
    prefecture = PREFECTURES[case.prefecture].name_ja if case.prefecture else ""
    return prefecture + (case.municipality.name if case.municipality else "")


def _organization(case: Case) -> str:
    """Industry and size: the client's name stands in 実名・連絡先 and nowhere else."""
    industry = INDUSTRIES[case.industry].name_ja if case.industry else ""
    size = SIZE_BANDS[case.size_band].name_ja if case.size_band else ""
    return "・".join(part for part in (industry, size) if part)
