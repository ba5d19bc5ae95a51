"""Files that come with a message: taken in by the rules of the casebook's files."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casebook.files.checking import MAX_BYTES, Checked, checked, too_long
from casebook.files.scanning import scan
from matching.models import Event, RoomFile

MOST = 5
"""Files of one message."""


def taken(uploads: Collection[UploadedFile[Any]]) -> list[Checked]:
    """The files as they may be stored. Raises ValidationError, InfectedError, ScannerAwayError; call it before the
    transaction: nobody waits for a number while a file is looked into."""
    if len(uploads) > MOST:
        said = _("ファイルは1つのメッセージに%(limit)d個までです。分けて送ってください。")
        raise ValidationError({"file": said % {"limit": MOST}})
    files = []
    for upload in uploads:
        if (upload.size or 0) > MAX_BYTES:
            raise too_long(str(upload.name))
        file = checked(str(upload.name), upload.read())
        scan(file.content)
        files.append(file)
    return files


def attach(event: Event, files: Collection[Checked]) -> None:
    """Store the files with their message; what is stored goes again where the rows cannot be written."""
    stored: list[RoomFile] = []
    try:
        for file in files:
            row = RoomFile(event=event, name=file.name, content_type=file.content_type, size=len(file.content))
            row.full_clean(exclude={"event", "file"})
            row.file.save(file.name, ContentFile(file.content), save=False)
            stored.append(row)
            row.save()
    except BaseException:
        for row in stored:
            row.file.storage.delete(str(row.file.name))
        raise


def digests(files: Collection[Checked]) -> list[list[str]]:
    """Name and SHA-256 of each: what makes two requests the same."""
    return [[file.name, hashlib.sha256(file.content).hexdigest()] for file in files]
