"""Files of a case: put beside the draft, described, taken away.

A file is part of the text: consents cover it, a second person reads it, and it goes live when the text does.
"""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.actions.base import edited, written
from casebook.actions.writing import begin_revision
from casebook.files.checking import MAX_BYTES, Checked, checked, too_long
from casebook.files.refusing import refused
from casebook.files.scanning import scan
from casebook.models import Attachment, Case, Draft
from casebook.signals import case_changed
from casebook.vocabulary import DraftState
from network.actions.base import still_there
from network.models import User

MAX_FILES = 20
"""Of one case."""
UNTYPED = {"case", "file", "uploaded_by"}
"""Nobody typed these."""


def attach(case: Case, *, upload: UploadedFile[Any], section: str, description: str = "", by: User) -> Attachment:
    """Take a file into the draft of a case, for the readers of that section; a draft is begun where there is none.

    Raises PermissionDenied unless `by` may write it, ValidationError for a file that no case takes, InfectedError,
    ScannerAwayError. What is refused is not stored. Not atomic as a whole: nobody waits for rows while a file is looked
    into.
    """
    if not Case.objects.writable_by(by).contains(case):
        raise PermissionDenied
    name = str(upload.name)
    if (upload.size or 0) > MAX_BYTES:
        raise too_long(name)
    content = upload.read()
    file = checked(name, content)
    scan(content)
    attachment = _new(case, file, section, description, by)
    attachment.file.save(file.name, ContentFile(file.content), save=False)
    try:
        _add(attachment, by)
    except BaseException:
        attachment.file.storage.delete(str(attachment.file.name))
        raise
    return attachment


def _new(case: Case, file: Checked, section: str, description: str, by: User) -> Attachment:
    attachment = Attachment(
        case=case,
        section=section,
        name=file.name,
        description=description.strip(),
        content_type=file.content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        uploaded_by=by,
    )
    attachment.full_clean(exclude=UNTYPED)
    return attachment


@transaction.atomic
def _add(attachment: Attachment, by: User) -> None:
    current = written(attachment.case, by=by)
    present = current.attachments.all()
    if present.count() >= MAX_FILES:
        said = _("添付は1つの事例に%(limit)d個までです。使わないものを外してから追加してください。")
        raise ValidationError(said % {"limit": MAX_FILES})
    if present.filter(section=attachment.section, sha256=attachment.sha256).exists():
        raise refused(attachment.name, _("「%(name)s」と同じファイルが、すでにこの節にあります。"))
    attachment.save()
    begin_revision(current, by=by)
    _rewritten(current, by)


@transaction.atomic
def describe_file(attachment: Attachment, *, description: str, by: User) -> Attachment:
    """Say what a file shows: what stands for a picture where it is not seen.

    Raises PermissionDenied, ConflictError where it is gone, ValidationError; also for a published file, whose
    description was read and consented to as it is.
    """
    case = written(attachment.case, by=by)
    current = still_there(case.attachments.all(), attachment.pk)
    if current.live:
        said = _("公開中のファイルの説明は変えられません。新しい説明で追加し直し、いまのものを外してください。")
        raise ValidationError({"description": said})
    current.description = description.strip()
    current.full_clean(exclude=UNTYPED)
    current.save(update_fields=["description"])
    _rewritten(case, by)
    return current


@transaction.atomic
def detach(attachment: Attachment, *, by: User) -> None:
    """Take a file away for good; the stored one goes once that is sure.

    Raises PermissionDenied unless `by` may write the case; for a published file, unless `by` edits its owner.
    ConflictError where it is gone already.
    """
    case = written(attachment.case, by=by)
    current = still_there(case.attachments.all(), attachment.pk)
    if current.live:
        edited(case, by=by)
    current.delete()
    _rewritten(case, by)
    if current.live:
        case_changed.send(sender=Case, case=case)


def _rewritten(case: Case, by: User) -> None:
    """The draft has another writer, who will not be its second reader; what somebody was given to review is no longer
    what there is."""
    draft = Draft.objects.filter(case=case).first()
    if draft is None:
        return
    if draft.state != DraftState.WRITING:
        draft.state, draft.revision = DraftState.WRITING, draft.revision + 1
    draft.writers = sorted({*draft.writers, by.pk})
    draft.saved_at, draft.saved_by = timezone.now(), by
    draft.save(update_fields=["state", "revision", "writers", "saved_at", "saved_by"])
