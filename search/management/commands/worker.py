"""manage.py worker: writes the outbox, posts mail, goes on with tables, reminds and follows the clock, for as long as
it runs."""

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from casebook.files.sweeping import sweep
from casebook.upkeep import catch_up
from network import post
from network.notices.reminders import remind
from network.tables.runs import resume
from search.engines.base import EngineUnavailable
from search.outbox import drain, prepared

PAUSE = 1.0
"""Seconds between two looks at an empty outbox."""
REMIND = 86_400.0
"""Seconds between two rounds of reminders; what was asked lately is not asked again."""
LOOK = 10.0
"""Seconds between two looks whether the index is still there, and for tables that a dead process left."""


class Command(BaseCommand):
    help = (
        "検索の索引待ちを書き出し、待っているメールを送り、途中で止まった表の取り込みを続け、1日に1回、日付で変わる事例を改め、"
        "確認のお願いを出します。"
        "--once なら、いまできる分だけで終わります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            catch_up()
            sweep()
            remind()
            post.deliver()
            resume()
            self.stdout.write(f"{self.drained()}件")
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # What was begun is finished; the lease covers what is not.
            signal.signal(number, lambda *_: stopping.set())
        due = reminded = 0.0
        while not stopping.is_set():
            close_old_connections()
            now = time.monotonic()
            if now >= reminded:
                remind()
                sweep()
                reminded = now + REMIND
            look = now >= due
            due = now + LOOK if look else due
            if look:
                catch_up()  # soon after midnight; later on the day it finds that it was done
            try:
                self.write(look=look)
            except EngineUnavailable as problem:
                self.stderr.write(str(problem))
            post.deliver()
            if look:
                resume()
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
