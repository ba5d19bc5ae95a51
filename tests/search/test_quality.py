"""The database engine over the judged searches: a change that makes it worse is seen here."""

from collections import Counter

import pytest

from search.finding import find
from tests.search.cast import make_organization
from tests.search.judging import plant, quality, searches

FORMS = {"short", "long", "colloquial", "misspelt", "half-width"}


def test_the_judged_searches_are_many_and_of_every_form():
    forms = Counter(one.form for one in searches())
    assert set(forms) == FORMS
    assert len({one.text for one in searches()}) == forms.total() >= 120
    assert min(forms.values()) >= 5
    assert all(one.grades and set(one.grades.values()) <= {1, 2, 3} for one in searches())


@pytest.mark.django_db
def test_judged_searches_find_their_cases(anyone):
    ids = plant(make_organization())
    names = {pk: name for name, pk in ids.items()}
    assert {pk for one in searches() for pk in one.grades} <= set(ids)
    reached = quality(searches(), lambda text: [names[hit.id] for hit in find(text, anyone, limit=10).hits])
    assert reached.ndcg >= 0.92, str(reached)
    assert reached.mrr >= 0.90, str(reached)
    assert reached.recall >= 0.94, str(reached)
    assert reached.empty <= 0.01, str(reached)


def test_the_figures_are_those_of_the_definitions():
    [one] = [one for one in searches() if one.text == "ＦＡＸの受注をやめたい"]
    best = quality([one], lambda _text: ["demo-case-01", "demo-case-05", "demo-case-12"])
    assert (best.ndcg, best.mrr, best.recall, best.empty) == (1.0, 1.0, 1.0, 0.0)
    swapped = quality([one], lambda _text: ["demo-case-05", "demo-case-01"])
    assert (swapped.mrr, swapped.recall, swapped.empty) == (0.5, 1.0, 0.0)
    assert swapped.ndcg == pytest.approx((3 + 7 / 1.5849625) / (7 + 3 / 1.5849625))
    assert quality([one], lambda _text: []).empty == 1.0
