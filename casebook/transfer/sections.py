"""Writes what a case consists of: sections with their grants, and figures."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from casebook.models import Case, Grant, Measure, Section
from casebook.transfer.case_lines import SectionLine
from network.transfer.writing import BATCH, Children, save_all, set_fields

MEASURE_COLUMNS = ("name", "unit", "before", "after", "how", "on")

EMPTY = {"unit": "", "how": ""}


class SectionWriter:
    """Replaces the sections of cases and the grants on each."""

    def __init__(self) -> None:
        self._grants = Children(Grant, owner="section_id", key=("key",), values=("until",))
        self._present: dict[int, dict[str, Section]] = {}
        self._created: list[Section] = []
        self._changed: list[Section] = []
        self._removed: list[int] = []

    def load(self, cases: Iterable[int]) -> None:
        self._present = {pk: {} for pk in cases}
        for section in Section.objects.filter(case__in=self._present):
            self._present[section.case_id][section.kind] = section
        self._grants.load([section.pk for kinds in self._present.values() for section in kinds.values()])

    def replace(
        self,
        case: Case,
        wanted: list[SectionLine],
        keys_of: Callable[[str], list[str]],
        stored: Mapping[str, str],
    ) -> bool:
        """Notes what has to change; sections that state no keys accept those of a label, as `keys_of` names them.
        `stored` has the keys that had still to be made."""
        present = self._present.get(case.pk, {})
        removed = [section.pk for kind, section in present.items() if kind not in {line.kind for line in wanted}]
        self._removed += removed
        differs = bool(removed)
        for line in wanted:
            section = present.get(line.kind) or Section(case=case, kind=line.kind)
            if set_fields(section, {"text": line.text}) or section.pk is None:
                (self._changed if section.pk else self._created).append(section)
                differs = True
            labelled = dict.fromkeys(keys_of(line.tlp or case.tlp), line.until) if line.grants is None else {}
            grants = {stored.get(key, key): until for key, until in (line.grants or labelled).items()}
            differs |= self._grants.replace(section, {(key,): (until,) for key, until in grants.items()})
        return differs

    def flush(self) -> None:
        Section.objects.filter(pk__in=self._removed).delete()
        for section in self._created:
            section.case_id = section.case.pk
        save_all(Section, created=self._created, changed=self._changed, fields={"text"})
        self._grants.flush()
        self._created, self._changed, self._removed = [], [], []


class MeasureWriter:
    """Replaces the figures of a case, whose order counts, when any of them differs."""

    def __init__(self) -> None:
        self._present: dict[int, list[tuple[Any, ...]]] = {}
        self._replaced: list[tuple[Case, list[tuple[Any, ...]]]] = []

    def load(self, cases: Iterable[int]) -> None:
        self._present = {pk: [] for pk in cases}
        rows = Measure.objects.filter(case__in=self._present).order_by("pk")
        for case, *columns in rows.values_list("case_id", *MEASURE_COLUMNS):
            self._present[case].append(tuple(columns))

    def replace(self, case: Case, lines: list[dict[str, Any]]) -> bool:
        wanted = [tuple(line.get(name, EMPTY.get(name)) for name in MEASURE_COLUMNS) for line in lines]
        if wanted == self._present.get(case.pk, []):
            return False
        self._replaced.append((case, wanted))
        return True

    def flush(self) -> None:
        Measure.objects.filter(case__in=[case.pk for case, _rows in self._replaced]).delete()
        Measure.objects.bulk_create(
            [
                Measure(case=case, **dict(zip(MEASURE_COLUMNS, row, strict=True)))
                for case, rows in self._replaced
                for row in rows
            ],
            batch_size=BATCH,
        )
        self._replaced = []
