"""Organizations as lines of a network file."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from network.models import Capability, Lab, Organization
from network.transfer.experts import Experts
from network.transfer.offices import Offices
from network.transfer.organizations import industries, joined_labs, ratings, service_areas

Exported = dict[str, object]
"""One line before it becomes text."""


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class OrganizationLines:
    """Makes lines of organizations, with everything that belongs to them, a batch at a time."""

    def __init__(self) -> None:
        self.capabilities = dict(Capability.objects.values_list("pk", "code"))
        self.lab_names = dict(Lab.objects.values_list("pk", "name"))
        self.ratings, self.industries = ratings(), industries()
        self.areas, self.labs = service_areas(), joined_labs()
        self.offices, self.experts = Offices(), Experts({})

    def of(self, pks: list[int]) -> Iterator[Exported]:
        for children in (self.ratings, self.industries, self.areas, self.labs, self.offices, self.experts):
            children.load(pks)
        records = Organization.objects.in_bulk(pks)
        for pk in pks:
            if pk in records:
                yield self._line(records[pk])

    def _line(self, record: Organization) -> Exported:
        return {
            "type": "organization",
            "id": record.external_id,
            "name": record.name,
            "kana": record.kana,
            "kind": record.kind,
            "corporate_number": record.corporate_number,
            "prefecture": record.prefecture,
            "municipality": record.municipality_id,
            "about": record.about,
            "website": record.website,
            "contact_email": record.contact_email,
            "contact_phone": record.contact_phone,
            "weakness_audience": record.weakness_audience,
            "service_area": self._service_area(record),
            "offices": self.offices.of(record),
            "experts": self.experts.of(record),
            "industries": sorted(code for (code,) in self.industries.of(record)),
            "capacity": {
                "status": record.capacity_status,
                "slots": record.capacity_slots,
                "until": iso(record.capacity_until),
            },
            "labs": sorted(self.lab_names[pk] for (pk,) in self.labs.of(record)),
            "lead_suitability": record.stated_lead_suitability,
            "max_requirements": record.stated_max_requirements,
            "availability": record.stated_availability,
            "exposure": record.stated_exposure,
            "ratings": self._ratings(record),
            "ties_declared": record.ties_declared,
            "active": record.is_active,
        }

    def _service_area(self, record: Organization) -> Exported:
        areas = self.areas.of(record)
        return {
            "prefectures": sorted(prefecture for prefecture, municipality in areas if municipality is None),
            "municipalities": sorted(municipality for _prefecture, municipality in areas if municipality),
            "nationwide": record.nationwide,
            "remote": record.remote,
        }

    def _ratings(self, record: Organization) -> list[Exported]:
        declared = {self.capabilities[pk]: values for (pk,), values in self.ratings.of(record).items()}
        return [self._rating(code, *declared[code]) for code in sorted(declared)]

    def _rating(self, code: str, *values: Any) -> Exported:
        level, stance, note, evidence, confirmed_at, confidence = values
        return {
            "capability": code,
            "level": level,
            "stance": stance,
            "note": note,
            "confirmed_at": timezone.localtime(confirmed_at).isoformat() if confirmed_at else None,
            "evidence": evidence,
            "confidence": confidence,
        }
