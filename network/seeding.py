"""Puts the vocabulary files into their tables after each `migrate`, so a fresh database is usable at once."""

import hashlib
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from network.codes import DATA, rows
from network.models import Capability, Lab, LabArea, Municipality, VocabularyVersion

FILES = ("municipalities", "capabilities", "labs")


def seed_vocabularies(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Create or update municipalities, capabilities and labs from `data/`; quick when nothing changed.

    Entries that left a file stay in the table: records may point at them.
    """
    fingerprint = hashlib.sha256(b"".join((DATA / f"{name}.csv").read_bytes() for name in FILES)).hexdigest()
    if VocabularyVersion.objects.using(using).filter(fingerprint=fingerprint).exists():
        return
    with transaction.atomic(using=using):
        _seed_municipalities(using)
        _seed_capabilities(using)
        _seed_labs(using)
        VocabularyVersion.objects.using(using).all().delete()
        VocabularyVersion.objects.using(using).create(fingerprint=fingerprint)


def _seed_municipalities(using: str) -> None:
    """Rows first, then what they say of each other: a ward may stand before its city in the file."""
    table = rows("municipalities")
    plain = ["check_digit", "prefecture", "district", "name", "kana", "kind"]
    places = [
        Municipality(code=row["code"], retired_on=row["retired_on"] or None, **{name: row[name] for name in plain})
        for row in table
    ]
    Municipality.objects.using(using).bulk_create(
        places, update_conflicts=True, unique_fields=["code"], update_fields=[*plain, "retired_on"], batch_size=500
    )
    linked = [
        Municipality(code=row["code"], parent_id=row["parent"] or None, successor_id=row["successor"] or None)
        for row in table
        if row["parent"] or row["successor"]
    ]
    Municipality.objects.using(using).bulk_update(linked, ["parent", "successor"], batch_size=200)


def _seed_capabilities(using: str) -> None:
    entries = [
        Capability(
            code=row["code"],
            area=row["area"],
            name_ja=row["name_ja"],
            name_en=row["name_en"],
            definition=row["definition_ja"],
            definition_en=row["definition_en"],
            synonyms=[word for word in row["synonyms"].split("|") if word],
            phases=[phase for phase in row["phases"].split("|") if phase],
            order=order,
        )
        for order, row in enumerate(rows("capabilities"))
    ]
    fields = ["area", "name_ja", "name_en", "definition", "definition_en", "synonyms", "phases", "order"]
    Capability.objects.using(using).bulk_create(
        entries, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def _seed_labs(using: str) -> None:
    table = rows("labs")
    fields = ["prefecture", "bureau", "round", "selected_on"]
    Lab.objects.using(using).bulk_create(
        [Lab(name=row["name"], **{name: row[name] for name in fields}) for row in table],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=fields,
    )
    labs = Lab.objects.using(using).in_bulk([row["name"] for row in table], field_name="name")
    areas = [
        LabArea(lab=labs[row["name"]], prefecture=area[:2], municipality_id=area if len(area) == 5 else None)
        for row in table
        for area in row["areas"].split("|")
    ]
    LabArea.objects.using(using).filter(lab__in=labs.values()).delete()
    LabArea.objects.using(using).bulk_create(areas)
