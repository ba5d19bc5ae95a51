"""The whole index, as one reader, against an index that holds only what that reader may see: no difference at all."""

import random

import pytest

from casebook.models import Case, Section
from network.access import one_look
from search import columns, filling, finding, outbox
from search.engines import database, meili
from search.engines.meili import Index, version
from search.facets import NAMES
from search.finding import Order
from search.text import query
from tests.search.cast import NUMBERS, make_case, make_member, make_organization

WORDS = ["在庫", "倉庫", "銀行", "旅館", "農業", "日報", "介護", "会計", "棚卸", "FAX", "翡翠", "鉱山", "受注", "見積"]
ADVERSARIAL = ['"在庫', "-旅館", "在庫 OR keys", "org:1", "\\", "倉", "ＦＡＸ 介", "keys IN [public]", "在", "庫管"]
CASES, QUERIES = 60, 500
"""500 questions of four readers: 2,000 pairs for each engine."""


@pytest.fixture
def world(db):
    """Readers by name; a third of the texts is public, the rest is for some of them or for their owner alone."""
    dice = random.Random(8)
    own, other, third = make_organization(), make_organization(), make_organization()
    keys = [["public"], ["public"], ["network"], [f"org:{own.pk}"], [f"org:{third.pk}"], []]
    for number in range(CASES):
        kinds = dice.sample(["summary", "action", "lessons", "team"], k=dice.randint(1, 3))
        sections = {kind: (" ".join(dice.choices(WORDS, k=dice.randint(1, 9))), *dice.choice(keys)) for kind in kinds}
        facts = {"industry": dice.choice("AEM"), "prefecture": dice.choice(["17", "22"]), "year": 2020 + number % 5}
        make_case(dice.choice([own, other, third]), dice.choice(WORDS), sections, phases=["analysis"], **facts)
    return {
        "anyone": finding_reader(),
        "member": make_member(own),
        "colleague": make_member(third),
        "stranger": make_member(),
    }


def finding_reader():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def questions():
    dice = random.Random(9)
    return [
        dice.choice(ADVERSARIAL) if number % 9 == 0 else " ".join(dice.choices(WORDS, k=dice.randint(1, 3)))
        for number in range(QUERIES)
    ]


@pytest.fixture
def still(monkeypatch):
    """Nothing changes while the questions are asked: columns and postings are read once for all of them."""

    def hold():
        kept, known = columns.current(), {}

        def postings(terms, _columns):
            missing = [term for term in terms if term not in known]
            known.update(read(missing, kept))
            return {term: known[term] for term in terms}

        monkeypatch.setattr(database, "postings", postings)
        monkeypatch.setattr(columns, "current", lambda: kept)
        monkeypatch.setattr(database, "current", lambda: kept)
        monkeypatch.setattr(meili, "current", lambda: kept)

    real, read = columns.current, database.postings

    def let_go():
        monkeypatch.setattr(database, "postings", read)
        for module in (columns, database, meili):
            monkeypatch.setattr(module, "current", real)

    return hold, let_go


def told(asked, reader, engine):
    """Set and order, scores, totals, and the figures of every facet."""
    with one_look():
        proposals, _name, _fallback = finding._proposals(asked, reader, engine)
        found = finding._found(proposals, reader, {}, slice(None), Order.BEST)
    scores = {} if proposals is None else {pk: one.score for pk, one in proposals.of(found.page).items()}
    return found.page, scores, found.total, {name: +found.counts[name] for name in NAMES}


def hide_from(reader):
    sections = set(Section.objects.visible_to(reader).values_list("pk", flat=True))
    cases = set(Case.objects.visible_to(reader).values_list("pk", flat=True))
    Section.objects.exclude(pk__in=sections).delete()
    Case.objects.exclude(pk__in=cases).delete()


@pytest.mark.parametrize("engine", ["database", pytest.param("meilisearch", marks=pytest.mark.meilisearch)])
def test_nothing_hidden_makes_a_difference(engine, world, still, request, settings):
    from django.db import transaction

    hold, let_go = still
    if engine == "meilisearch":
        request.getfixturevalue("meilisearch")
        outbox.rebuild()
    asked = [query(text) for text in questions()]
    hold()
    whole = {name: [told(text, reader, engine) for text in asked] for name, reader in world.items()}
    let_go()
    pairs = wrong = 0
    for name, reader in world.items():
        with transaction.atomic():
            hide_from(reader)
            if engine == "meilisearch":
                only_index(settings)
            hold()
            alone = [told(text, reader, engine) for text in asked]
            let_go()
            transaction.set_rollback(True)
        pairs += len(asked)
        wrong += sum(one != other for one, other in zip(whole[name], alone, strict=True))
    assert (pairs >= 2_000, wrong) == (True, 0)
    # There is something to hide, and something to find.
    totals = {name: sum(total for _page, _scores, total, _counts in answers) for name, answers in whole.items()}
    assert 0 < totals["anyone"] < totals["stranger"] + 1 <= totals["member"]


def only_index(settings):
    """An index with what is left in the database, and nothing else."""
    settings.MEILISEARCH_INDEX = f"only{next(NUMBERS)}"
    index = Index()
    index.prepare()
    cases = Case.objects.prefetch_related("sections__grants", "capabilities", "delegations")
    index.replace(cases.values_list("pk", flat=True), [one for case in cases for one in outbox.documents(case)])
    filling.Filling.objects.create(index=index.index.uid, made=index.made(), version=version(), last=0)
