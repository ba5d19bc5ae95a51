"""Quality as a number: judged searches over the cases that come with the product.

`judged/queries.tsv`: a search as a supporter types it, its form, and the cases that answer it: 3 the case one looks
for, 2 a case that helps with the same, 1 a case that touches it. What is not named counts 0.
"""

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.search.cast import make_case

CASES = Path(__file__).parents[2] / "casebook" / "data" / "demo_cases.jsonl"
QUERIES = Path(__file__).parent / "judged" / "queries.tsv"
FACTS = ("industry", "prefecture", "year", "stage_before", "outcome", "phases", "capabilities")
DEEP = 10


@dataclass(frozen=True)
class Judged:
    """A search with the grade of each case that answers it."""

    text: str
    form: str
    grades: dict[str, int]


@dataclass(frozen=True)
class Quality:
    """Means over the searches; `empty` is the share of searches that found nothing."""

    ndcg: float
    mrr: float
    recall: float
    empty: float

    def __str__(self) -> str:
        return f"nDCG@10 {self.ndcg:.3f}  MRR@10 {self.mrr:.3f}  recall@10 {self.recall:.3f}  empty {self.empty:.1%}"


def searches() -> list[Judged]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [Judged(row["query"], row["form"], _grades(row["judged"])) for row in rows]


def plant(owner) -> dict[str, str]:
    """The demo cases, everybody's to read; their ids here by their ids in the file."""
    ids = {}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        sections = {section["kind"]: (section["text"], "public") for section in case["sections"]}
        facts = {name: case[name] for name in FACTS if name in case}
        ids[case["id"]] = make_case(owner, case["title"], sections, **facts).external_id
    return ids


def quality(asked: Sequence[Judged], find: Callable[[str], list[str]]) -> Quality:
    """How well `find` (the ids of a search's cases, best first) answers."""
    found = [(one.grades, find(one.text)[:DEEP]) for one in asked]
    return Quality(
        ndcg=_mean(_gain([grades.get(pk, 0) for pk in ids]) / _ideal(grades) for grades, ids in found),
        mrr=_mean(_reciprocal_rank(grades, ids) for grades, ids in found),
        recall=_mean(len(set(grades) & set(ids)) / len(grades) for grades, ids in found),
        empty=_mean(not ids for _grades_found, ids in found),
    )


def _reciprocal_rank(grades: dict[str, int], ids: Sequence[str]) -> float:
    """Of the first case that has the best grade of all."""
    return max((1 / place for place, pk in enumerate(ids, 1) if grades.get(pk) == max(grades.values())), default=0)


def _ideal(grades: dict[str, int]) -> float:
    return _gain(sorted(grades.values(), reverse=True))


def _gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain with 2^grade − 1 (Burges et al., Learning to Rank using Gradient Descent, 2005)."""
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def _mean(values) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _grades(judged: str) -> dict[str, int]:
    return {_case(name): int(grade) for name, _, grade in (pair.partition("=") for pair in judged.split())}


def _case(name: str) -> str:
    return "case-hamamatsu-soko" if name == "hs" else f"demo-case-{name}"
