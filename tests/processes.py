"""Programs that run beside a test: started, waited for, and surely ended, whatever ends the test."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

START_SECONDS = 60
STOP_SECONDS = 10
ATTEMPTS = 3


class ServerFailed(Exception):  # noqa: N818
    """The program ended or stayed silent before it answered; the message holds the end of what it printed."""


class Terminated(KeyboardInterrupt):
    """SIGTERM came; unwinds like Ctrl-C, but our children have not heard of it."""


@contextmanager
def serving(
    command: Callable[[int], Sequence[str | Path]],
    answers: Callable[[int], None],
    folder: Path,
    *,
    stop: Sequence[signal.Signals] = (signal.SIGTERM,),
    environment: dict[str, str] | None = None,
    account: dict[str, Any] | None = None,
) -> Iterator[int]:
    """Runs command(port) in `folder` until the block ends; yields the port once answers(port) raises no OSError.

    A free port can be taken between our look and the server's: then it is tried again with another one.
    """
    log = folder / "output"
    for _ in range(ATTEMPTS):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*dies_with_us(), *command(port)],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(account or {}),
            )
        try:
            if wait_until_it_answers(process, answers, port):
                yield port
                return
        finally:
            end(process, stop)
    raise ServerFailed(log.read_text(errors="replace")[-2000:])


def wait_until_it_answers(process: subprocess.Popen[bytes], answers: Callable[[int], None], port: int) -> bool:
    """False when the process ended first; ServerFailed when START_SECONDS were not enough."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        with suppress(OSError):
            answers(port)
            time.sleep(0.05)  # a stranger on the port may have answered, and ours is about to give up
            return process.poll() is None
        if time.monotonic() > deadline:
            raise ServerFailed(f"{process.args!r} did not answer within {START_SECONDS} s")
        time.sleep(0.05)
    return False


def end(process: subprocess.Popen[bytes], stop: Sequence[signal.Signals]) -> None:
    """Asks with each signal in turn, then kills it and what is left of its group: nothing, after a good end."""
    for number in stop:
        if process.poll() is None:
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def dies_with_us() -> list[str]:
    """A command prefix: even when we are killed, without a chance to clean up, the kernel ends the server."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


@contextmanager
def temporary_folder() -> Iterator[Path]:
    with sigterm_unwinds():
        folder = Path(tempfile.mkdtemp(prefix="musubime-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sigterm_unwinds() -> Iterator[None]:
    """SIGTERM leaves the block by an exception, instead of ending us on the spot with everything still standing."""
    in_charge = threading.current_thread() is threading.main_thread()
    if not in_charge or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def terminate(number: int, _frame: FrameType | None) -> NoReturn:
        raise Terminated(number)

    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
