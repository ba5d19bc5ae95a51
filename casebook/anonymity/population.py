"""How many companies fit what a case tells of its client: counted where somebody counted, else bounded from above."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from casebook.models import Case, EstablishmentCount, Grant
from casebook.writing.content import Content
from network.access import Reader
from network.codes import INDUSTRIES, PREFECTURES, SIZE_BANDS, rows
from network.models import Municipality


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of company in a place: `town` is a municipality's code, and empty parts mean all of them."""

    prefecture: str
    town: str
    industry: str
    size_band: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many companies fit. `count` is None where nobody counted; where `exact` is False it is an upper bound, and
    the true number may be far below."""

    count: int | None
    exact: bool
    words: str
    source: str = ""

    def is_below(self, k: int) -> bool:
        """True where certainly fewer fit: even an upper bound is smaller."""
        return self.count is not None and self.count < k

    def reaches(self, k: int) -> bool:
        """True where certainly as many fit."""
        return self.exact and self.count is not None and self.count >= k


@dataclass(frozen=True)
class Counts:
    """What is known around one content: the counted cells, each with its source, and the names of the towns."""

    cells: Mapping[Cell, tuple[int, str]]
    towns: Mapping[str, str]
    parent: str = ""
    """The city of which the town is a ward."""

    @classmethod
    def around(cls, content: Content) -> "Counts":
        """Two queries."""
        town = Municipality.objects.select_related("parent").filter(pk=content.municipality or "").first()
        codes = {town.pk: town.name} if town else {}
        parent = town.parent if town else None
        if parent:
            codes[parent.pk] = parent.name
        place = Q(municipality__in=list(codes)) | Q(municipality__isnull=True)
        found = EstablishmentCount.objects.filter(
            place,
            prefecture=town.prefecture if town else content.prefecture,
            industry__in={content.industry, ""},
            size_band__in={content.size_band, ""},
        )
        cells = {
            Cell(row.prefecture, row.municipality_id or "", row.industry, row.size_band): (
                row.count,
                _("%(source)s（%(as_of)s）") % {"source": row.source, "as_of": row.as_of},
            )
            for row in found
        }
        return cls(cells, codes, parent.pk if parent else "")

    def estimate(self, content: Content) -> Estimate:
        """The count of exactly this; else the smallest of those that contain it, the prefecture's corporations last."""
        wanted = Cell(content.prefecture, content.municipality or "", content.industry, content.size_band)
        if wanted in self.cells:
            count, source = self.cells[wanted]
            return Estimate(count, True, _("%(what)sは%(count)s社です") % self._said(wanted, count), source)
        wider = [(count, cell, source) for cell, (count, source) in self.cells.items() if self._contains(cell, wanted)]
        if not wider and content.prefecture in corporations():
            whole = Cell(content.prefecture, "", "", "")
            wider = [(corporations()[content.prefecture], whole, _("都道府県別の法人数"))]
        if not wider:
            return Estimate(None, False, _("該当する会社の数は分かりません"))
        count, cell, source = min(wider, key=lambda found: found[0])
        said = _("該当する会社の数は分かりません（%(what)sで%(count)s社）") % self._said(cell, count)
        return Estimate(count, False, said, source)

    def _contains(self, cell: Cell, wanted: Cell) -> bool:
        return (
            cell.prefecture == wanted.prefecture
            and cell.town in {wanted.town, "", *([self.parent] if wanted.town and self.parent else [])}
            and cell.industry in {wanted.industry, ""}
            and cell.size_band in {wanted.size_band, ""}
        )

    def _said(self, cell: Cell, count: int) -> dict[str, str]:
        parts = [
            self.towns.get(cell.town) or PREFECTURES.name(cell.prefecture),
            INDUSTRIES.name(cell.industry) if cell.industry else _("全業種"),
            SIZE_BANDS.name(cell.size_band) if cell.size_band else _("全規模"),
        ]
        return {"what": " · ".join(parts), "count": f"{count:,}"}


def population(content: Content) -> Estimate:
    """How many companies fit the content's municipality, industry and size."""
    return Counts.around(content).estimate(content)


def companions(contents: Mapping[str, Content], *, reader: Reader, case: Case | None) -> dict[str, int]:
    """By name, how many other cases of the casebook tell the same of their client as each of the contents. One query.

    Only cases that the reader may read count, and only those that are open to others: what nobody reads hides nobody.
    """
    opened = Grant.objects.in_force().filter(section__case=OuterRef("pk"))
    cases = Case.objects.visible_to(reader).open_to_others().filter(Exists(opened)).order_by()
    if case:
        cases = cases.exclude(pk=case.pk)
    columns = {f"column_{number}": content for number, content in enumerate(contents.values())}
    counts = cases.aggregate(**{name: Count("pk", filter=_alike(content)) for name, content in columns.items()})
    return dict(zip(contents, counts.values(), strict=True))


def _alike(content: Content) -> Q:
    """Cases that tell of place, industry, size and year what the content tells; what it leaves open may be anything."""
    told: dict[str, str | int | None] = {
        "prefecture": content.prefecture,
        "municipality": content.municipality,
        "industry": content.industry,
    }
    told |= {"size_band": content.size_band, "year": content.year}
    return Q(**{name: value for name, value in told.items() if value}) if any(told.values()) else Q(pk__isnull=False)


@cache
def corporations() -> dict[str, int]:
    """法人数 by prefecture."""
    return {row["jis_code"]: int(row["corporations"]) for row in rows("prefecture_figures")}
