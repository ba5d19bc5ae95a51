"""manage.py worker: writes the outbox, posts mail, goes on with tables, reminds and follows the clock, for as long as
it runs."""

import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from search import rounds
from search.engines.base import EngineUnavailable


class Command(BaseCommand):
    help = (
        "検索の索引待ちを書き出し、待っているメールを送り、途中で止まった表の取り込みを続け、保存された検索に新しく"
        "一致した事例を知らせ、1日に1回、日付で変わる事例を改め、確認のお願いを出します。"
        "--once なら、いまできる分だけで終わります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            rounds.look()
            rounds.daily()
            rounds.soon()
            self.stdout.write(f"{self.drained()}件")
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # What was begun is finished; the lease covers what is not.
            signal.signal(number, lambda *_: stopping.set())
        due = tomorrow = 0.0
        while not stopping.is_set():
            close_old_connections()
            now = time.monotonic()
            if now >= tomorrow:
                rounds.daily()
                tomorrow = now + rounds.DAY
            look = now >= due
            due = now + rounds.LOOK if look else due
            try:
                rounds.write_index(look=look)
            except EngineUnavailable as problem:
                self.stderr.write(str(problem))
            if look:
                rounds.look()
            rounds.soon()
            stopping.wait(rounds.SOON)

    def drained(self) -> int:
        try:
            return rounds.write_index(look=True)
        except EngineUnavailable as problem:
            raise CommandError(
                f"Meilisearch を使えません（{problem}）。あとで続きから書き出します。", returncode=2
            ) from problem
