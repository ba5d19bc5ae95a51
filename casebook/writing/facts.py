"""The facts of a text in words, one beside the other: what a reviewer compares and what a party agrees to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casebook.models import Case
from casebook.vocabulary import Basis, Naming, Outcome, SectionKind
from casebook.writing.content import Content, Figure, File
from network.access import Reader
from network.codes import INDUSTRIES, PHASES, PREFECTURES, SIZE_BANDS, STAGES
from network.models import Capability, Municipality, Organization


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` has a line for each of several; it is empty where nothing is said."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after."""

    label: str
    before: str
    after: str


class Names:
    """What the codes and ids of some texts are called, asked once for all of them."""

    def __init__(self, contents: Iterable[Content], reader: Reader) -> None:
        contents = list(contents)
        took = [one for content in contents for one in content.participants]
        codes = {code for content in contents for code in content.capabilities}
        codes |= {code for one in took for code in one.capabilities}
        self.capabilities = {one.code: one.name for one in Capability.objects.filter(code__in=codes)}
        self.organizations = {
            one.pk: one.name for one in Organization.objects.filter(pk__in={one.organization for one in took})
        }
        places = {content.municipality for content in contents if content.municipality}
        self.places = {one.pk: str(one) for one in Municipality.objects.filter(pk__in=places)}
        related = {pk for content in contents for pk in content.related}
        visible = Case.objects.visible_to(reader).filter(pk__in=related)
        self.cases = dict(visible.values_list("pk", "title"))


def facts_of(content: Content, files: Iterable[File], names: Names) -> list[Fact]:
    """Everything of a text that stands in no section, in the order of the form."""
    return [Fact(label, "\n".join(filter(None, lines))) for label, lines in _facts(content, list(files), names)]


def changes(before: list[Fact], after: list[Fact]) -> list[Change]:
    """The facts that differ; both lists are of `facts_of`."""
    return [
        Change(old.label, old.value, new.value)
        for old, new in zip(before, after, strict=True)
        if old.value != new.value
    ]


def _facts(content: Content, files: list[File], names: Names) -> Iterator[tuple[str, list[str]]]:
    yield _("題名"), [content.title]
    yield _("副題"), [content.subtitle]
    yield _("だれの事例か"), [_label(content.basis, dict(Basis.choices))]
    yield _("名前の出し方"), [_label(content.naming, dict(Naming.choices))]
    yield _("業種"), [INDUSTRIES.name(content.industry) if content.industry else ""]
    place = names.places.get(content.municipality or "", "")
    yield _("所在地"), [place or (PREFECTURES.name(content.prefecture) if content.prefecture else "")]
    yield _("従業員規模"), [SIZE_BANDS.name(content.size_band) if content.size_band else ""]
    yield _("年"), [_("%(year)d年") % {"year": content.year} if content.year else ""]
    stages = [STAGES.name(str(stage)) if stage else "–" for stage in (content.stage_before, content.stage_after)]
    yield _("デジタル活用の段階"), [" → ".join(stages) if content.stage_before or content.stage_after else ""]
    yield _("結果"), [_label(content.outcome, dict(Outcome.choices))]
    yield _("問い合わせ先"), [content.contact]
    yield _("キーワード"), list(content.keywords)
    yield _("局面"), [entry.name for code, entry in PHASES.items() if code in content.phases]
    yield _("支援領域"), [names.capabilities.get(code, code) for code in content.capabilities]
    yield _("利用した制度"), list(content.schemes)
    yield _("成果の数字"), [_figure(one) for one in content.measures]
    yield (
        _("参加した機関"),
        [_party(one.organization, one.role, one.capabilities, names) for one in content.participants],
    )
    yield _("出典"), [content.source_title, content.source_url]
    yield _("関連URL"), list(content.related_urls)
    yield _("関連する事例"), [names.cases.get(pk, _("（見られない事例）")) for pk in content.related]
    yield _("添付ファイル"), [_file(one) for one in files]


def _label(value: str, labels: Mapping[str, object]) -> str:
    return str(labels.get(value, value))


def _figure(one: Figure) -> str:
    before, after = (f"{value:,.10g}{one.unit}" if value is not None else "–" for value in (one.before, one.after))
    day = parse_date(one.on) if one.on else None
    more = "、".join(filter(None, [one.how, date_format(day, "DATE_FORMAT") if day else ""]))
    return f"{one.name}: {before} → {after}" + (f"（{more}）" if more else "")


def _party(organization: int, role: str, capabilities: Iterable[str], names: Names) -> str:
    name = names.organizations.get(organization, _("（なくなった機関）"))
    brought = "、".join(names.capabilities.get(code, code) for code in capabilities)
    more = " / ".join(filter(None, [role, brought]))
    return f"{name}（{more}）" if more else name


def _file(one: File) -> str:
    """With the first letters of its checksum: the same name may be another file."""
    label = SectionKind(one.section).label
    return f"{label}: {one.name} {one.description} [{one.sha256[:8]}]".replace("  ", " ")
