"""The one door to the virus scanner: clamd's INSTREAM over a socket, where one is set up (CLAMAV_ADDRESS)."""

import logging
import socket
import struct

from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""For each answer of the scanner: somebody waits."""
PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class InfectedError(Exception):
    """The scanner found something."""


class ScannerAwayError(Exception):
    """Nobody can say whether the file is clean."""


def scan(content: bytes) -> None:
    """Raises InfectedError, or ScannerAwayError where the scanner cannot be asked or does not answer properly. Without
    a scanner set up it says nothing."""
    if not settings.CLAMAV_ADDRESS:
        return
    try:
        answer = _asked(settings.CLAMAV_ADDRESS, content)
    except (OSError, ValueError) as error:
        logger.warning("clamav: %s does not answer: %s", settings.CLAMAV_ADDRESS, error)
        raise ScannerAwayError from error
    if answer.endswith(" FOUND"):
        logger.warning("clamav: refused an upload: %s", answer)
        raise InfectedError
    if answer != "stream: OK":
        logger.warning("clamav: answered %r", answer)
        raise ScannerAwayError


def _asked(address: str, content: bytes) -> str:
    with _connected(address) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            scanner.sendall(struct.pack("!L", len(piece)) + piece)
        scanner.sendall(struct.pack("!L", 0))
        return _answer(scanner)


def _answer(scanner: socket.socket) -> str:
    """Up to the NUL that ends it."""
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        more = scanner.recv(LONGEST_ANSWER)
        if not more:
            break
        heard += more
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    """A socket of `host:port` (or `tcp://host:port`), or of a path (or `unix:/path`)."""
    path = address.removeprefix("unix:").removeprefix("//") if address.startswith("unix:") else address
    if path.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            scanner.settimeout(SECONDS)
            scanner.connect(path)
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _colon, port = address.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
