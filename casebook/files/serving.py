"""A stored file as an answer: shown by nobody's browser as anything but what it is, kept by no cache."""

import logging
from collections.abc import AsyncIterator
from typing import Any, Protocol

from asgiref.sync import sync_to_async
from django.http import FileResponse, Http404, HttpRequest

from casebook.models import Attachment, Section
from casebook.readlog import Excerpt, record
from casebook.vocabulary import LogAction

logger = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class StoredFile(FileResponse):
    """Read off the event loop as well; a file of a case is small enough to be held."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in await sync_to_async(self._parts)():
            yield part

    def _parts(self) -> list[bytes]:
        return list(iter(self))


class Stored(Protocol):
    """A row that names a checked file."""

    name: Any
    content_type: Any
    file: Any

    @property
    def is_image(self) -> bool: ...


def handed_over(attachment: Attachment, request: HttpRequest) -> StoredFile:
    """The file, written into the owner's log where it is not for everybody; to HEAD its head. Raises Http404 where the
    storage has lost it."""
    called = f"attachment {attachment.pk} of case {attachment.case_id}"
    answer = answer_with(attachment, request, called=called)
    if request.method == "HEAD":
        return answer
    try:
        _log(attachment, request)
    except BaseException:
        attachment.file.close()
        raise
    return answer


def answer_with(stored: Stored, request: HttpRequest, *, called: str) -> StoredFile:
    """The file, to who was found to have it; to HEAD its head. Raises Http404 where the storage has lost it. Only
    pictures, which were drawn anew, open in the browser; all else is saved."""
    try:
        content = stored.file.open("rb")
    except OSError:
        logger.exception("%s is not in the storage", called)
        raise Http404 from None
    answer = StoredFile(
        content,
        as_attachment=not stored.is_image,
        filename=stored.name,
        content_type=stored.content_type,
        headers=HEADERS,
    )
    if request.method == "HEAD":
        answer.streaming_content = iter(())
        content.close()
    return answer


def _log(attachment: Attachment, request: HttpRequest) -> None:
    """A picture inside a page is part of reading the page, which the log knows already."""
    section = Section.objects.filter(case=attachment.case_id, kind=attachment.section).first()
    if section is not None:
        shown: Any = Excerpt(attachment.case, [section])
        inside = request.headers.get("Sec-Fetch-Dest") == "image"
        record([shown], LogAction.DOWNLOAD, request.user, once_a_day=inside)
