"""How well `find` answers a published set of questions and passages; prints figures.

The set is not part of the project. Each line of its file is `{"title": …, "passage": …, "questions": [ … ]}`; a
question is answered by its own passage alone. The passages become public cases by `import_cases`, and are asked for by
the questions as they stand and by their nouns, through the database engine on SQLite and PostgreSQL and through
Meilisearch on SQLite.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.search import by_each_engine, print_row, run, set_up


@dataclass(frozen=True)
class Passage:
    """One passage with the questions that it answers."""

    title: str
    passage: str
    questions: tuple[str, ...]


def passages(path: Path) -> list[Passage]:
    """The set, each passage once."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = {line["passage"]: Passage(line["title"], line["passage"], tuple(line["questions"])) for line in lines}
    return list(read.values())


def plant(known: Sequence[Passage]) -> None:
    """The passages as public cases `p0`, `p1` and so on."""
    from django.core.management import call_command

    from tests.search.cast import make_organization

    owner = make_organization().external_id
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, one in enumerate(known):
            section = {"kind": "summary", "text": one.passage, "keys": ["public"]}
            line = {"id": f"p{number}", "title": one.title[:100], "owner": owner, "sections": [section]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        call_command("import_cases", file.name)


def nouns(question: str) -> str:
    """The question as keywords; itself where it has no noun."""
    from network.morphemes import tokenizer

    parts = [(one.surface(), one.part_of_speech()) for one in tokenizer().tokenize(question)]
    return " ".join(word for word, part in parts if part[0] == "名詞" and part[1] != "非自立可能") or question


def answered(path: Path, *, with_meilisearch: bool) -> None:
    """The figures of the engines on this process's database, for both forms."""
    set_up()
    from tests.search.judging import Judged

    known = passages(path)
    plant(known)
    names = {f"p{number}": f"p{number}" for number in range(len(known))}
    forms: dict[str, Callable[[str], str]] = {"questions": lambda text: text, "keywords": nouns}
    asked = {
        form: [
            Judged(worded(text), form, {pk: 3}) for pk, one in zip(names, known, strict=True) for text in one.questions
        ]
        for form, worded in forms.items()
    }

    def show(engine: str) -> None:
        for form, searches in asked.items():
            print_row(engine, form, searches, names)

    print(f"{len(known)} passages")
    by_each_engine(show, with_meilisearch=with_meilisearch)


def main() -> None:
    """Every engine, each database in a process of its own; without a file it says what it needs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?", help="the set, JSON lines")
    parser.add_argument("--step", choices=["SQLite", "PostgreSQL"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.file is None:
        print(__doc__)
    elif options.step:
        answered(options.file, with_meilisearch=options.step == "SQLite")
    else:
        for database in ("SQLite", "PostgreSQL"):
            print(f"--- {database}", flush=True)
            run(database, str(options.file), "--step", database, module="tests.benchmarks.passages")


if __name__ == "__main__":
    main()
