"""Between the published rows of a case and its content."""

from collections.abc import Iterable
from typing import Any

from casebook.models import Attachment, Case, CasePhase, Measure, Participant, Section
from casebook.vocabulary import Naming
from casebook.writing.content import Content, Figure, File, Planned, Took
from network.models import Capability, Municipality, Organization

LINES = ("title", "subtitle", "basis", "industry", "size_band", "outcome", "contact", "source_title", "source_url")
NUMBERS = ("year", "stage_before", "stage_after")
LISTS = ("keywords", "schemes", "related_urls")
"""Fields that stand in the case's row as they stand in its content."""


def content_of(case: Case) -> Content:
    """The published text; its audiences stay empty, which means: as they are."""
    rows: dict[str, Any] = {name: getattr(case, name) for name in (*LINES, *NUMBERS, *LISTS)}
    took = case.participants.prefetch_related("capabilities").order_by("pk")
    return Content.from_json(rows).changed(
        naming=_naming_of(case),
        prefecture=case.prefecture,
        municipality=case.municipality_id,
        related=tuple(case.related.order_by("pk").values_list("pk", flat=True)),
        phases=tuple(case.phases.order_by("phase").values_list("phase", flat=True)),
        capabilities=tuple(case.capabilities.order_by("code").values_list("code", flat=True)),
        participants=tuple(_took(entry) for entry in took),
        measures=tuple(_figure(measure) for measure in case.measures.all()),
        sections=dict(case.sections.in_reading_order().values_list("kind", "text")),
        opens_on=case.opens_on.isoformat() if case.opens_on else None,
    )


def files_of(case: Case, *, live: bool = False) -> list[File]:
    """What of the case's attachments belongs to its draft; with `live`, to its published text."""
    rows = case.attachments.filter(live=True) if live else case.attachments.all()
    return [File(*row) for row in rows.values_list("section", "name", "description", "sha256")]


def following_merges(content: Content) -> Content:
    """The same where records that went into others since are named by these, as participants and as audiences."""
    named = [key for audience in content.audience.values() for key in audience.keys if key.startswith("org:")]
    ids = {took.organization for took in content.participants} | {int(key.removeprefix("org:")) for key in named}
    gone = Organization.objects.filter(pk__in=ids).exclude(merged_into=None)
    kept = {record.pk: record.merged_into_id or record.pk for record in gone}
    seen: dict[int, Took] = {}
    for took in content.participants:
        pk = kept.get(took.organization, took.organization)
        seen.setdefault(pk, Took(pk, took.role, took.capabilities))
    moved = {f"org:{pk}": f"org:{into}" for pk, into in kept.items()}
    audience = {
        kind: Planned(tuple(dict.fromkeys(moved.get(key, key) for key in planned.keys)), planned.until)
        for kind, planned in content.audience.items()
    }
    return content.changed(participants=tuple(seen.values()), audience=audience)


def write(case: Case, content: Content) -> None:
    """Make the case's rows what the content says: facts, sections, figures, who took part. Grants are left alone;
    those of a section that is gone go with it. Part of the caller's transaction; the case is saved."""
    for name in (*LINES, *NUMBERS):
        setattr(case, name, getattr(content, name))
    for name in LISTS:
        setattr(case, name, list(getattr(content, name)))
    case.municipality = Municipality.objects.filter(pk=content.municipality).first() if content.municipality else None
    case.prefecture = case.municipality.prefecture if case.municipality else content.prefecture
    case.full_clean(validate_constraints=False)
    case.save()
    case.capabilities.set(Capability.objects.filter(code__in=content.capabilities))
    case.related.set(Case.objects.filter(pk__in=content.related).exclude(pk=case.pk))
    _replace_phases(case, content.phases)
    _replace_participants(case, content.participants)
    _replace_measures(case, content.measures)
    _replace_sections(case, content)
    Attachment.objects.filter(case=case).update(live=True)


def _naming_of(case: Case) -> str:
    """How far the published text names the client, as its version says; a file does not say."""
    version = case.versions.first()
    return str(version.content.get("naming", Naming.REGION)) if version else Naming.REGION.value


def _took(entry: Participant) -> Took:
    return Took(entry.organization_id, entry.role, tuple(sorted(one.code for one in entry.capabilities.all())))


def _figure(measure: Measure) -> Figure:
    on = measure.on.isoformat() if measure.on else None
    return Figure(measure.name, measure.unit, measure.before, measure.after, measure.how, on)


def _replace_phases(case: Case, phases: Iterable[str]) -> None:
    case.phases.all().delete()
    CasePhase.objects.bulk_create([CasePhase(case=case, phase=phase) for phase in dict.fromkeys(phases)])


def _replace_participants(case: Case, participants: Iterable[Took]) -> None:
    case.participants.all().delete()
    known = Capability.objects.in_bulk(field_name="code")
    for took in participants:
        row = Participant.objects.create(case=case, organization_id=took.organization, role=took.role)
        row.capabilities.set([known[code] for code in took.capabilities if code in known])


def _replace_measures(case: Case, measures: Iterable[Figure]) -> None:
    case.measures.all().delete()
    rows = (
        Measure(case=case, name=m.name, unit=m.unit, before=m.before, after=m.after, how=m.how, on=m.on)
        for m in measures
    )
    Measure.objects.bulk_create(rows)


def _replace_sections(case: Case, content: Content) -> None:
    present = {section.kind: section for section in case.sections.all()}
    Section.objects.filter(case=case).exclude(kind__in=content.sections).delete()
    for kind, text in content.sections.items():
        section = present.get(kind) or Section(case=case, kind=kind)
        if section.pk is None or section.text != text:
            section.text = text
            section.full_clean(validate_constraints=False)
            section.save()
