"""Writes organizations with their ratings, industries, areas and labs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from network.history.record import PLAIN, Difference, Snapshot, capacity_value, difference, place_value
from network.models import Organization, OrganizationIndustry, Rating, ServiceArea
from network.transfer.counts import Tally
from network.transfer.experts import Experts
from network.transfer.known import Known
from network.transfer.labs import area_rows
from network.transfer.ledger import Ledger
from network.transfer.network_lines import RatingLine
from network.transfer.offices import Offices
from network.transfer.reading import TELL_EVERY, Line
from network.transfer.writing import BATCH, Children, Key, Say, Values, batched, save_all, set_fields
from network.vocabulary import CapacityStatus, Stance

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
    "website": "website",
    "contact_email": "contact_email",
    "contact_phone": "contact_phone",
    "weakness_audience": "weakness_audience",
    "ties_declared": "ties_declared",
    "active": "is_active",
}
"""Columns that take a field of a line as it is."""

CONFIRMATION = frozenset({"last_confirmed_at"})
"""What follows from the ratings: no part of the description whose versions are counted."""


def ratings() -> Children:
    return Children(
        Rating,
        owner="organization_id",
        key=("capability_id",),
        values=("level", "stance", "note", "evidence", "confirmed_at", "stated_confidence"),
        cleared=("confirmed_by_id",),
        counter="version",
    )


def industries() -> Children:
    return Children(OrganizationIndustry, owner="organization_id", key=("industry",))


def service_areas() -> Children:
    return Children(ServiceArea, owner="organization_id", key=("prefecture", "municipality_id"))


def joined_labs() -> Children:
    return Children(Organization.labs.through, owner="organization_id", key=("lab_id",))


class OrganizationWriter:
    """Writes organization lines batch by batch, and notes in the ledger what changed."""

    def __init__(self, known: Known, ledger: Ledger) -> None:
        self.known, self.ledger, self.now = known, ledger, ledger.at
        self.tally = Tally()
        self.ratings, self.industries = ratings(), industries()
        self.areas, self.labs = service_areas(), joined_labs()
        self.offices, self.experts = Offices(), Experts(known.users)
        self.capability_codes = {pk: code for code, pk in known.capabilities.items()}
        self.lab_names = {pk: name for name, pk in known.labs.items()}
        self.released: dict[str, str] = {}
        """法人番号 that were let go of, by external id."""

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
        self.released = {id_: number for id_ in leaving if (number := stored[id_])}
        for ids in batched(leaving):
            Organization.objects.filter(external_id__in=ids).update(corporate_number=None)

    def _write_batch(self, lines: list[dict[str, Any]]) -> None:
        present = Organization.objects.in_bulk([line["id"] for line in lines], field_name="external_id")
        sets = (self.ratings, self.industries, self.areas, self.labs)
        for children in (*sets, self.offices, self.experts):
            children.load([organization.pk for organization in present.values()])
        created, changed, fields = [], [], {"updated_at"}
        noted: dict[int, Difference] = {}
        for line in lines:
            old = present.get(line["id"])
            record = old or Organization(external_id=line["id"])
            if old:
                old.corporate_number = self.released.get(line["id"], old.corporate_number)
            before, rated = (self._said(old), self.ratings.of(old)) if old else ({}, {})
            different = set_fields(record, self._columns(line, record))
            differs = self._replace_sets(line, record, different) or bool(different)
            self.tally.count(created=old is None, changed=differs)
            if old is None:
                created.append(record)
            elif differs:
                record.updated_at = self.now
                changes = difference(before, self._said(old))
                if different - CONFIRMATION or changes:
                    record.version += 1
                    fields.add("version")
                noted[record.pk] = changes | self._rated(rated, self.ratings.of(old))
                fields |= different
                changed.append(record)
        save_all(Organization, created=created, changed=changed, fields=fields)
        self.known.organizations |= {record.external_id: record.pk for record in created}
        for children in sets:
            children.flush()
        self.ledger.created(created)
        self.ledger.note(noted)
        stored = {organization.pk for organization in present.values()}
        for hanging in (self.offices.flush(), self.experts.flush()):
            self.ledger.note({pk: said for pk, said in hanging.items() if pk in stored})

    def _said(self, record: Organization) -> Snapshot:
        """What the record says beside its ratings, in the words of the history."""
        areas = self.areas.of(record)
        return {
            **{name: getattr(record, name) for name in PLAIN},
            "active": record.is_active,
            "place": place_value(record),
            "capacity": capacity_value(record),
            "service_area": {
                "prefectures": sorted(prefecture for prefecture, municipality in areas if not municipality),
                "municipalities": sorted(municipality for _prefecture, municipality in areas if municipality),
                "nationwide": record.nationwide,
                "remote": record.remote,
            },
            "industries": sorted(code for (code,) in self.industries.of(record)),
            "labs": sorted(self.lab_names[pk] for (pk,) in self.labs.of(record)),
        }

    def _rated(self, before: Mapping[Key, Values], after: Mapping[Key, Values]) -> Difference:
        """What differs between two sets of ratings, in the words of the history."""
        different = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
        return {
            f"rating.{self.capability_codes[key[0]]}": [self._rating(before.get(key)), self._rating(after.get(key))]
            for key in different
        }

    def _rating(self, values: Values | None) -> dict[str, Any] | None:
        if values is None:
            return None
        said = dict(zip(self.ratings.values, values, strict=True))
        confirmed = said["confirmed_at"]
        return {
            "level": said["level"],
            "stance": said["stance"],
            "note": said["note"],
            "evidence": said.get("evidence", ""),
            "confirmed_at": confirmed.astimezone(UTC).isoformat() if confirmed else None,
        }

    def _columns(self, line: dict[str, Any], record: Organization) -> dict[str, Any]:
        columns = {column: line[name] for name, column in COLUMNS.items() if name in line}
        columns |= self._place(line, record)
        if "ties_declared" in line and line["ties_declared"] != record.ties_declared:
            columns["ties_declared_at"] = None if line["ties_declared"] is None else self.now
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

    def _replace_sets(self, line: dict[str, Any], record: Organization, different: set[str]) -> bool:
        differs = False
        if "ratings" in line:
            rows = self._rating_rows(line["ratings"], self.ratings.of(record))
            if self.ratings.replace(record, rows):
                differs = True
                different |= set_fields(record, {"last_confirmed_at": self._last_confirmed(rows)})
        if "industries" in line:
            differs |= self.industries.replace(record, {(code,): () for code in line["industries"]})
        if "service_area" in line:
            area = line["service_area"]
            codes = area.get("prefectures", []) + area.get("municipalities", [])
            differs |= self.areas.replace(record, area_rows(codes))
        if "labs" in line:
            differs |= self.labs.replace(record, {(self.known.labs[name],): () for name in line["labs"]})
        if "offices" in line:
            differs |= self.offices.replace(record, line["offices"])
        if "experts" in line:
            differs |= self.experts.replace(record, line["experts"])
        return differs

    def _last_confirmed(self, rows: Mapping[Key, Values]) -> datetime | None:
        """Of the lines that the whole network may see: a weakness must not move a date that stands on every list."""
        stance, confirmed = (self.ratings.values.index(name) for name in ("stance", "confirmed_at"))
        told = (values[confirmed] for values in rows.values() if values[stance] != Stance.WEAKNESS)
        return max((moment for moment in told if moment), default=None)

    def _rating_rows(self, lines: list[RatingLine], present: Mapping[Key, Values]) -> dict[Key, Values]:
        return {
            key: self._rating_row(line, present.get(key))
            for line in lines
            for key in [(self.known.capabilities[line.capability],)]
        }

    def _rating_row(self, line: RatingLine, before: Values | None) -> Values:
        """What a line leaves out about confirmation and confidence stays while the rest says the same.

        A new statement that leaves out both counts in full: files for tests and migrations speak in levels, and a
        stated value wins until the organization changes it.
        """
        said = (line.level, line.stance, line.note, line.evidence)
        unchanged = before if before and before[: len(said)] == said else None
        confirmed: datetime | None = unchanged[4] if unchanged else self.now
        if line.states_confirmation:
            confirmed = line.confirmed_at
        stated: float | None = None if line.states_confirmation else 1.0
        if unchanged and unchanged[4] == confirmed:
            stated = unchanged[5]
        if line.states_confidence:
            stated = line.confidence
        return (*said, confirmed, stated)
