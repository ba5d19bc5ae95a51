"""How much a browser may send as files."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

MAX_BYTES = 10 * 1024 * 1024
MARK = "musubime.upload_too_large"


class BoundedUpload(FileUploadHandler):
    """Stops reading once a request's files are larger than any form takes; Django itself sets no limit.

    The view then finds no file, and `too_large` says why.
    """

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > MAX_BYTES and self.request is not None:
            self.request.META[MARK] = "1"
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None


def too_large(request: HttpRequest) -> bool:
    """True when a file of the request was cut off."""
    return MARK in request.META
