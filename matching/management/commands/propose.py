"""`manage.py propose`: proposals for a need file against the registry as it is now."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.answer import answer, as_json, confidences_of, levels_of, relaxations
from matching.core import model as core
from matching.explaining import lexicon, reasons, relaxation_sentences
from matching.facts import network
from matching.needfile import core_need, need_shape
from matching.weights import PROFILES
from network.transfer.command import unusable_file
from network.transfer.errors import Problems, TransferError
from network.transfer.lines import numbered_lines, parse_object
from network.transfer.shapes import Refusal

BAD_INPUT, NO_TEAM = 2, 3


class Command(BaseCommand):
    help = "案件ファイルに対して、いまの登録簿から支援チームを提案します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("need", nargs="?", type=Path, metavar="NEED.json")
        parser.add_argument("--batch", type=Path, metavar="NEEDS.jsonl", help="1行に1案件。結果も1行に1つ、同じ順")
        parser.add_argument("--top", type=int, default=5)
        parser.add_argument("--json", action="store_true")
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
            result, _relax = self._answered(given, registry, options)
            self.stdout.write(json.dumps(result, ensure_ascii=False))

    def _single(self, options: dict[str, Any]) -> None:
        result, relax = self._answered(_one(options["need"]), network(timezone.localdate()), options)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._table(result)
        if not result["teams"]:
            self.stderr.write(_("条件に合うチームをつくれません。条件を見直してください。"))
            for line in relax:
                self.stderr.write(f"  {line}")
            raise SystemExit(NO_TEAM)

    def _answered(
        self, given: dict[str, Any], registry: core.Network, options: dict[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """The answer with its sentences, and, where there is no team, what to relax."""
        weights = PROFILES[options["weights"] or given.get("weights", "default")]
        need = core_need(given)
        found = answer(need, registry, top=options["top"], weights=weights, time_limit=options["time_limit"])
        result = as_json(found)
        relax = relaxations(found)
        words = lexicon([{**result, "relax": relax}], None)
        named = {member for team in result["teams"] for member in team["members"]}
        levels, confidences = levels_of(found, named), confidences_of(found, named)
        for team in result["teams"]:
            team["reasons"] = reasons(team, given["requirements"], words, levels, confidences)
        return result, relaxation_sentences(relax, words)

    def _table(self, result: dict[str, Any]) -> None:
        words = lexicon([result], None)
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
