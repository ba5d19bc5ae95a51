"""A scanner that speaks clamd's protocol: INSTREAM in pieces with their length before them, one answer, good-bye."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Every scanner knows it, and it does nothing."""


class Asked(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        scanner: Scanner = self.server.scanner  # type: ignore[attr-defined]
        if scanner.silent:
            scanner.stopped.wait(5)
            return
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            if len(content) + length > scanner.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.rfile.read(length)
        scanner.seen.append(content)
        found = EICAR in content
        self.wfile.write(scanner.answer or (b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0"))


class Tcp(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Scanner:
    """`seen` are the files it was asked about; `answer` overrides what it says; `silent` makes it say nothing."""

    def __init__(self, server: socketserver.BaseServer, address: str) -> None:
        self.address, self.seen = address, list[bytes]()
        self.answer, self.silent, self.limit = b"", False, 25_000_000
        self.stopped = threading.Event()
        server.scanner = self  # type: ignore[attr-defined]


@contextmanager
def scanner(path: Path | None = None) -> Iterator[Scanner]:
    """On a free port of 127.0.0.1, or on a socket at `path`."""
    server = Unix(str(path), Asked) if path else Tcp(("127.0.0.1", 0), Asked)
    address = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
    running = Scanner(server, address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"
