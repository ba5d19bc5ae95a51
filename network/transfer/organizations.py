"""Writes organizations with their ratings, industries, areas and labs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Organization, OrganizationIndustry, Rating, ServiceArea
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.labs import area_rows
from network.transfer.network_lines import RatingLine
from network.transfer.reading import TELL_EVERY, Line
from network.transfer.writing import BATCH, Children, Key, Say, Values, batched, save_all, set_fields
from network.vocabulary import CapacityStatus

COLUMNS = {
    "name": "name",
    "kana": "kana",
    "kind": "kind",
    "corporate_number": "corporate_number",
    "about": "about",
    "lead_suitability": "stated_lead_suitability",
    "max_requirements": "stated_max_requirements",
    "availability": "stated_availability",
    "exposure": "stated_exposure",
    "active": "is_active",
}
"""Columns that take a field of a line as it is."""


def ratings() -> Children:
    return Children(
        Rating,
        owner="organization_id",
        key=("capability_id",),
        values=("level", "stance", "note", "confirmed_at"),
        cleared=("confirmed_by_id",),
    )


def industries() -> Children:
    return Children(OrganizationIndustry, owner="organization_id", key=("industry",))


def service_areas() -> Children:
    return Children(ServiceArea, owner="organization_id", key=("prefecture", "municipality_id"))


def joined_labs() -> Children:
    return Children(Organization.labs.through, owner="organization_id", key=("lab_id",))


class OrganizationWriter:
    """Writes organization lines batch by batch, and remembers which organizations changed."""

    def __init__(self, known: Known) -> None:
        self.known, self.now = known, timezone.now()
        self.tally = Tally()
        self.changed: list[Organization] = []
        self.ratings, self.industries = ratings(), industries()
        self.areas, self.labs = service_areas(), joined_labs()

    def write(self, lines: list[Line], say: Say) -> Tally:
        self._release_numbers(lines)
        for count, batch in enumerate(batched(lines), start=1):
            self._write_batch([line.fields for line in batch])
            if count * BATCH % TELL_EVERY == 0:
                say(_("機関を%(count)d件書き込みました") % {"count": count * BATCH})
        return self.tally

    def _release_numbers(self, lines: list[Line]) -> None:
        """Lets go of 法人番号 that will change, so that two organizations may swap theirs across batches."""
        stored = dict(
            Organization.objects.exclude(corporate_number=None).values_list("external_id", "corporate_number")
        )
        leaving = [
            line.fields["id"]
            for line in lines
            if line.fields["id"] in stored
            and line.fields.get("corporate_number", stored[line.fields["id"]]) != stored[line.fields["id"]]
        ]
        for ids in batched(leaving):
            Organization.objects.filter(external_id__in=ids).update(corporate_number=None)

    def _write_batch(self, lines: list[dict[str, Any]]) -> None:
        present = Organization.objects.in_bulk([line["id"] for line in lines], field_name="external_id")
        sets = (self.ratings, self.industries, self.areas, self.labs)
        for children in sets:
            children.load([organization.pk for organization in present.values()])
        created, changed, fields = [], [], {"updated_at"}
        for line in lines:
            old = present.get(line["id"])
            record = old or Organization(external_id=line["id"])
            different = set_fields(record, self._columns(line, record))
            differs = self._replace_sets(line, record) or bool(different)
            self.tally.count(created=old is None, changed=differs)
            if old is None:
                created.append(record)
            elif differs:
                record.updated_at = self.now
                fields |= different
                changed.append(record)
        save_all(Organization, created=created, changed=changed, fields=fields)
        self.known.organizations |= {record.external_id: record.pk for record in created}
        for children in sets:
            children.flush()
        self.changed += created + changed

    def _columns(self, line: dict[str, Any], record: Organization) -> dict[str, Any]:
        columns = {column: line[name] for name, column in COLUMNS.items() if name in line}
        columns |= self._place(line, record)
        if "service_area" in line:
            area = line["service_area"]
            columns |= {"nationwide": area.get("nationwide", False), "remote": area.get("remote", False)}
        if "capacity" in line:
            capacity = line["capacity"]
            accepts = CapacityStatus(capacity["status"]).accepts
            columns |= {
                "capacity_status": capacity["status"],
                "capacity_slots": capacity.get("slots", int(accepts)),
                "capacity_until": capacity.get("until"),
            }
        return columns

    def _place(self, line: dict[str, Any], record: Organization) -> dict[str, Any]:
        """A municipality says its prefecture; another prefecture alone makes the municipality unknown."""
        if municipality := line.get("municipality"):
            return {"municipality_id": municipality, "prefecture": self.known.municipalities[municipality]}
        prefecture = line.get("prefecture", record.prefecture)
        if "municipality" in line or prefecture != record.prefecture:
            return {"municipality_id": None, "prefecture": prefecture}
        return {}

    def _replace_sets(self, line: dict[str, Any], record: Organization) -> bool:
        differs = False
        if "ratings" in line:
            differs |= self.ratings.replace(record, self._rating_rows(line["ratings"], self.ratings.of(record)))
        if "industries" in line:
            differs |= self.industries.replace(record, {(code,): () for code in line["industries"]})
        if "service_area" in line:
            area = line["service_area"]
            codes = area.get("prefectures", []) + area.get("municipalities", [])
            differs |= self.areas.replace(record, area_rows(codes))
        if "labs" in line:
            differs |= self.labs.replace(record, {(self.known.labs[name],): () for name in line["labs"]})
        return differs

    def _rating_rows(self, lines: list[RatingLine], present: Mapping[Key, Values]) -> dict[Key, Values]:
        rows: dict[Key, Values] = {}
        for line in lines:
            key = (self.known.capabilities[line.capability],)
            said = (line.level, line.stance, line.note)
            before = present.get(key)
            confirmed: datetime | None = self.now
            if line.states_confirmation:
                confirmed = line.confirmed_at
            elif before and before[:3] == said:
                confirmed = before[3]
            rows[key] = (*said, confirmed)
        return rows
