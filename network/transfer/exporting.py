"""The registry as lines of a network file: complete, without passwords, always in the same order.

Importing the lines changes nothing; importing them into an empty registry makes the same one.
"""

from collections.abc import Iterator

from network.codes import rows
from network.models import Capability, Collaboration, Lab, Organization, Tie, User
from network.transfer.labs import lab_areas
from network.transfer.organization_lines import Exported, OrganizationLines, iso
from network.transfer.people import facilitated_labs, memberships
from network.transfer.writing import batched

LAB_FIELDS = ("name", "prefecture", "bureau", "round", "selected_on")


def network_lines() -> Iterator[Exported]:
    """Custom capabilities, labs that differ from the built-in ones, organizations, collaborations, ties, people.

    Records that went into another one are left out: the other one stands for both.

    Sorted by code point, not by the database's collation: the same on every database.
    """
    ids = dict(Organization.objects.filter(merged_into=None).values_list("pk", "external_id"))
    yield from _capabilities()
    yield from _labs()
    yield from _organizations(ids)
    yield from _collaborations(ids)
    yield from _ties(ids)
    yield from _people(ids)


def _capabilities() -> Iterator[Exported]:
    for entry in sorted(Capability.objects.filter(is_custom=True), key=lambda entry: entry.code):
        yield {
            "type": "capability",
            "code": entry.code,
            "name_ja": entry.name_ja,
            "name_en": entry.name_en,
            "definition": entry.definition,
            "definition_en": entry.definition_en,
            "phases": entry.phases,
            "synonyms": entry.synonyms,
        }


def _labs() -> Iterator[Exported]:
    built_in = [
        _lab_line(Lab(**{field: row[field] for field in LAB_FIELDS} | {"round": int(row["round"])}), row["areas"])
        for row in rows("labs")
    ]
    labs = sorted(Lab.objects.all(), key=lambda lab: lab.name)
    areas = lab_areas()
    areas.load([lab.pk for lab in labs])
    for lab in labs:
        line = _lab_line(lab, "|".join(municipality or prefecture for prefecture, municipality in areas.of(lab)))
        if line not in built_in:
            yield line


def _lab_line(lab: Lab, areas: str) -> Exported:
    return {"type": "lab", **{field: getattr(lab, field) for field in LAB_FIELDS}, "areas": sorted(areas.split("|"))}


def _organizations(ids: dict[int, str]) -> Iterator[Exported]:
    reader = OrganizationLines()
    for pks in batched(sorted(ids, key=ids.__getitem__)):
        yield from reader.of(list(pks))


def _between(ids: dict[int, str], relation: Collaboration | Tie) -> list[str]:
    return sorted([ids[relation.first_id], ids[relation.second_id]])


def _known(ids: dict[int, str], relation: Collaboration | Tie) -> bool:
    """False for a relation of an organization that was added while the export runs."""
    return relation.first_id in ids and relation.second_id in ids


def _collaborations(ids: dict[int, str]) -> Iterator[Exported]:
    found = [entry for entry in Collaboration.objects.all() if _known(ids, entry)]
    for entry in sorted(found, key=lambda entry: _between(ids, entry)):
        yield {
            "type": "collaboration",
            "between": _between(ids, entry),
            "engagements": entry.engagements,
            "last": iso(entry.last),
            "strength": entry.stated_strength,
        }


def _ties(ids: dict[int, str]) -> Iterator[Exported]:
    found = [entry for entry in Tie.objects.all() if _known(ids, entry)]
    for entry in sorted(found, key=lambda entry: (_between(ids, entry), entry.kind)):
        yield {
            "type": "tie",
            "between": _between(ids, entry),
            "kind": entry.kind,
            "since": iso(entry.since),
            "until": iso(entry.until),
            "note": entry.note,
            "visibility": entry.visibility,
        }


def _people(ids: dict[int, str]) -> Iterator[Exported]:
    users = sorted(User.objects.all(), key=lambda user: user.email.lower())
    lab_names = dict(Lab.objects.values_list("pk", "name"))
    members, labs = memberships(), facilitated_labs()
    for batch in batched(users):
        pks = [user.pk for user in batch]
        members.load(pks)
        labs.load(pks)
        for user in batch:
            roles = {ids[pk]: role for (pk,), (role,) in members.of(user).items() if pk in ids}
            yield {
                "type": "person",
                "email": user.email.lower(),
                "name": user.name,
                "memberships": [{"organization": id_, "role": roles[id_]} for id_ in sorted(roles)],
                "labs": sorted(lab_names[pk] for (pk,) in labs.of(user)),
                "steward": user.is_steward,
                "active": user.is_active,
            }
