"""What is written down, and when nothing needs to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import override

from casebook.models import Case, LogEntry, Section
from casebook.readlog.chain import append
from casebook.readlog.reasons import Reasons
from casebook.vocabulary import LogAction, Tlp
from network.access import Reader

RESTRICTED = frozenset({Tlp.RED, Tlp.AMBER_STRICT, Tlp.AMBER})
"""Labels narrower than the network."""
LONGEST_NAME, LONGEST_PLACE, LONGEST_WHY = 200, 400, 1000


class Shown(Protocol):
    """A case and those of its sections whose text is shown: a `Reading`, an `Excerpt`."""

    @property
    def case(self) -> Case: ...

    @property
    def sections(self) -> Sequence[Section]: ...


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some sections of a case."""

    case: Case
    sections: Sequence[Section]


def is_restricted(section: Section) -> bool:
    """Whether fewer than the whole network may read it today."""
    return section.tlp in RESTRICTED


def record(
    shown: Iterable[Shown], action: LogAction, reader: Reader | None, *, why: str = "", once_a_day: bool = False
) -> None:
    """Write down who is about to be shown what: one entry for each case, in the chain of its owner.

    Readings and downloads count where somebody outside the owning organization is shown a restricted section; an
    export always counts, whoever makes it, because it may have to be called back. `why` is the purpose that was stated;
    by which key (or request, or commission) the reader got in stands beside it. Without a `reader` it is the operator's
    command. `once_a_day` leaves out what the same person was shown of the same version today: for lists of excerpts.

    A fixed number of queries for any number of cases, none where nothing counts. Raises what the database raises, and
    then nothing may be shown.
    """
    found = list(shown)
    prefetch_related_objects([section for one in found for section in one.sections], "grants")
    exports = action == LogAction.EXPORT
    counting = [Excerpt(one.case, [s for s in one.sections if exports or is_restricted(s)]) for one in found]
    counting = [one for one in counting if exports or one.sections]
    if not counting:
        return
    with override(settings.LANGUAGE_CODE):  # whoever reads, the log speaks one language
        reasons = Reasons(reader, [one.case for one in counting])
        if not exports:
            counting = [one for one in counting if not reasons.is_inside(one.case)]
        if once_a_day:
            counting = _new_today(counting, reasons.reader_id)
        if counting:
            append([_entry(one, action, reasons, why) for one in counting])


def _entry(one: Excerpt, action: LogAction, reasons: Reasons, why: str) -> LogEntry:
    said = " / ".join(filter(None, [why, reasons.of(one.case, one.sections)]))
    return LogEntry(
        chain=one.case.owner_id,
        action=action,
        reader=reasons.reader_id,
        reader_name=reasons.name[:LONGEST_NAME],
        reader_of=reasons.belongs_to[:LONGEST_PLACE],
        case=one.case.pk,
        case_reference=one.case.external_id,
        version=one.case.version,
        sections=[[section.kind, str(section.tlp)] for section in one.sections],
        why=said[:LONGEST_WHY],
    )


def _new_today(shown: list[Excerpt], reader_id: int | None) -> list[Excerpt]:
    """What of this the person was not yet shown today, of the version that stands now."""
    since = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    known: set[tuple[int, int, str]] = set()
    rows = LogEntry.objects.filter(reader=reader_id, case__in=[one.case.pk for one in shown], at__gte=since)
    for case, version, sections in rows.values_list("case", "version", "sections"):
        known |= {(case, version, kind) for kind, _label in sections}
    left = [
        Excerpt(one.case, [s for s in one.sections if (one.case.pk, one.case.version, s.kind) not in known])
        for one in shown
    ]
    return [one for one in left if one.sections]
