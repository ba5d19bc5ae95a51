"""manage.py search rebuild | check: the index against the casebook."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casebook.models import Section
from search import filling, indexing, outbox
from search.engines.base import EngineUnavailable
from search.engines.meili import version

DIFFERS = 1
WRONG = {
    "missing": "ありません",
    "old": "古いままです",
    "incomplete": "欠けています",
    "needless": "残っていますが、節はもうありません",
}


class Command(BaseCommand):
    help = (
        "rebuild: 索引をすべて作り直します。check: 索引と事例を照合し、違いがあれば名指しして終了コード1で終わります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["rebuild", "check"])

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self.rebuild() if options["verb"] == "rebuild" else self.check_index()
        except EngineUnavailable as problem:
            raise CommandError(f"Meilisearch を使えません（{problem}）。", returncode=2) from problem

    def rebuild(self) -> None:
        self.stdout.write(f"database: {indexing.rebuild()}節")
        if settings.MEILISEARCH_URL:
            self.stdout.write(f"meilisearch: {outbox.synchronise()}節")

    def check_index(self) -> None:
        """Named `check_index`, since BaseCommand has a `check` of its own."""
        problems = [f"database: {named(pk)} の索引が{WRONG[what]}" for pk, what in indexing.differences()]
        if settings.MEILISEARCH_URL:
            problems += [f"meilisearch: {named(pk)} の索引が{WRONG[what]}" for pk, what in outbox.differences()]
            if not filling.complete(version()):
                problems.append("meilisearch: 索引はまだ書き終わっていません（それまでは簡易検索が答えます）")
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            self.stdout.write("manage.py search rebuild で作り直せます。")
            sys.exit(DIFFERS)
        self.stdout.write("違いはありません。")


def named(section: int) -> str:
    """The section in words that an operator can look up; an operator may know every title's id."""
    found = Section.objects.select_related("case").filter(pk=section).first()
    return f"{found.case.external_id}「{found.get_kind_display()}」" if found else f"節 {section}"
