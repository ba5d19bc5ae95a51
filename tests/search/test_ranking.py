"""The order: BM25 as the book has it, over what the reader may read."""

import math
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.models import Case, Section
from search.documents import entries
from search.engines.database import IDEA_WEIGHT, K1, OTHERS, PAIR_WEIGHT, RELEVANT, SHORT, B, DatabaseEngine
from search.finding import find
from search.text import query
from tests.search.cast import make_case, make_member, make_organization, titles

WORDS = ["在庫", "倉庫", "銀行", "旅館", "農業", "日報", "介護", "会計", "棚卸", "の", "FAX"]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
KEYS = st.sampled_from([["public"], ["network"], ["own"], ["public", "network"], []])
CORPUS = st.lists(
    st.tuples(
        TEXT, st.booleans(), st.dictionaries(st.sampled_from(["summary", "action", "team"]), st.tuples(TEXT, KEYS))
    ),
    min_size=1,
    max_size=5,
)
"""Cases: title, whether the reader's organization owns it, and (text, keys) by section."""


def naive_bm25(text, reader):
    """Score by case id, computed one section at a time from the definition."""
    asked = query(text)
    readable = set(Section.objects.visible_to(reader).values_list("pk", flat=True))
    documents = {}
    for case in Case.objects.all():
        for entry in entries(case):
            if entry.section_id in readable:
                documents[case.pk, entry.section_id] = (Counter(entry.frequencies), Counter(entry.pairs))
    total = len(documents)
    average = sum(words.total() for words, _pairs in documents.values()) / (total or 1)
    weights = {}
    for term in (*asked.terms, *asked.pairs):
        holding = sum(1 for words, pairs in documents.values() if (words + pairs)[term])
        if holding:
            rarity = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            weights[term] = rarity * (IDEA_WEIGHT if term in asked.ideas else PAIR_WEIGHT if term in asked.pairs else 1)
    scores, held = {}, {}
    for (case, _section), (words, pairs) in documents.items():
        norm = K1 * (1 - B + B * words.total() / average)
        counted = words + pairs
        parts = {t: w * counted[t] * (K1 + 1) / (counted[t] + norm) for t, w in weights.items() if counted[t]}
        if parts:
            scores.setdefault(case, []).append(sum(parts.values()))
            held.setdefault(case, set()).update(set(parts) - set(asked.pairs))
    lead = (K1 + 1) * sum(weights.values()) * (1 + OTHERS * 8)
    meaning = {case: sum(weights[term] for term in terms) for case, terms in held.items()}
    return {
        case: max(found)
        + OTHERS * (sum(found) - max(found))
        + (lead if len(asked.words) <= SHORT and set(asked.words) <= held[case] else 0)
        for case, found in scores.items()
        if meaning[case] >= RELEVANT * max(meaning.values()) - 1e-9
    }


def plant(corpus, own, other):
    for title, is_own, sections in corpus:
        keyed = {
            kind: (text, *(f"org:{own.pk}" if key == "own" else key for key in keys))
            for kind, (text, keys) in sections.items()
        }
        make_case(own if is_own else other, title, keyed)


@pytest.mark.django_db
@given(corpus=CORPUS, text=TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_engine_says_what_the_definition_says(corpus, text):
    with transaction.atomic():
        own, other = make_organization(), make_organization()
        plant(corpus, own, other)
        reader = make_member(own)
        found = [(p.case_id, p.score) for p in DatabaseEngine().propose(query(text), reader)]
        expected = naive_bm25(text, reader)
        assert dict(found) == pytest.approx(expected, abs=1e-6)
        assert found == sorted(found, key=lambda pair: (-pair[1], -pair[0]))
        transaction.set_rollback(True)


def test_cases_with_both_words_come_before_those_with_one(bank, anyone):
    make_case(bank, "甲", "旅館 " * 30)
    both = make_case(bank, "乙", "倉庫の話。" * 40 + "旅館。棚卸。")
    make_case(bank, "丙", "棚卸 " * 30)
    for _ in range(5):
        make_case(bank, "丁", "倉庫の話")
    assert find("旅館 棚卸", anyone).hits[0].case == both


def test_the_words_may_stand_in_different_sections(bank, anyone):
    make_case(bank, "甲", "旅館 旅館 旅館")
    both = make_case(bank, "乙", {"summary": ("旅館", "public"), "lessons": ("失敗", "public")})
    make_case(bank, "丙", "失敗 失敗 失敗")
    assert find("旅館 失敗", anyone).hits[0].case == both


def test_a_word_in_the_title_counts_more_than_one_in_the_text(bank, anyone):
    make_case(bank, "倉庫の話", "旅館と農業")
    make_case(bank, "旅館の話", "倉庫と農業")
    assert titles(find("旅館", anyone)) == ["旅館の話", "倉庫の話"]


def test_words_that_stand_together_count_more_than_words_apart(bank, anyone):
    make_case(bank, "甲", "倉庫の棚を直し、旅館の夕食を数えた")
    make_case(bank, "乙", "旅館の倉庫を直し、棚の夕食を数えた")
    make_case(bank, "丙", "農業")
    assert titles(find("旅館の倉庫", anyone)) == ["乙", "甲"]


def test_equal_cases_come_newest_first(bank, anyone):
    made = [make_case(bank, "同じ", "在庫の話") for _ in range(3)]
    assert [hit.case for hit in find("在庫", anyone).hits] == made[::-1]


def test_what_holds_next_to_nothing_of_the_meaning_is_no_match(bank, anyone):
    for number in range(8):
        make_case(bank, f"支援{number}", "企業の支援")
    make_case(bank, "支援 旅館", "企業の支援で旅館の廃棄を減らした")
    assert find("旅館の廃棄を減らす支援", anyone).total == 1


def test_a_case_is_found_by_what_it_is_filed_under(bank, anyone):
    make_case(bank, "部品の話", "部品の数え方を変えた", capabilities=["inventory"])
    make_case(bank, "宿の話", "客室の清掃", prefecture="17", industry="M")
    assert titles(find("在庫管理", anyone)) == ["部品の話"]
    assert titles(find("石川県", anyone)) == ["宿の話"]
