"""A case as its page shows it: the published one to its reader, or a draft as somebody will find it.

Both are made of the same parts, so that a preview cannot promise what the page does not keep.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from casebook.labels import widest
from casebook.models import Case, Measure, Participant
from casebook.models.sections import label_of
from casebook.reading import Reading
from casebook.viewers import Plan, Viewer, in_force
from casebook.vocabulary import SectionKind, Tlp
from casebook.writing.content import Content, Figure
from network.codes import PHASES, PREFECTURES, TLP_LABELS
from network.models import Capability, Municipality, Organization


@dataclass(frozen=True, slots=True)
class Part:
    """One section that is read; `pk` is empty where it is not published yet."""

    kind: str
    text: str
    tlp: Tlp
    pk: int | None = None

    @property
    def name(self) -> str:
        return str(SectionKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Bar:
    """One outcome: its figures as one reads them, and as lengths from 0 to 100 where both can be drawn."""

    measure: Measure
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Partner:
    """Who took part, as what, and the names of the capabilities it brought."""

    name: str
    role: str
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one audience finds on the page of a case."""

    case: Case
    """Carries the facts that any reader sees; for a draft it is no row."""
    place: str
    phases: list[str]
    capabilities: list[str]
    parts: list[Part]
    bars: list[Bar]
    partners: list[Partner]
    schemes: list[str]
    related_urls: list[str]
    shows_source: bool
    has_more: bool
    """True when there are sections that this audience does not read."""
    dated: date | None
    """The day of the version."""

    @property
    def strictest(self) -> Tlp:
        """The label under which all of it together may travel: what a print of the page bears."""
        order = list(Tlp)
        return min((part.tlp for part in self.parts), key=order.index, default=Tlp.RED)


def meaning_of(label: str) -> str:
    """What a label asks of whoever reads under it."""
    return TLP_LABELS[label].texts["definition"]


def shown(reading: Reading) -> Shown:
    """The published case as far as the reading goes; a few queries beside it."""
    case = reading.case
    parts = [Part(one.kind, one.text, one.tlp, one.pk) for one in reading.sections]
    return Shown(
        case=case,
        place=_place(case),
        phases=_phases(row.phase for row in case.phases.all()),
        capabilities=[one.name for one in case.capabilities.all()],
        parts=parts,
        bars=[bar_of(measure) for measure in reading.measures],
        partners=[_partner(entry) for entry in reading.participants],
        schemes=reading.schemes,
        related_urls=reading.related_urls,
        shows_source=reading.shows_source,
        has_more=reading.has_more,
        dated=published_on(case),
    )


def shown_after(case: Case, content: Content, plan: Plan, viewer: Viewer) -> Shown:
    """The content as the viewer will find it once it is published with that plan."""
    keys = {kind: in_force(plan[kind]) for kind in content.sections}
    kinds = [kind for kind in SectionKind.values if kind in content.sections and viewer.reads(plan[kind])]
    row = _facts(case, content)
    row.tlp = widest(label_of(found) for found in keys.values())
    opened = any(plan[kind] for kind in content.sections)
    row.published = case.published or (timezone.localdate() if opened else None)
    names_source = _naming(content.sections) in kinds
    capabilities = Capability.objects.filter(code__in=content.capabilities)
    return Shown(
        case=row,
        place=_place(row),
        phases=_phases(content.phases),
        capabilities=[one.name for one in capabilities],
        parts=[Part(kind, content.sections[kind], label_of(keys[kind])) for kind in kinds],
        bars=[bar_of(_measure(one)) for one in content.measures] if SectionKind.RESULT in kinds else [],
        partners=_partners(content) if SectionKind.TEAM in kinds else [],
        schemes=list(content.schemes) if SectionKind.ACTION in kinds else [],
        related_urls=list(content.related_urls) if names_source else [],
        shows_source=bool(content.source_title or content.source_url) and names_source,
        has_more=len(kinds) < len(content.sections),
        dated=timezone.localdate(),
    )


def published_on(case: Case) -> date | None:
    """The day on which the text that is public now was published."""
    moment = case.versions.filter(number=case.version).values_list("published_at", flat=True).first()
    return timezone.localdate(moment) if moment else case.published


def bar_of(measure: Measure) -> Bar:
    """Drawn to the larger of the two; nothing is drawn for one figure alone or below zero."""
    before, after = measure.before, measure.after
    if before is None or after is None or min(before, after) < 0 or max(before, after) == 0:
        return Bar(measure, None, None)
    full = max(before, after)
    return Bar(measure, round(before / full * 100), round(after / full * 100))


def _facts(case: Case, content: Content) -> Case:
    row = Case(pk=case.pk, owner=case.owner, version=case.version + 1, state=case.state)
    for name in ("title", "subtitle", "industry", "size_band", "outcome", "contact", "source_title", "source_url"):
        setattr(row, name, getattr(content, name))
    row.year, row.stage_before, row.stage_after = content.year, content.stage_before, content.stage_after
    row.keywords = list(content.keywords)
    row.municipality = Municipality.objects.filter(pk=content.municipality).first() if content.municipality else None
    row.prefecture = row.municipality.prefecture if row.municipality else content.prefecture
    return row


def _naming(kinds: Iterable[str]) -> str:
    """The section whose readers see where the case comes from."""
    return SectionKind.IDENTITY if SectionKind.IDENTITY in set(kinds) else SectionKind.SUMMARY


def _place(case: Case) -> str:
    if case.municipality:
        return str(case.municipality)
    return PREFECTURES.name(case.prefecture) if case.prefecture else ""


def _phases(codes: Iterable[str]) -> list[str]:
    told = set(codes)
    return [entry.name for code, entry in PHASES.items() if code in told]


def _partner(entry: Participant) -> Partner:
    return Partner(entry.organization.name, entry.role, tuple(one.name for one in entry.capabilities.all()))


def _partners(content: Content) -> list[Partner]:
    organizations = Organization.objects.in_bulk([one.organization for one in content.participants])
    codes = {code for one in content.participants for code in one.capabilities}
    known: Sequence[Capability] = list(Capability.objects.filter(code__in=codes))
    return [
        Partner(
            organizations[one.organization].name,
            one.role,
            tuple(capability.name for capability in known if capability.code in one.capabilities),
        )
        for one in content.participants
        if one.organization in organizations
    ]


def _measure(one: Figure) -> Measure:
    on = date.fromisoformat(one.on) if one.on else None
    return Measure(name=one.name, unit=one.unit, before=one.before, after=one.after, how=one.how, on=on)
