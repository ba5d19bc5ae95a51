"""Stored files that no row names: what a process left that died between storing and committing."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from casebook.models import Attachment

FOLDER = "casebook"
GRACE = timedelta(days=1)
"""A younger file may belong to a row that is about to be committed."""


def sweep() -> int:
    """Removes them; returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    swept = 0
    for folder in default_storage.listdir(FOLDER)[0]:
        place = f"{FOLDER}/{folder}"
        known = set(Attachment.objects.filter(file__startswith=f"{place}/").values_list("file", flat=True))
        for name in (f"{place}/{file}" for file in default_storage.listdir(place)[1]):
            if name not in known and default_storage.get_modified_time(name) < timezone.now() - GRACE:
                default_storage.delete(name)
                swept += 1
    return swept
