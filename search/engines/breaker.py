"""Not to ask again what has just failed to answer."""

import threading
import time
from types import TracebackType

from search.engines.base import EngineUnavailable


class Breaker:
    """A context manager that refuses at once, with EngineUnavailable, after too many failures in a row.

    After a while it lets one try through: when that succeeds everything is as before.
    """

    def __init__(self, failures: int, seconds: float) -> None:
        self.allowed = failures
        self.seconds = seconds
        self.reset()

    def reset(self) -> None:
        """Forget what has failed."""
        self.lock = threading.Lock()
        self.failed = 0
        self.closed_until = 0.0

    def __enter__(self) -> None:
        with self.lock:
            if time.monotonic() < self.closed_until:
                raise EngineUnavailable(f"failed {self.failed} times in a row")
            if self.failed >= self.allowed:
                # This one is the try; others go on being refused until it is known how it went.
                self.closed_until = time.monotonic() + self.seconds

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.lock:
            self.failed = self.failed + 1 if error else 0
            late = self.failed >= self.allowed
            self.closed_until = time.monotonic() + self.seconds if late else 0.0
