"""Search tells nothing of what the reader may not read: not in hits, figures, order or snippets."""

import json
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from network.models import Membership
from search.finding import find
from search.shapes import as_json
from tests.search.cast import make_case, make_member, make_organization
from tests.search.test_ranking import CORPUS, TEXT, plant

CANARY = "翡翠鉱山"


def told(text, reader, **options):
    """Everything that search tells, apart from how long it took."""
    shape = as_json(find(text, reader, limit=100, **options))
    shape.pop("took_ms")
    return json.dumps(shape, ensure_ascii=False)


def forget_what_is_hidden_from(reader):
    Section.objects.exclude(pk__in=set(Section.objects.visible_to(reader).values_list("pk", flat=True))).delete()
    Case.objects.exclude(pk__in=set(Case.objects.visible_to(reader).values_list("pk", flat=True))).delete()


@pytest.mark.django_db
@given(corpus=CORPUS, text=TEXT | st.just(""), is_member=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_answer_is_that_of_an_index_without_the_hidden_sections(corpus, text, is_member):
    with transaction.atomic():
        own, other = make_organization(), make_organization()
        plant(corpus, own, other)
        reader = make_member(own if is_member else None)
        before = told(text, reader)
        forget_what_is_hidden_from(reader)
        assert told(text, reader) == before
        transaction.set_rollback(True)


@pytest.fixture
def today_is(monkeypatch):
    def set_today(day):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: date.fromisoformat(day))

    return set_today


@pytest.fixture
def guarded(bank):
    """A case whose summary everybody may read; the canary stands in a section of the network."""
    return make_case(
        bank,
        "在庫の話",
        {"summary": ("在庫が合わない", "public"), "lessons": (f"{CANARY}の在庫で失敗した", "network")},
        year=2024,
    )


def test_a_word_of_an_unreadable_section_is_nowhere(guarded, anyone, developer):
    nothing = find(CANARY, anyone)
    assert (nothing.total, nothing.hits) == (0, [])
    assert all(facet.values == [] for facet in nothing.facets)
    for text in ("在庫", f"在庫 {CANARY}", "", "失敗 在庫"):
        assert CANARY not in told(text, anyone)
    # There is something that would leak: who may read it finds it.
    assert find(CANARY, developer).total == 1
    assert CANARY in told(CANARY, developer)


def test_the_hidden_word_changes_no_score(bank, anyone, guarded):
    [before] = find("在庫", anyone).hits
    for number in range(5):
        make_case(bank, f"秘密{number}", {"summary": ("在庫 " * 50, "network")})
    [after] = find("在庫", anyone).hits
    assert after.score == before.score


def test_a_draft_is_found_by_its_owners_only(bank, banker, developer, anyone):
    make_case(bank, "下書きの話", {"summary": (CANARY,)})
    assert find(CANARY, banker).total == find("", banker).total == 1
    assert find(CANARY, developer).total == find("", developer).total == 0
    assert find(CANARY, anyone).total == 0


def test_a_grant_taken_away_holds_at_once(guarded, developer):
    Grant.objects.filter(key="network").delete()
    assert find(CANARY, developer).total == 0
    case_changed.send(sender=Case, case=guarded)
    assert find(CANARY, developer).total == 0


def test_a_membership_that_ended_holds_at_once(bank, banker):
    make_case(bank, "下書きの話", {"summary": (CANARY,)})
    assert find(CANARY, banker).total == 1
    Membership.objects.filter(user=banker).delete()
    assert find(CANARY, banker).total == 0


def test_a_grant_ends_with_its_last_day(guarded, developer, today_is):
    Grant.objects.filter(key="network").update(until="2026-11-22")
    today_is("2026-11-22")
    assert find(CANARY, developer).total == 1
    today_is("2026-11-23")
    assert find(CANARY, developer).total == 0
