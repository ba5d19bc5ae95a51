"""manage.py search rebuild | check | keys: the index against the casebook, and keys of least rights for it."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casebook.models import Section
from search import checking, indexing, outbox, spelling
from search.engines.base import EngineUnavailable
from search.engines.meili import least_keys

DIFFERS = 1
WRONG = {
    "missing": "ありません",
    "old": "古いままです",
    "incomplete": "欠けています",
    "needless": "残っていますが、節はもうありません",
    "altered": "書き換えられています",
}
STATE = {
    "setting": "設定 {} がこの版のものではありません",
    "dead": "事例 {}（この事例は Meilisearch に拒まれ、送るのをやめました）",
    "incomplete": "索引はまだ書き終わっていません（残り{}件。それまでは簡易検索が答えます）",
    "waiting": "{}件の事例が書き出しを待っています（worker が動いていれば、まもなく書かれます）",
}
WIDTH = 30


class Command(BaseCommand):
    help = (
        "rebuild: 索引をすべて作り直します（その間も検索は答えます）。check: 索引と事例を照合し、違いがあれば名指しして"
        "終了コード1で終わります。keys: 検索だけができる鍵と、索引を書くだけの鍵を作って表示します"
        "（MEILISEARCH_ADMIN_KEY に主鍵を入れて、一度だけ実行します）。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["rebuild", "check", "keys"])

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            {"rebuild": self.rebuild, "check": self.check_index, "keys": self.keys}[options["verb"]]()
        except EngineUnavailable as problem:
            raise CommandError(f"Meilisearch を使えません（{problem}）。", returncode=2) from problem

    def rebuild(self) -> None:
        self.stdout.write(f"database: {indexing.rebuild(self.bar('database'))}節")
        spelling.learn_everything()
        if settings.MEILISEARCH_URL:
            self.stdout.write(f"meilisearch: {outbox.rebuild(self.bar('meilisearch'))}節")

    def bar(self, name: str) -> Callable[[int, int], None]:
        """Draws how far it is, where somebody watches."""

        def draw(done: int, whole: int) -> None:
            if self.stderr.isatty():
                full = WIDTH * done // max(whole, 1)
                line = f"\r{name} [{'#' * full}{'.' * (WIDTH - full)}] {done:,} / {whole:,}"
                self.stderr.write(line, ending="\n" if done >= whole else "")

        return draw

    def check_index(self) -> None:
        """Named `check_index`, since BaseCommand has a `check` of its own."""
        problems = [f"database: {named(pk)} の索引が{WRONG[what]}" for pk, what in indexing.differences()]
        if settings.MEILISEARCH_URL:
            problems += [f"meilisearch: {named(pk)} の索引が{WRONG[what]}" for pk, what in checking.differences()]
            problems += [f"meilisearch: {STATE[what].format(of)}" for what, of in checking.state()]
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            self.stdout.write("manage.py search rebuild で作り直せます。")
            sys.exit(DIFFERS)
        self.stdout.write("違いはありません。")

    def keys(self) -> None:
        for name, key in least_keys().items():
            self.stdout.write(f"{name}={key}")


def named(section: int) -> str:
    """The section in words that an operator can look up; an operator may know every title's id."""
    found = Section.objects.select_related("case").filter(pk=section).first()
    return f"{found.case.external_id}「{found.get_kind_display()}」" if found else f"節 {section}"
