"""The promise of the casebook, held against random lives: nobody is ever shown more, or less, than is theirs."""

import os

import pytest
from django.db import connection

from tests.casebook.lives import lived_for, machine_of, still_world  # noqa: F401 - a fixture
from tests.casebook.machine import readers_who_saw_nothing

pytestmark = pytest.mark.long
RUNS = 8
"""Half of them stand in `test_everything_hidden_too`: a file is one core's work, and there are two."""
STEPS = int(os.environ.get("HIDDEN_STEPS", "10000"))
STEPS_ON_POSTGRESQL = 800


@pytest.mark.parametrize("number", range(RUNS // 2))
def test_nobody_is_ever_shown_more_or_less_than_is_theirs(still_world, number, request):  # noqa: F811
    live(still_world, number, request)


def live(world, number, request):
    """One run, its steps and comparisons noted for the report at the end."""
    wanted = STEPS_ON_POSTGRESQL if connection.vendor == "postgresql" else STEPS
    machine = machine_of(world, number)
    try:
        lived_for(machine, steps=-(-wanted // RUNS))
    finally:
        pairs = {f"{surface} {reader}": count for (surface, reader), count in machine.asked.items()}
        request.node.user_properties += [("hidden_steps", machine.steps), ("hidden_pairs", pairs)]
    assert list(readers_who_saw_nothing(machine)) == []
