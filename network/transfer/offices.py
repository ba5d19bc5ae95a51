"""Offices of organizations in a file: the full set of an organization's, told apart by their names."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from network.history.record import Difference, difference, office_value
from network.models import Office, OfficeArea, Organization
from network.office_values import phone_number
from network.postal import postal_code
from network.transfer.labs import area_rows
from network.transfer.shapes import Check, Refusal, Shape, distinct, flag, nullable, refuse, text, validated
from network.transfer.values import one_place
from network.transfer.writing import batched


def offices_shape(prefecture: Check, municipality: Check, prefecture_of: Mapping[str, str], area: Check) -> Check:
    """A list of offices no two of which have the same name; `area` checks a service area."""
    office = Shape(
        required={"name": text(80)},
        optional={
            "postal_code": _postal_code,
            "prefecture": prefecture,
            "municipality": nullable(municipality),
            "address": text(200, blank=True),
            "phone": _phone,
            "on_site": flag,
            "service_area": area,
        },
        make=lambda fields: _office(one_place(prefecture_of)(fields), prefecture_of),
    )
    return distinct(office, by=lambda fields: fields["name"], field="name")


def _postal_code(value: Any) -> str:
    written: str = text(20, blank=True)(value)
    found = postal_code(written) if written else ""
    if found is None:
        raise refuse(_("郵便番号は7桁の数字で書いてください（例: 4328003）。"))
    return found


def _phone(value: Any) -> str:
    return str(validated(phone_number, text(40, blank=True)(value)))


def _office(fields: dict[str, Any], prefecture_of: Mapping[str, str]) -> dict[str, Any]:
    """Every column, where the line is silent by its default; a municipality says its prefecture."""
    municipality, area = fields.get("municipality"), fields.get("service_area", {})
    prefecture = prefecture_of[municipality] if municipality else fields.get("prefecture")
    if prefecture is None:
        raise Refusal(("prefecture", _("必須です。municipality か prefecture のどちらかを書いてください。")))
    if not (fields.get("on_site", True) or area.get("remote", False)):
        said = _("訪問（on_site）と遠隔（service_area の remote）の少なくとも一方を true にしてください。")
        raise Refusal(("on_site", said))
    return {
        "name": fields["name"],
        "postal_code": fields.get("postal_code", ""),
        "prefecture": prefecture,
        "municipality_id": municipality,
        "address": fields.get("address", ""),
        "phone": fields.get("phone", ""),
        "on_site": fields.get("on_site", True),
        "remote": area.get("remote", False),
        "nationwide": area.get("nationwide", False),
        "areas": frozenset(area_rows(area.get("prefectures", []) + area.get("municipalities", []))),
    }


class Offices:
    """Per batch: `load` what there is, `replace` by what there shall be, `flush`, and hear what `differs`."""

    def __init__(self) -> None:
        self._present: dict[int, dict[str, Office]] = {}
        self._wanted: list[tuple[Organization, list[dict[str, Any]]]] = []

    def load(self, owners: Collection[int]) -> None:
        self._present = {owner: {} for owner in owners}
        rows = Office.objects.filter(organization__in=owners).prefetch_related("service_areas").order_by("name", "pk")
        for office in rows:
            self._present[office.organization_id][office.name] = office

    def of(self, owner: Organization) -> list[dict[str, object]]:
        """The loaded offices of an organization as they stand in a line, by name."""
        return [_line(office) for _name, office in sorted(self._present.get(owner.pk, {}).items())]

    def replace(self, owner: Organization, lines: list[dict[str, Any]]) -> bool:
        """Notes what has to change, and says whether anything has to. A new owner is saved before `flush`."""
        present = self._present.get(owner.pk, {})
        same = present.keys() == {line["name"] for line in lines}
        if same and all(_said(present[line["name"]]) == line for line in lines):
            return False
        self._wanted.append((owner, lines))
        return True

    def flush(self) -> dict[int, Difference]:
        """Writes what `replace` noted; returns what differs now, by organization and path of the history."""
        before = {owner.pk: _snapshot(self._present.get(owner.pk, {}).values()) for owner, _lines in self._wanted}
        for owner, lines in self._wanted:
            self._write(owner, lines)
        self._wanted = []
        self.load(before)
        return {pk: difference(said, _snapshot(self._present[pk].values())) for pk, said in before.items()}

    def _write(self, owner: Organization, lines: list[dict[str, Any]]) -> None:
        present = self._present.get(owner.pk, {})
        gone = [office.pk for name, office in present.items() if name not in {line["name"] for line in lines}]
        for pks in batched(gone):
            Office.objects.filter(pk__in=pks).delete()
        for line in lines:
            columns = {name: value for name, value in line.items() if name != "areas"}
            office = present.get(line["name"])
            if office is None:
                office = Office.objects.create(organization_id=owner.pk, **columns)
            elif _said(office) != line:
                Office.objects.filter(pk=office.pk).update(**columns, version=office.version + 1)
            else:
                continue
            OfficeArea.objects.filter(office=office).delete()
            rows = [
                OfficeArea(office=office, prefecture=prefecture, municipality_id=municipality)
                for prefecture, municipality in sorted(line["areas"], key=str)
            ]
            OfficeArea.objects.bulk_create(rows)


def _snapshot(offices: Collection[Office]) -> dict[str, Any]:
    return {f"office.{office.pk}": office_value(office) for office in offices}


def _said(office: Office) -> dict[str, Any]:
    """What a line that changes nothing says, as `offices_shape` reads it."""
    columns = ("name", "postal_code", "prefecture", "municipality_id", "address", "phone", "on_site", "remote")
    areas = frozenset((area.prefecture, area.municipality_id) for area in office.service_areas.all())
    return {**{name: getattr(office, name) for name in columns}, "nationwide": office.nationwide, "areas": areas}


def _line(office: Office) -> dict[str, object]:
    value = office_value(office)
    return {
        **{name: value[name] for name in ("name", "postal_code", "prefecture", "municipality", "address", "phone")},
        "on_site": office.on_site,
        "service_area": {name: value[name] for name in ("prefectures", "municipalities", "nationwide", "remote")},
    }
