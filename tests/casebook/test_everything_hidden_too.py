"""The other half of the random lives of `test_everything_hidden`."""

import pytest

from tests.casebook.lives import still_world  # noqa: F401 - a fixture
from tests.casebook.test_everything_hidden import RUNS, live

pytestmark = pytest.mark.long


@pytest.mark.parametrize("number", range(RUNS // 2, RUNS))
def test_nobody_is_ever_shown_more_or_less_than_is_theirs(still_world, number, request):  # noqa: F811
    live(still_world, number, request)
