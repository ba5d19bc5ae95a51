"""`manage.py propose`: proposals for a need file against the registry as it is now."""

import json
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.answer import answer
from matching.core import model as core
from matching.core.progress import Progress, Watch, unwatched
from matching.explained import kept
from matching.explaining import lexicon
from matching.facts import network
from matching.needfile import core_need, need_shape
from matching.results import told
from matching.weights import PROFILES
from network.transfer.command import unusable_file
from network.transfer.errors import Problems, TransferError
from network.transfer.lines import numbered_lines, parse_object
from network.transfer.shapes import Refusal

BAD_INPUT, NO_TEAM = 2, 3


class Interrupted:
    """Whether Ctrl-C was pressed inside its `with`: the search is told, and ends in order."""

    def __init__(self) -> None:
        self.pressed = False

    def __call__(self) -> bool:
        return self.pressed

    def __enter__(self) -> "Interrupted":
        self.usual = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, lambda *_given: setattr(self, "pressed", True))
        return self

    def __exit__(self, *_error: object) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self.usual)


class Command(BaseCommand):
    help = "案件ファイルに対して、いまの登録簿から支援チームを提案します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("need", nargs="?", type=Path, metavar="NEED.json")
        parser.add_argument("--batch", type=Path, metavar="NEEDS.jsonl", help="1行に1案件。結果も1行に1つ、同じ順")
        parser.add_argument("--top", type=int, default=5)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--diverse", action="store_true", help="主担当か2機関以上が違う案だけを並べます")
        parser.add_argument(
            "--progress", action="store_true", help="進み具合を標準エラー出力に示します（Ctrl-Cで打ち切り）"
        )
        parser.add_argument("--weights", choices=PROFILES)
        parser.add_argument(
            "--time-limit", type=float, metavar="S", help="秒。過ぎたら、それまでの最良と差の上限を示します"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["need"]) == bool(options["batch"]):
            raise CommandError(_("案件ファイルか --batch のどちらか一方を指定してください。"), returncode=BAD_INPUT)
        if options["top"] < 1 or (options["time_limit"] is not None and options["time_limit"] <= 0):
            raise CommandError(_("--top と --time-limit は正の数で指定してください。"), returncode=BAD_INPUT)
        if options["batch"]:
            self._batch(options)
        else:
            self._single(options)

    def _batch(self, options: dict[str, Any]) -> None:
        """Every line is checked before the first is answered."""
        needs = list(_checked(options["batch"]))
        registry = network(timezone.localdate())
        for given in needs:
            self.stdout.write(json.dumps(self._answered(given, registry, options), ensure_ascii=False))

    def _single(self, options: dict[str, Any]) -> None:
        result = self._answered(_one(options["need"]), network(timezone.localdate()), options)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._table(result)
        if not result["teams"]:
            self.stderr.write(_("条件に合うチームをつくれません。条件を見直してください。"))
            for each in result["infeasible"]["sets"]:
                self.stderr.write(f"  {each['sentence']}")
            raise SystemExit(NO_TEAM)

    def _answered(self, given: dict[str, Any], registry: core.Network, options: dict[str, Any]) -> dict[str, Any]:
        """The answer with its sentences. Ctrl-C ends the search with the best teams so far."""
        weights = PROFILES[options["weights"] or given.get("weights", "default")]
        need = core_need(given)
        with Interrupted() as interrupted:
            found = answer(
                need,
                registry,
                top=options["top"],
                weights=weights,
                time_limit=options["time_limit"],
                diverse=options["diverse"],
                cancelled=interrupted,
                watch=self._progress() if options["progress"] else unwatched,
            )
        result = kept(found)
        return told(result, lexicon([result], None), need.prefecture)

    def _progress(self) -> Watch:
        """A line now and then: seconds, teams looked at, the most that could still be won."""
        begun = last = perf_counter()

        def watch(progress: Progress) -> None:
            nonlocal last
            if perf_counter() - last >= 1:
                last = perf_counter()
                gap = "—" if progress.gap is None else f"{progress.gap / 10_000:.2f}"
                line = {"seconds": last - begun, "nodes": progress.nodes, "gap": gap}
                self.stderr.write(_("%(seconds).0f秒　調べたチーム %(nodes)d　差の上限 %(gap)s点") % line)

        return watch

    def _table(self, result: dict[str, Any]) -> None:
        words = lexicon([], None, {member for team in result["teams"] for member in team["members"]})
        proof = _("最良であることを確認ずみ") if result["optimal"] else _("差の上限 %(gap)d") % {"gap": result["gap"]}
        told = {"title": result["need"], "ms": result["took_ms"], "proof": proof}
        self.stdout.write(_("%(title)s（%(ms).1f ミリ秒、%(proof)s）") % told)
        for number, team in enumerate(result["teams"], start=1):
            told = {"n": number, "score": team["score"] / 10_000, "open": team["open_must"]}
            self.stdout.write(_("\n提案%(n)d  %(score).2f点  届かない必須 %(open)d件") % told)
            for member in team["members"]:
                mark = "◎" if member == team["lead"] else "・"
                self.stdout.write(f"  {mark} {words.name(member)}（{member}）")
            for line in team["reasons"]:
                self.stdout.write(f"    {line}")


def _one(path: Path) -> dict[str, Any]:
    """The one need of a file; its mistakes are told without line numbers, because the file is one object."""
    try:
        checked: dict[str, Any] = need_shape()(parse_object(_bytes(path)))
    except Refusal as refusal:
        lines = [f"{field}: {message}" if field else message for field, message in refusal.problems]
        raise CommandError("\n".join(lines), returncode=BAD_INPUT) from None
    return checked


def _checked(path: Path) -> Iterator[dict[str, Any]]:
    """The needs of a file with one a line; raises CommandError with every mistake by line and field."""
    _bytes(path)
    shape, problems, found = need_shape(), Problems(), []
    with path.open("rb") as file:
        for number, content in numbered_lines(file):
            try:
                found.append(shape(parse_object(content)))
            except Refusal as refusal:
                problems.add_all(number, refusal.problems)
    try:
        problems.raise_any()
    except TransferError as error:
        raise CommandError(str(error), returncode=BAD_INPUT) from None
    yield from found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unusable_file(str(path), error) from None
