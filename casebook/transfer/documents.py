"""Cases as a document to read and print: the label stands at its head, on every section and in the file's name."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casebook.models import Measure, Section
from casebook.reading import Reading
from casebook.vocabulary import SectionKind, Tlp
from network.codes import TLP_LABELS
from network.models import User

DOCUMENT, LINES = "document", "lines"
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"( {0,3})(#{1,6})(?=[ \t]|$)")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
TAG = re.compile(r"<(?=[A-Za-z/!?])")


def strictest(labels: Iterable[str]) -> Tlp:
    """The label under which all of it together may travel; RED where nothing says more."""
    return min(map(Tlp, labels), key=list(Tlp).index, default=Tlp.RED)


def labels_of(readings: Iterable[Reading]) -> list[Tlp]:
    return [section.tlp for reading in readings for section in reading.sections]


def file_name(label: Tlp, references: Sequence[str], day: date, ending: str) -> str:
    """`TLP-AMBER_case-001_20261127.md`: the label is seen before the file is opened."""
    what = references[0] if len(references) == 1 else "cases"
    return f"TLP-{label.replace('+', '-')}_{what}_{day:%Y%m%d}.{ending}"


def document(readings: Sequence[Reading], reader: User, *, belongs_to: str, purpose: str, day: date) -> str:
    """All of it as Markdown in the reader's language. What people wrote cannot pass for a heading, a label or a tag."""
    label = strictest(labels_of(readings))
    who = f"{reader.called}（{belongs_to}）" if belongs_to else reader.called
    lines = [
        f"# TLP:{label}",
        "",
        TLP_LABELS[label].texts["definition"],
        "",
        "- " + _("%(who)s 向けに書き出し") % {"who": who},
        "- " + _("書き出した日: %(day)s") % {"day": date_format(day, "DATE_FORMAT")},
        "- " + _("目的: %(purpose)s") % {"purpose": " ".join(purpose.split())},
        "- " + _("公開が終わったとき（同意の撤回など）は、お知らせが届きます。そのときは、この写しを消してください。"),
        "",
    ]
    for reading in readings:
        lines += _case(reading)
    return "\n".join([*lines, f"TLP:{label}", ""])


def _case(reading: Reading) -> list[str]:
    case = reading.case
    version = _("第%(n)d版") % {"n": case.version} if case.version else ""
    own = strictest(labels_of([reading]))
    facts = [
        (_("ラベル"), f"TLP:{own}"),
        (_("事例ID"), " ".join(filter(None, [case.external_id, version]))),
        (_("書いた機関"), case.owner.name),
        (_("問い合わせ先"), case.contact),
        (_("業種"), case.industry_name),
        (_("所在地"), str(case.municipality or case.prefecture_name)),
        (_("従業員規模"), case.size_name),
        (_("年"), str(case.year or "")),
        (_("結果"), str(case.get_outcome_display())),
        (_("公開日"), date_format(case.published, "DATE_FORMAT") if case.published else ""),
        (_("出典"), " ".join(filter(None, [case.source_title, case.source_url])) if reading.shows_source else ""),
        (_("関連URL"), " ".join(reading.related_urls)),
    ]
    told = [f"- {name}: {_inline(value)}" for name, value in facts if value]
    lines = ["---", "", f"# {_inline(case.title)}", "", *told, ""]
    for section in reading.sections:
        lines += _section(section, reading)
    return lines


def _section(section: Section, reading: Reading) -> list[str]:
    lines = [f"## {section.get_kind_display()} (TLP:{section.tlp})", "", *contained(section.text), ""]
    if section.kind == SectionKind.RESULT:
        lines += [*map(_figure, reading.measures), *([""] if reading.measures else [])]
    if section.kind == SectionKind.ACTION and reading.schemes:
        lines += [f"- {_('利用した制度')}: {_inline('、'.join(reading.schemes))}", ""]
    if section.kind == SectionKind.TEAM:
        lines += [_inline(f"- {one.organization.name} {one.role}".rstrip()) for one in reading.participants]
        lines += [""] if reading.participants else []
    return lines


def _figure(measure: Measure) -> str:
    return f"- {_inline(str(measure))}"


def contained(text: str) -> list[str]:
    """The lines of a section's Markdown, so that they end where the section ends: headings stay below the section's,
    a block of code is closed, tags are words."""
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        marks = FENCE.match(line)
        if fence:
            lines.append(line)
            if marks and marks[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        fence = marks[1] if marks else ""
        lines.append(line if fence else _plain(line))
    return [*lines, fence] if fence else lines


def _plain(line: str) -> str:
    if UNDERLINE.match(line):
        return f"\\{line.strip()}"
    deeper = HEADING.sub(lambda found: f"{found[1]}{('##' + found[2])[:6]}", line, count=1)
    return _inline(deeper)


def _inline(text: str) -> str:
    return TAG.sub(r"\\<", text)
