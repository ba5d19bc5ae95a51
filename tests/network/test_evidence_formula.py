"""The formula of confidence: what it promises for every history of evidence, and its figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.believing.confidence import COUNTING, DIGITS, LEAST_FRESHNESS, OWN_WORD, Support, breakdown, freshness
from network.vocabulary import EvidenceKind

TODAY = date(2026, 11, 22)
YEAR = timedelta(days=365.25)
AFTER = 180

days = st.integers(-30, 9000).map(lambda age: TODAY - timedelta(days=age))
supports = st.builds(
    Support,
    kind=st.sampled_from(EvidenceKind.values),
    on=days,
    until=st.none() | st.integers(-400, 400).map(lambda ahead: TODAY + timedelta(days=ahead)),
    level=st.none() | st.integers(1, 4),
)
levels = st.integers(1, 4)
confirmations = st.none() | days


def confidence(level=3, found=(), confirmed=TODAY, stated=None, today=TODAY):
    parts = breakdown(level, confirmed_on=confirmed, supports=found, stated=stated, today=today, reconfirm_after=AFTER)
    assert parts
    return parts.confidence


def case(age=timedelta(0), **more):
    return Support(EvidenceKind.CASE, TODAY - age, **more)


def partner(level, age=timedelta(0)):
    return Support(EvidenceKind.PARTNER, TODAY - age, level=level)


def credential(age=timedelta(0), **more):
    return Support(EvidenceKind.CREDENTIAL, TODAY - age, **more)


class TestProperties:
    @given(levels, st.lists(supports, max_size=9), confirmations)
    def test_it_is_a_share_above_zero_with_four_digits(self, level, found, confirmed):
        value = confidence(level, found, confirmed)
        assert 0 < value <= 1
        assert value == round(value, DIGITS)

    @given(levels, st.lists(supports, max_size=9), supports, confirmations)
    def test_more_evidence_never_lowers_it(self, level, found, more, confirmed):
        assert confidence(level, [*found, more], confirmed) >= confidence(level, found, confirmed)

    @given(levels, st.lists(supports, min_size=1, max_size=9), st.integers(0, 4000), confirmations)
    def test_older_evidence_never_raises_it(self, level, found, years, confirmed):
        first, *others = found
        older = Support(first.kind, first.on - timedelta(days=years), first.until, first.level)
        assert confidence(level, [older, *others], confirmed) <= confidence(level, found, confirmed)

    @given(levels, st.lists(supports, max_size=9), days, st.integers(0, 4000))
    def test_an_older_confirmation_never_raises_it(self, level, found, confirmed, earlier):
        older = confirmed - timedelta(days=earlier)
        assert confidence(level, found, older) <= confidence(level, found, confirmed)
        assert confidence(level, found, None) <= confidence(level, found, older)

    @given(levels, st.lists(supports, max_size=9), confirmations, st.randoms())
    def test_the_order_of_evidence_does_not_matter(self, level, found, confirmed, chance):
        shuffled = chance.sample(found, len(found))
        assert confidence(level, shuffled, confirmed) == confidence(level, found, confirmed)

    @given(st.lists(supports, max_size=9), confirmations)
    def test_a_higher_level_is_never_believed_more(self, found, confirmed):
        values = [confidence(level, found, confirmed) for level in (1, 2, 3, 4)]
        assert values == sorted(values, reverse=True)

    @given(levels, st.lists(supports, max_size=9), confirmations, st.integers(0, 4000))
    def test_as_days_pass_it_never_rises(self, level, found, confirmed, passed):
        begun = [piece for piece in found if piece.on <= TODAY]
        later = TODAY + timedelta(days=passed)
        assert confidence(level, begun, confirmed, today=later) <= confidence(level, begun, confirmed)


class TestFigures:
    def test_an_honest_newcomer_is_believed_to_seventy_percent(self):
        assert confidence() == OWN_WORD == 0.7

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            ([case()], 0.85),
            ([case(), case()], 0.925),
            ([partner(3)], 0.85),
            ([credential()], 0.82),
            ([case(), partner(4), credential()], 0.955),
            ([case(5 * YEAR)], 0.775),
            ([credential(10 * YEAR)], 0.76),
            ([case(-YEAR)], 0.85),
        ],
    )
    def test_evidence_takes_doubt_away(self, found, expected):
        assert confidence(3, found) == pytest.approx(expected, abs=2e-4)

    def test_no_more_than_three_of_a_kind_count_the_strongest(self):
        strong, weak = [case()] * COUNTING, [case(20 * YEAR)] * 5
        assert confidence(3, weak + strong) == confidence(3, strong)
        assert confidence(3, strong[1:] + weak) < confidence(3, strong)

    def test_a_partner_bears_out_levels_up_to_the_one_it_confirmed(self):
        assert confidence(3, [partner(3)]) == confidence(2, [partner(3)]) > confidence(4, [partner(3)]) == OWN_WORD

    def test_evidence_counts_through_its_last_day(self):
        piece = case(until=TODAY)
        assert confidence(3, [piece]) == 0.85
        assert confidence(3, [piece], confirmed=TODAY, today=TODAY + timedelta(days=1)) == OWN_WORD

    @pytest.mark.parametrize(
        ("age", "expected"), [(0, 1), (AFTER, 1), (AFTER + 1, 0.99905), (AFTER + 365, 0.7071), (AFTER + 730, 0.5)]
    )
    def test_a_confirmation_stays_fresh_for_half_a_year_and_fades_to_a_half(self, age, expected):
        assert freshness(TODAY - timedelta(days=age), TODAY, AFTER) == pytest.approx(expected, abs=1e-4)

    def test_what_nobody_confirmed_counts_half(self):
        assert freshness(None, TODAY, AFTER) == LEAST_FRESHNESS
        assert confidence(confirmed=None) == 0.35
        assert confidence(confirmed=date(1990, 1, 1)) == 0.35

    def test_a_stated_value_wins_and_the_rest_is_told_all_the_same(self):
        parts = breakdown(3, confirmed_on=None, supports=[case()], stated=0.42, today=TODAY, reconfirm_after=AFTER)
        assert parts
        assert (parts.confidence, parts.stated, parts.belief) == (0.42, True, 0.85)

    def test_nothing_declared_has_no_confidence(self):
        assert breakdown(0, confirmed_on=TODAY, today=TODAY, reconfirm_after=AFTER) is None

    def test_the_parts_say_how_much_of_each_kind_counts(self):
        found = [*[case()] * 4, partner(3), credential(until=TODAY - timedelta(days=1))]
        parts = breakdown(3, confirmed_on=TODAY, supports=found, today=TODAY, reconfirm_after=AFTER)
        assert parts
        assert parts.counting == {EvidenceKind.CASE: 3, EvidenceKind.PARTNER: 1}
        assert (parts.percent, parts.belief_percent, parts.freshness_percent) == (98, 98, 100)
