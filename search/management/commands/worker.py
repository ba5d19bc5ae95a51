"""manage.py worker: writes the outbox for as long as it runs."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from search.engines.base import EngineUnavailable
from search.outbox import drain

PAUSE = 1.0
"""Seconds between two looks at an empty outbox."""


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
        while not stopping.is_set():
            close_old_connections()
            try:
                drain()
            except EngineUnavailable as problem:
                self.stderr.write(str(problem))
            stopping.wait(PAUSE)

    def drained(self) -> int:
        try:
            return drain()
        except EngineUnavailable as problem:
            raise CommandError(
                f"Meilisearch を使えません（{problem}）。あとで続きから書き出します。", returncode=2
            ) from problem
