"""A made-up casebook of any size, with its index: sentences of the demo cases and of the taxonomy put together anew.

Each sentence is analysed once and its terms are added up, so that a million sections take minutes and not hours. What
comes out is what `search.indexing` writes, but for pairs across two sentences.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from casebook.models import Case, CasePhase, Grant, Section
from network.codes import industry_majors, rows
from network.models import Capability, Membership, Organization, User
from search.documents import TITLE_WEIGHT
from search.models import Document, Posting
from search.text import pairs, tokens

TEXTS = Path(__file__).parents[2] / "casebook" / "data" / "demo_cases.jsonl"
KINDS = ["summary", "background", "action", "result", "lessons"]
KEYS = [["public"], ["public"], ["network"], ["network"], []]
"""Two of five sections are everybody's, two the network's, one is the owner's only."""
AT_ONCE = 500
SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ"


@dataclass(frozen=True)
class Sentence:
    """A sentence with what it adds to a section's postings."""

    text: str
    terms: Counter[str]
    pairs: Counter[str]


def sentence(text: str) -> Sentence:
    found = tokens(text)
    return Sentence(text, Counter(token.term for token in found), Counter(pairs(found)))


def sentences() -> list[Sentence]:
    """What the sections are put together from; often used ones first."""
    told = TEXTS.read_text(encoding="utf-8") + "。".join(row["definition_ja"] for row in rows("capabilities"))
    cut = {one.strip() for one in re.split(r"[。\n\"\\]", told)}
    return [sentence(f"{text}。") for text in sorted(cut) if 10 < len(text) < 120 and re.search("[ぁ-ん]", text)]


class Writer:
    """Writes cases of five sections each; the same number and seed make the same casebook."""

    def __init__(self, seed: int = 5) -> None:
        self.dice = random.Random(seed)
        self.sentences = sentences()
        self.dice.shuffle(self.sentences)
        self.share = [1 / (place + 3) ** 0.6 for place in range(len(self.sentences))]
        self.names = [sentence("".join(self.dice.choices(SYLLABLES, k=5))) for _ in range(20_000)]
        self.owners = self._owners()
        self.capabilities = list(Capability.objects.all())
        self.codes = (list(industry_majors()), [row["jis_code"] for row in rows("prefecture_figures")])

    def _owners(self) -> list[Organization]:
        made = [
            Organization(external_id=f"o{number}", name=f"架空 第{number}機関", kind="shinkin_bank", prefecture="22")
            for number in range(300)
        ]
        return Organization.objects.bulk_create(made)

    def member(self) -> User:
        """Somebody who reads what the network reads and the cases of one owner."""
        user = User.objects.create_user("bench@example.jp")
        Membership.objects.create(user=user, organization=self.owners[0])
        return user

    def write(self, sections: int) -> None:
        """So many sections, a fifth as many cases."""
        numbers = iter(range(sections // len(KINDS)))
        while batch := list(islice(numbers, AT_ONCE)):
            with transaction.atomic():
                self._write(batch)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # As autovacuum does within minutes: without it no index answers alone.
                cursor.execute("VACUUM (ANALYZE)")

    def _write(self, numbers: list[int]) -> None:
        dice, (industries, prefectures) = self.dice, self.codes
        titles = [dice.choices(self.sentences, self.share)[0] for _number in numbers]
        cases = Case.objects.bulk_create(
            Case(
                external_id=f"c{number}",
                title=title.text[:60],
                owner=dice.choice(self.owners),
                industry=dice.choice(industries),
                prefecture=dice.choice(prefectures),
                year=dice.randint(2010, 2026),
                stage_before=dice.randint(1, 3),
                outcome=dice.choice(["success", "success", "partial", "failure"]),
                tlp="GREEN",
            )
            for number, title in zip(numbers, titles, strict=True)
        )
        filed = Case.capabilities.through
        filed.objects.bulk_create(
            filed(case_id=case.pk, capability_id=one.pk) for case in cases for one in dice.sample(self.capabilities, 3)
        )
        phases = ["analysis", "development", "operation"]
        CasePhase.objects.bulk_create(CasePhase(case=case, phase=dice.choice(phases)) for case in cases)
        self._write_sections(cases, titles)

    def _write_sections(self, cases: list[Case], titles: list[Sentence]) -> None:
        dice = self.dice
        composed: list[list[Sentence]] = []
        made: list[Section] = []
        for case, title in zip(cases, titles, strict=True):
            for kind in KINDS:
                parts = dice.choices(self.sentences, self.share, k=dice.randint(4, 9)) + dice.choices(self.names, k=3)
                made.append(Section(case=case, kind=kind, text="".join(part.text for part in parts)))
                composed.append([*parts, *[title] * TITLE_WEIGHT])
        made = Section.objects.bulk_create(made)
        Grant.objects.bulk_create(Grant(section=one, key=key) for one in made for key in KEYS[KINDS.index(one.kind)])
        counted = [
            (one, _sum(part.terms for part in parts), _sum(part.pairs for part in parts))
            for one, parts in zip(made, composed, strict=True)
        ]
        Document.objects.bulk_create(
            Document(section=one, case_id=one.case_id, length=terms.total(), paired=both.total(), fingerprint="-")
            for one, terms, both in counted
        )
        _insert((one.pk, term, count) for one, *both in counted for counter in both for term, count in counter.items())


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for one in counters:
        whole.update(one)
    return whole


def _insert(postings: Iterable[tuple[int, str, int]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy("COPY search_posting (document_id, term, frequency) FROM STDIN") as copy:
                for row in postings:
                    copy.write_row(row)
        else:
            cursor.executemany(
                "INSERT INTO search_posting (document_id, term, frequency) VALUES (%s, %s, %s)", list(postings)
            )


def documents(cases: int = 1_000) -> Iterator[list[dict[str, Any]]]:
    """What Meilisearch holds of the sections, so many cases at once; each sentence is analysed once."""
    rows = Section.objects.select_related("case").prefetch_related("grants").order_by("pk")
    found = (_document(section) for section in rows.iterator(2_000))
    while batch := list(islice(found, cases * len(KINDS))):
        yield batch


def _document(section: Section) -> dict[str, Any]:
    keys = [grant.key for grant in section.grants.all()]
    text = " ".join(_terms(part) for part in section.text.split("。") if part)
    fields = {"title": _terms(section.case.title), "text": text, "keys": [*keys, f"org:{section.case.owner_id}"]}
    return {"id": section.pk, "case": section.case_id, **fields}


@lru_cache(maxsize=100_000)
def _terms(text: str) -> str:
    return " ".join(token.term for token in tokens(text))


def size() -> str:
    return f"{Section.objects.count():,} sections, {Posting.objects.count():,} postings"
