"""`manage.py import_establishments FILE.csv --source "…" --as-of 2021`: takes counts of companies in."""

from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from casebook.models import EstablishmentCount
from casebook.transfer.establishments import import_establishments
from network.transfer.command import BAD_INPUT, ImportCommand
from network.transfer.counts import Report
from network.transfer.writing import Say

OTHERS = {field.name for field in EstablishmentCount._meta.fields}


class Command(ImportCommand):
    help = "市区町村・業種・規模ごとの会社の数をCSVから登録・更新します（すべて、または何もしない）。"
    type_names = {"establishment": "会社の数"}
    stated: dict[str, str]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        next(action for action in parser._actions if action.dest == "file").help = _(
            "CSVのファイル（UTF-8。列: prefecture, municipality, industry, size_band, count。空欄は「すべて」）"
        )
        parser.add_argument("--source", required=True, help=_("だれが数えたか（例: 統計の名前）"))
        parser.add_argument("--as-of", required=True, help=_("いつの数か（例: 2021）"))

    def handle(self, *args: Any, **options: Any) -> None:
        self.stated = {"source": options["source"], "as_of": options["as_of"]}
        for name, value in self.stated.items():
            try:
                EstablishmentCount(**{name: value}).clean_fields(exclude=OTHERS - {name})
            except ValidationError as error:
                option = f"--{name.replace('_', '-')}"
                raise CommandError(f"{option}: {' '.join(error.messages)}", returncode=BAD_INPUT) from error
        super().handle(*args, **options)

    def read(self, source: BinaryIO, *, dry_run: bool, say: Say) -> Report:
        stated, as_of = self.stated["source"], self.stated["as_of"]
        return import_establishments(source, stated=stated, as_of=as_of, dry_run=dry_run, say=say)
