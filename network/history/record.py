"""What a record says, path by path; what was done to it; and what it said on any day.

A snapshot is a flat mapping of paths to JSON values:

- `name`, `kana`, `kind`, `corporate_number`, `about`, `website`, `contact_email`, `contact_phone`, `active`,
  `weakness_audience`, `ties_declared`: the value as stored;
- `place` {prefecture, municipality}, `capacity` {status, slots, until},
  `service_area` {prefectures, municipalities, nationwide, remote}, `industries` [...], `labs` [...];
- `rating.<capability code>` {level, stance, note, evidence, confirmed_at};
- `office.<id>`, `expert.<id>`, `tie.<id>`, `partnership.<id>`, `member.<user id>`: a row each;
- `vouched.<capability code>.<organization's external id>` {level, on}.

A path that is absent stands for null. A `Change` holds [before, after] per path, so the record of any day follows
from today's by taking back, newest first, what was done since.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from network.models import Change, Evidence, Membership, Organization, Rating, User
from network.vocabulary import Deed, EvidenceKind

Snapshot = dict[str, Any]
Difference = dict[str, list[Any]]
"""[before, after] by path."""

PLAIN = (
    "name",
    "kana",
    "kind",
    "corporate_number",
    "about",
    "website",
    "contact_email",
    "contact_phone",
    "weakness_audience",
    "ties_declared",
)


def snapshot(organization: Organization) -> Snapshot:
    """The whole record as it stands in the database now."""
    record = Organization.objects.get(pk=organization.pk)
    found: Snapshot = {name: getattr(record, name) for name in PLAIN}
    found["active"] = record.is_active
    found["place"] = place_value(record)
    found["capacity"] = capacity_value(record)
    found["service_area"] = service_area_value(record)
    found["industries"] = sorted(record.industries.values_list("industry", flat=True))
    found["labs"] = sorted(record.labs.values_list("name", flat=True))
    for rating in record.ratings.select_related("capability"):
        found[f"rating.{rating.capability.code}"] = rating_value(rating)
    for office in record.offices.prefetch_related("service_areas"):
        found[f"office.{office.pk}"] = office_value(office)
    for expert in record.experts.prefetch_related("credentials"):
        found[f"expert.{expert.pk}"] = expert_value(expert)
    for tie in [*record.ties_as_first.all(), *record.ties_as_second.all()]:
        found[f"tie.{tie.pk}"] = tie_value(tie)
    for partnership in [*record.partnerships_as_first.all(), *record.partnerships_as_second.all()]:
        found[f"partnership.{partnership.pk}"] = partnership_value(partnership)
    for membership in record.memberships.select_related("user"):
        found[f"member.{membership.user_id}"] = member_value(membership)
    vouched = Evidence.objects.filter(organization=record, kind=EvidenceKind.PARTNER)
    for evidence in vouched.select_related("capability", "partner"):
        if evidence.partner:
            found[f"vouched.{evidence.capability.code}.{evidence.partner.external_id}"] = vouched_value(evidence)
    return {path: value for path, value in found.items() if value is not None}


def place_value(record: Organization) -> dict[str, Any]:
    return {"prefecture": record.prefecture, "municipality": record.municipality_id}


def capacity_value(record: Organization) -> dict[str, Any]:
    until = record.capacity_until
    return {
        "status": str(record.capacity_status),
        "slots": record.capacity_slots,
        "until": until.isoformat() if until else None,
    }


def service_area_value(record: Organization) -> dict[str, Any]:
    areas = record.service_areas.values_list("prefecture", "municipality_id")
    return {**_areas_value(areas), "nationwide": record.nationwide, "remote": record.remote}


def _areas_value(areas: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """Whole prefectures, and single municipalities."""
    rows = list(areas)
    return {
        "prefectures": sorted(prefecture for prefecture, municipality in rows if not municipality),
        "municipalities": sorted(municipality for _prefecture, municipality in rows if municipality),
    }


def rating_value(rating: Rating | None) -> dict[str, Any] | None:
    """One line of the capability grid; null where nothing is declared."""
    if rating is None:
        return None
    confirmed = rating.confirmed_at
    return {
        "level": rating.level,
        "stance": str(rating.stance),
        "note": rating.note,
        "evidence": rating.evidence,
        "confirmed_at": confirmed.isoformat() if confirmed else None,
    }


def office_value(office: Any) -> dict[str, Any]:
    areas = ((area.prefecture, area.municipality_id) for area in office.service_areas.all())
    plain = ("name", "postal_code", "prefecture", "address", "phone", "on_site", "remote", "nationwide")
    return {
        **{name: getattr(office, name) for name in plain},
        "municipality": office.municipality_id,
        **_areas_value(areas),
    }


def expert_value(expert: Any) -> dict[str, Any]:
    return {
        **{name: getattr(expert, name) for name in ("name", "kana", "title", "about")},
        "credentials": sorted(held.credential for held in expert.credentials.all()),
        "agreed_on": expert.agreed_on.isoformat() if expert.agreed_on else None,
    }


def tie_value(tie: Any) -> dict[str, Any]:
    return {
        "with": sorted([tie.first_id, tie.second_id]),
        "kind": str(tie.kind),
        "since": tie.since.isoformat() if tie.since else None,
        "until": tie.until.isoformat() if tie.until else None,
        "note": tie.note,
        "visibility": str(tie.visibility),
    }


def partnership_value(partnership: Any) -> dict[str, Any]:
    return {
        "with": sorted([partnership.first_id, partnership.second_id]),
        "state": str(partnership.state),
        "note": partnership.note,
        "since": partnership.since.isoformat() if partnership.since else None,
    }


def member_value(membership: Membership) -> dict[str, str]:
    return {"name": str(membership.user), "role": str(membership.role)}


def vouched_value(evidence: Evidence) -> dict[str, Any]:
    return {"level": evidence.level, "on": evidence.on.isoformat()}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What differs between two snapshots, or two parts of them."""
    paths = sorted(before.keys() | after.keys())
    return {path: [before.get(path), after.get(path)] for path in paths if before.get(path) != after.get(path)}


def note(organization: Organization, changes: Mapping[str, Any], *, deed: Deed, by: User | None) -> Change | None:
    """Write one entry of the history; nothing where nothing changed. Part of the caller's transaction."""
    changes = {path: list(pair) for path, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return None
    return Change.objects.create(
        organization=organization,
        at=timezone.now(),
        by=by,
        by_name=str(by)[:120] if by else "",
        deed=deed,
        changes=changes,
    )


def as_of(organization: Organization, moment: datetime) -> Snapshot | None:
    """The record as it stood at that moment; None before it was registered.

    Of a record that is older than the history, what nobody has changed since stands as it is today.
    """
    if organization.created_at > moment:
        return None
    found = snapshot(organization)
    later = organization.changes.filter(at__gt=moment).order_by("-at", "-pk").values_list("changes", flat=True)
    for changes in later.iterator(chunk_size=1000):
        for path, (before, _after) in changes.items():
            if before is None:
                found.pop(path, None)
            else:
                found[path] = before
    return found


def records_of(organization: Organization) -> list[int]:
    """The ids of the record itself and of every duplicate that went into it, and into those."""
    found = [organization.pk]
    newest = found
    while newest:
        merged = Organization.objects.filter(merged_into__in=newest).exclude(pk__in=found)
        newest = list(merged.order_by("pk").values_list("pk", flat=True))
        found += newest
    return found
