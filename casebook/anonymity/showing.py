"""Findings as a page shows them. What `casebook/_findings.html` needs in its context:

- `groups`: the answer of `grouped`
- `apply_url`: takes `apply` (see `chosen`) by POST and changes the draft; without it there are no such buttons
- `acknowledge_url`: takes `finding` (an id) and `reason` by POST and keeps the reason in `Draft.acknowledged`; an empty
  reason takes it back; without it nobody can
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from casebook.anonymity.finding import Finding
from casebook.anonymity.places import text_at
from casebook.vocabulary import FindingKind, SectionKind, Severity
from casebook.writing.content import Content, File

AROUND = 24
"""Characters of an excerpt on each side of the words."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `finding` is set where it was found."""

    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to judge: the first place of the same words in the same field, and how often they stand there."""

    finding: Finding
    times: int
    pieces: Sequence[Piece]
    reason: str
    """Why it may stay, if somebody said so."""

    @property
    def kind(self) -> str:
        return str(FindingKind(self.finding.kind).label)

    @property
    def is_must(self) -> bool:
        return self.finding.severity == Severity.MUST

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Value and label of a button for each suggestion."""
        return [(f"{self.finding.id}.{which}", one.label) for which, one in enumerate(self.finding.suggestions)]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one field."""

    place: str
    label: str
    rows: Sequence[Row]


def grouped(
    content: Content, findings: Iterable[Finding], acknowledged: Mapping[str, str], files: Iterable[File] = ()
) -> list[Group]:
    """The findings by field, in their order. `acknowledged` maps ids to reasons."""
    files = list(files)
    by_place = groupby(findings, key=lambda finding: finding.place)
    return [
        Group(place, label_of(place), _rows(list(found), text_at(content, place, files), acknowledged))
        for place, found in by_place
    ]


def open_findings(findings: Iterable[Finding], acknowledged: Mapping[str, str]) -> list[Finding]:
    """Those nobody has said anything about: as long as there is one, the case waits."""
    return [finding for finding in findings if not acknowledged.get(finding.id)]


def marked(text: str, findings: Iterable[Finding]) -> list[Piece]:
    """The text in pieces, with those that were found; together they are the text."""
    pieces: list[Piece] = []
    at = 0
    for finding in sorted(findings, key=lambda one: one.start):
        if at <= finding.start < finding.end <= len(text):
            pieces += [Piece(text[at : finding.start]), Piece(text[finding.start : finding.end], finding)]
            at = finding.end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def chosen(findings: Iterable[Finding], value: str) -> tuple[Finding, int] | None:
    """The finding and the number of its suggestion that a button's value names; None where it is gone meanwhile."""
    id_, _dot, which = value.partition(".")
    for finding in findings:
        if finding.id == id_ and which in {str(number) for number in range(len(finding.suggestions))}:
            return finding, int(which)
    return None


def label_of(place: str) -> str:
    """The name of a field as the form has it."""
    field = place.partition(".")[0]
    if field in SectionKind.values:
        return str(SectionKind(field).label)
    return {
        "title": _("題名"),
        "subtitle": _("副題"),
        "contact": _("問い合わせ先"),
        "industry": _("業種"),
        "prefecture": _("都道府県"),
        "municipality": _("市区町村"),
        "measures": _("成果の数字"),
        "participants": _("参加した機関の役割"),
        "keywords": _("キーワード"),
        "schemes": _("利用した制度"),
        "source_title": _("出典"),
        "source_url": _("出典のURL"),
        "related_urls": _("関連URL"),
        "files": _("添付ファイル"),
    }[field]


def _rows(findings: Sequence[Finding], text: str, acknowledged: Mapping[str, str]) -> list[Row]:
    times: dict[str, list[Finding]] = {}
    for finding in findings:
        times.setdefault(finding.id, []).append(finding)
    return [Row(same[0], len(same), _excerpt(text, same[0]), acknowledged.get(id_, "")) for id_, same in times.items()]


def _excerpt(text: str, finding: Finding) -> list[Piece]:
    """The words with a little of what stands around them, on one line; nothing where they only repeat the heading."""
    if finding.start == finding.end:
        return [Piece(finding.text)] if finding.text != label_of(finding.place) else []
    first, last = max(0, finding.start - AROUND), min(len(text), finding.end + AROUND)
    before, after = text[first : finding.start], text[finding.end : last]
    cut = (
        ("…" if first else "") + before.replace("\n", " "),
        after.replace("\n", " ") + ("…" if last < len(text) else ""),
    )
    return [Piece(cut[0]), Piece(finding.text, finding), Piece(cut[1])]
