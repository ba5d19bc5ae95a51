"""manage.py worker: writes the outbox for as long as it runs."""

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from search.engines.base import EngineUnavailable
from search.outbox import drain, prepared

PAUSE = 1.0
"""Seconds between two looks at an empty outbox."""
LOOK = 10.0
"""Seconds between two looks whether the index is still there."""


class Command(BaseCommand):
    help = "検索の索引待ちを書き出し続けます。--once なら、いま書き出せるものを書き出して終わります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{self.drained()}件")
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # What was begun is finished; the lease covers what is not.
            signal.signal(number, lambda *_: stopping.set())
        due = 0.0
        while not stopping.is_set():
            close_old_connections()
            now = time.monotonic()
            look = now >= due
            due = now + LOOK if look else due
            try:
                self.write(look=look)
            except EngineUnavailable as problem:
                self.stderr.write(str(problem))
            stopping.wait(PAUSE)

    def write(self, *, look: bool) -> int:
        """Write what waits; with `look`, first have every case wait for an index that is new."""
        if look and settings.MEILISEARCH_URL:
            prepared()
        return drain()

    def drained(self) -> int:
        try:
            return self.write(look=True)
        except EngineUnavailable as problem:
            raise CommandError(
                f"Meilisearch を使えません（{problem}）。あとで続きから書き出します。", returncode=2
            ) from problem
