"""Times of the anonymity check on a large registry: `python -m tests.benchmarks.anonymity`.

Prints milliseconds on SQLite and, where it can be started, PostgreSQL: the one query that asks which names occur, and
the whole check, for texts of several lengths; asserts nothing.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.benchmarks.registry import set_up
from tests.servers import MissingServer, as_environment

ROUNDS = 7
LENGTHS = (1_000, 5_000, 20_000, 140_000)
SENTENCES = (
    "浜松の倉庫会社で、受注の80%がFAXだった。入力に1日6時間かかり、在庫の差異が月に20件あった。",
    "架空 第{n}支援機関が窓口になり、週に1回、経営者と面談した。原価が見えず、値上げの交渉ができなかった。",
    "ハンディ端末とWMSを導入し、棚卸は2日から半日になった。社員12人の会社で、はじめから全社ではやらなかった。",
    "遠州さくら会計事務所{n}と天竜システム株式会社が組み、業務フローを見直した。{n}件目の取り組みである。",
)
WORDS = (
    "さくら", "みらい", "中央", "総合", "ひかり", "テクノ", "アルファ", "情報", "経営", "デジタル", "共創", "あおば",
    "山田", "鈴木", "大和", "富士",
)  # fmt: skip
TRADES = (
    "信用金庫", "商工会", "会計事務所", "システム", "コンサルティング", "税理士事務所", "ソフトウェア", "支援センター",
    "経営研究所", "ラボ",
)  # fmt: skip
FORMS = ("架空 {}", "株式会社{}", "{}株式会社", "（株）{}", "一般社団法人架空{}", "{}")


def main() -> None:
    """Both databases, or the one that the environment names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--organizations", type=int, default=40_000)
    parser.add_argument("--step", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.organizations)
        return
    with tempfile.TemporaryDirectory() as folder:
        for database in ("SQLite", "PostgreSQL"):
            print(f"--- {database}, {options.organizations} organizations", flush=True)
            with ExitStack() as stack:
                environment = {"VAR_DIR": f"{folder}/{database}", "SECURE": "false", "DEBUG": "false"}
                try:
                    if database == "PostgreSQL":
                        environment |= stack.enter_context(as_environment("postgres"))
                except MissingServer as missing:
                    print(missing)
                    continue
                Path(environment["VAR_DIR"]).mkdir()
                command = [sys.executable, "-m", "tests.benchmarks.anonymity", "--step"]
                command += ["--organizations", str(options.organizations)]
                subprocess.run(command, check=True, env={**os.environ, **environment})


def step(size: int) -> None:
    set_up()
    from django.core.management import call_command
    from django.db import connection

    from casebook.anonymity import findings
    from casebook.anonymity.folding import fold
    from casebook.anonymity.registry import registered
    from casebook.writing.content import Content
    from network.models import Organization, User

    call_command("migrate", verbosity=0)
    names = made_up_names(size)
    rows = (Organization(external_id=name, name=name, kind="local_it_vendor", prefecture="22") for name in names)
    Organization.objects.bulk_create(rows, batch_size=500)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    reader = User.objects.create(email="bench@example.jp", is_steward=True)
    for length in LENGTHS:
        text = text_of(length)
        sections = dict(
            zip(("summary", "background", "action", "result", "lessons", "team", "attachment"), cut(text), strict=False)
        )
        content = Content(sections=sections, prefecture="22", municipality="22130", industry="H", year=2025)
        folded = [fold(part).text for part in sections.values()]
        found = len(findings(content, reader=reader, naming="region"))
        measured(f"{length:>7} characters: names in the registry", partial(registered, folded, reader))
        check = partial(findings, content, reader=reader, naming="region")
        measured(f"{length:>7} characters: whole check ({found} found)", check)


def made_up_names(size: int) -> list[str]:
    """Place, word, trade and legal form in all combinations; a number where all are used up."""
    from network.codes import rows

    dice, names = random.Random(size), dict[str, None]()
    towns = [row["name"][:-1] for row in rows("municipalities")]
    while len(names) < size:
        core = f"{dice.choice([*dice.choices(towns, k=3), ''])}{dice.choice(WORDS)}{dice.choice(TRADES)}"
        names[dice.choice(FORMS).format(core if core not in names else f"{core}{len(names)}")] = None
    return list(names)


def text_of(length: int) -> str:
    sentences = (SENTENCES[n % len(SENTENCES)].format(n=n * 37) for n in range(length))
    text = ""
    while len(text) < length:
        text += next(sentences)
    return text[:length]


def cut(text: str) -> list[str]:
    """Sections of at most 20,000 characters."""
    return [text[at : at + 20_000] for at in range(0, len(text), 20_000)]


def measured(label: str, work: Callable[[], object]) -> None:
    taken, busy = [], time.process_time()
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    cpu = (time.process_time() - busy) * 1000 / ROUNDS
    print(f"{label:<52} median {statistics.median(taken):7.1f} ms   processor {cpu:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
