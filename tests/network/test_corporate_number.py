"""法人番号: the check digit, and what a person may type."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from network.corporate_number import check_digit, normalize_corporate_number

# Published on the National Tax Agency's own pages: 国税庁 7000012050002, 経済産業省 4000012090001.
REAL = ["7000012050002", "4000012090001"]


@pytest.mark.parametrize("number", REAL)
def test_real_numbers_pass(number):
    assert normalize_corporate_number(number) == number


@pytest.mark.parametrize("typed", ["７０００01２０５０００２", "7-0000-1205-0002", " 7000012050002 "])
def test_width_spaces_and_hyphens_do_not_matter(typed):
    assert normalize_corporate_number(typed) == REAL[0]


@pytest.mark.parametrize("typed", ["", "700001205000", "70000120500022", "700001205000a", "-"])
def test_anything_but_thirteen_digits_is_refused_by_name(typed):
    with pytest.raises(ValidationError) as refused:
        normalize_corporate_number(typed)
    assert refused.value.code == "length"


def test_a_wrong_check_digit_says_what_to_do():
    with pytest.raises(ValidationError, match="検査数字が合いません"):
        normalize_corporate_number("1000012050002")


digits = st.text("0123456789", min_size=12, max_size=12)


@given(digits)
def test_exactly_one_first_digit_fits_and_it_is_never_zero(base):
    fitting = [first for first in range(10) if passes(f"{first}{base}")]
    assert fitting == [check_digit(base)]
    assert 1 <= fitting[0] <= 9


@given(digits, st.integers(0, 11), st.integers(1, 9))
def test_a_mistyped_digit_is_noticed_unless_it_is_0_for_9(base, place, shift):
    other = str((int(base[place]) + shift) % 10)
    mistyped = base[:place] + other + base[place + 1 :]
    alike = {base[place], other} == {"0", "9"}
    assert (check_digit(mistyped) == check_digit(base)) == alike


def passes(number: str) -> bool:
    try:
        normalize_corporate_number(number)
    except ValidationError:
        return False
    return True
