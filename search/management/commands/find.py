"""manage.py find: searches the cases as one reader."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError

from network.access import Reader
from network.models import User
from network.transfer.command import unusable_file
from search.engines.base import EngineUnavailable
from search.finding import ENGINES, Results, find
from search.shapes import as_json

NONE_FOUND = 3


class Command(BaseCommand):
    help = "事例を検索します。--as がなければ、だれでも読める範囲から探します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", nargs="?", metavar="語")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="この利用者が読める範囲から探します")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--engine", choices=sorted(ENGINES))
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--batch", type=Path, metavar="QUERIES.txt", help="1行に1つの検索、結果は1行に1つのJSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if (options["query"] is None) == (options["batch"] is None):
            raise CommandError("検索する語か --batch のどちらか一方を指定してください。", returncode=2)
        if options["limit"] < 0:
            raise CommandError("--limit は0以上の整数で指定してください。", returncode=2)
        reader = reader_named(options["email"])
        if options["batch"]:
            for line in lines_of(options["batch"]):
                self.stdout.write(json_line(self.results(line, reader, options)))
            return
        results = self.results(options["query"], reader, options)
        self.stdout.write(json_line(results) if options["json"] else "\n".join(table(results)))
        if not results.total:
            sys.exit(NONE_FOUND)

    def results(self, query: str, reader: Reader, options: dict[str, Any]) -> Results:
        try:
            why = "コマンド find の結果（運用者が実行）"
            return find(query, reader, limit=options["limit"], engine=options["engine"], why=why)
        except EngineUnavailable as problem:
            raise CommandError(
                f"検索エンジン {options['engine']} を使えません（{problem}）。"
                "--engine database を指定するか、設定 MEILISEARCH_URL と鍵を確かめてください。",
                returncode=2,
            ) from problem


def reader_named(email: str | None) -> Reader:
    """The user with the address; without one, somebody who has not signed in.

    Who may not sign in is refused: what everybody may read would look like what this reader may.
    """
    if email is None:
        return AnonymousUser()
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"「{email}」という利用者は登録されていません。", returncode=2)
    return user


def lines_of(path: Path) -> list[str]:
    """The file's lines; only line feeds end one, so that results and queries keep their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise unusable_file(str(path), problem) from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise CommandError(
            f"{line}行目: 文字コードがUTF-8ではありません。UTF-8で保存し直してください。", returncode=2
        ) from problem
    return text.removesuffix("\n").split("\n") if text else []


def json_line(results: Results) -> str:
    return json.dumps(as_json(results), ensure_ascii=False)


def table(results: Results) -> list[str]:
    """For a person: a line on the whole, then two lines per hit."""
    lines = [f"{results.total}件（{results.took_ms} ms、{results.engine}）"]
    if results.fallback:
        lines.append("Meilisearch が応答しないため、簡易検索の結果です。")
    for number, hit in enumerate(results.hits, 1):
        lines += [f"{number}. {hit.case.title}  [{hit.id}]", f"   {hit.section_name}: {hit.snippet.text}"]
    return lines
