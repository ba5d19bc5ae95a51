"""Stored files that no row names: what a process left that died between storing and committing."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from casebook.models import Attachment

FOLDER = "casebook"
GRACE = timedelta(days=1)
"""A younger file may belong to a row that is about to be committed."""
KEPT: dict[str, type[Model]] = {FOLDER: Attachment}
"""By folder the model whose field `file` names what belongs there; rooms above add theirs (`keep`) when they start."""


def keep(folder: str, model: type[Model]) -> None:
    """Have the files of this folder swept as well."""
    KEPT[folder] = model


def sweep() -> int:
    """Removes them; returns how many."""
    return sum(_sweep(folder, model) for folder, model in KEPT.items() if default_storage.exists(folder))


def _sweep(top: str, model: Any) -> int:
    swept = 0
    for folder in default_storage.listdir(top)[0]:
        place = f"{top}/{folder}"
        known = set(model._default_manager.filter(file__startswith=f"{place}/").values_list("file", flat=True))
        for name in (f"{place}/{file}" for file in default_storage.listdir(place)[1]):
            if name not in known and default_storage.get_modified_time(name) < timezone.now() - GRACE:
                default_storage.delete(name)
                swept += 1
    return swept
