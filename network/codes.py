"""Code lists: versioned data the code carries but never branches on.

Each list is a CSV file in `data/`; `data/sources.json` names its source and version.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import get_language
from django.utils.translation import gettext as _

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv` in file order, each a dict by column."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def sources() -> dict[str, dict[str, str]]:
    """Title, version, source and note of every data file, by file name."""
    loaded: dict[str, dict[str, str]] = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
    return loaded


def in_readers_language(japanese: str, english: str) -> str:
    """The one of two texts that the reader's language asks for; Japanese where there is no English."""
    return english if get_language() == "en" and english else japanese


@dataclass(frozen=True)
class Code:
    """One entry of a list."""

    code: str
    name_ja: str
    name_en: str
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name_ja, self.name_en)

    @property
    def texts(self) -> dict[str, str]:
        """What the list says of the entry in the reader's language: `example` for `example_ja` and `example_en`."""
        columns = [column.removesuffix("_ja") for column in self.fields if column.endswith("_ja")]
        return {
            column: in_readers_language(self.fields[f"{column}_ja"], self.fields.get(f"{column}_en", ""))
            for column in columns
        }

    def __str__(self) -> str:
        return self.name


class CodeList(Mapping[str, Code]):
    """A code list by code, read from its file at first use."""

    def __init__(self, file: str) -> None:
        self.file = file

    @cached_property
    def _entries(self) -> dict[str, Code]:
        return {row["code"]: Code(row["code"], row["name_ja"], row.get("name_en", ""), row) for row in rows(self.file)}

    def __getitem__(self, code: str) -> Code:
        return self._entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def choices(self) -> list[tuple[str, str]]:
        """Pairs for a form field, named in the reader's language."""
        return [(entry.code, entry.name) for entry in self.values()]

    def name(self, code: str) -> str:
        """The entry's name, or the code itself when the list does not know it (any more)."""
        return self[code].name if code in self else code


@deconstructible
class KnownCode:
    """Validator: raises ValidationError when the named list does not know the code."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __call__(self, code: str) -> None:
        if code not in LISTS[self.file]:
            raise ValidationError(_("「%(code)s」は登録されていないコードです。") % {"code": code}, code="unknown_code")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownCode) and self.file == other.file

    def __hash__(self) -> int:
        return hash(self.file)


PREFECTURES = CodeList("prefectures")
KINDS = CodeList("organization_kinds")
PHASES = CodeList("phases")
INDUSTRIES = CodeList("industries")
AREAS = CodeList("capability_areas")
ACTIVITIES = CodeList("activities")
PROCESS_PHASES = CodeList("process_phases")
BANK_STEPS = CodeList("bank_steps")
BPO_AREAS = CodeList("bpo_areas")
CREDENTIALS = CodeList("credentials")
STAGES = CodeList("digital_stages")
DEMAND_LAYERS = CodeList("demand_layers")
TLP_LABELS = CodeList("tlp_labels")
SIZE_BANDS = CodeList("size_bands")
LEVELS = CodeList("rating_levels")
LISTS = {
    codes.file: codes
    for codes in (
        PREFECTURES,
        KINDS,
        PHASES,
        INDUSTRIES,
        AREAS,
        ACTIVITIES,
        PROCESS_PHASES,
        BANK_STEPS,
        BPO_AREAS,
        CREDENTIALS,
        STAGES,
        DEMAND_LAYERS,
        TLP_LABELS,
        SIZE_BANDS,
        LEVELS,
    )
}


@cache
def industry_majors() -> dict[str, Code]:
    """The JSIC majors A to T."""
    return {code: entry for code, entry in INDUSTRIES.items() if not entry.fields["parent"]}


def validate_industry_major(code: str) -> None:
    """Raise ValidationError unless the code is a JSIC major."""
    if code not in industry_majors():
        raise ValidationError(
            _("業種「%(code)s」は日本標準産業分類の大分類（A〜T）ではありません。") % {"code": code},
            code="unknown_code",
        )


@cache
def primary_doctor_kinds() -> frozenset[str]:
    """Kinds expected to take the lead beside a company (主治医)."""
    return frozenset(code for code, entry in KINDS.items() if entry.fields["primary_doctor"] == "1")


@cache
def prefecture_links() -> list[tuple[str, str]]:
    """The edges of the prefecture graph."""
    return [(row["a"], row["b"]) for row in rows("prefecture_adjacency")]


@cache
def region_grouping(name: str) -> dict[str, str]:
    """Region code by prefecture in one named grouping (`statistics` or `meti_bureau`)."""
    return {row["prefecture"]: row["region"] for row in rows("region_groupings") if row["grouping"] == name}
