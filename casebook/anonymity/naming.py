"""Whether a case tells more of its client than the naming level that was agreed."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from casebook.anonymity.finding import Finding, Suggestion
from casebook.models import Case, Grant
from casebook.vocabulary import FindingKind, Naming, SectionKind, Severity
from casebook.writing.content import Content
from network.codes import INDUSTRIES, PREFECTURES
from network.models import Municipality

CLOSED: dict[str, Any] = {"audience": {SectionKind.IDENTITY.value: {"keys": [], "until": None}}}


def beyond_naming(content: Content, *, naming: str, case: Case | None) -> Iterator[Finding]:
    """匿名 shows neither industry nor place; without 実名 nobody outside reads the section 実名・連絡先."""
    if naming == Naming.REAL:
        return
    if naming == Naming.ANONYMOUS:
        yield from _facts(content)
    if content.sections.get(SectionKind.IDENTITY) and is_opening(content, SectionKind.IDENTITY, case):
        label = SectionKind.IDENTITY.label
        yield Finding(
            FindingKind.NAMING,
            SectionKind.IDENTITY.value,
            0,
            0,
            str(label),
            _("「%(section)s」がほかの機関に公開されます。同意は「%(naming)s」です。")
            % {"section": label, "naming": Naming(naming).label},
            _("この節を自機関だけにするか、実名での同意をとってください。"),
            Severity.MUST,
            (Suggestion(CLOSED, _("この節を自機関だけにする")),),
        )


def is_opening(content: Content, kind: str, case: Case | None) -> bool:
    """Whether somebody outside will read the section: by its planned audience, or by the keys that it keeps."""
    planned = content.audience.get(kind)
    if planned is not None or case is None:
        return bool(planned and planned.keys)
    return Grant.objects.in_force().filter(section__case=case, section__kind=kind).exists()


def _facts(content: Content) -> Iterator[Finding]:
    town = Municipality.objects.filter(pk=content.municipality).first() if content.municipality else None
    shown: list[tuple[str, str, dict[str, Any], bool]] = [
        ("industry", INDUSTRIES.name(content.industry), {"industry": ""}, bool(content.industry)),
        (
            "prefecture",
            PREFECTURES.name(content.prefecture),
            {"prefecture": "", "municipality": None},
            bool(content.prefecture),
        ),
        ("municipality", town.name if town else "", {"municipality": None}, town is not None),
    ]
    for place, text, values, there in shown:
        if there:
            yield Finding(
                FindingKind.NAMING,
                place,
                0,
                0,
                text,
                _("「%(text)s」が表示されます。同意は「匿名」です。") % {"text": text},
                _("この項目を空にするか、「業種・地域のみ」での同意をとってください。"),
                Severity.MUST,
                (Suggestion(values, _("この項目を空にする")),),
            )
