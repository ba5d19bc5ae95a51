"""How random lives are lived: from one still world, with examples that are the same every time."""

import gc
import logging
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import run_state_machine_as_test
from rest_framework.throttling import SimpleRateThrottle

from tests.casebook.hidden_world import BEGIN, World
from tests.casebook.machine import Hidden

LENGTH = 45
"""Steps of a life; after every one everybody looks."""
SEEDS = 1_000
"""Between the seeds of one machine's lives."""


@pytest.fixture
def still_world(db, settings, monkeypatch, tmp_path):
    """The world at its beginning, inside the test's transaction; sessions outlive the clock's leaps."""
    settings.SESSION_COOKIE_AGE = 10 * 365 * 86_400
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})
    logging.disable(logging.WARNING)  # thousands of pages that are not there
    with patch("django.utils.timezone.now", lambda: BEGIN):
        world = World()
    gc.collect()
    gc.freeze()  # what is there already is not looked through again and again
    yield world
    gc.unfreeze()
    logging.disable(logging.NOTSET)


def machine_of(world: World, number: int, *, kind: type[Hidden] = Hidden, **more: Any) -> type[Hidden]:
    """A machine with its own examples, always the same, and its own counts."""
    counts = {"steps": 0, "asked": Counter(), "seen": Counter(), "number": number}
    made: type[Hidden] = type("Hidden", (kind,), {"world": world, **counts, **more})
    return made


def lived_for(machine: type[Hidden], *, steps: int) -> None:
    """Lives until so many steps are done: some lives end early."""
    first = machine.number
    while (missing := steps - machine.steps) > 0:
        lived(machine, lives=-(-missing // LENGTH))
        machine.number += SEEDS
    machine.number = first


def lived(machine: type[Hidden], *, lives: int, length: int = LENGTH, shrink: bool = False) -> None:
    """Without `shrink` a failure is told as it was met, at once."""
    chosen = settings(
        max_examples=lives,
        stateful_step_count=length,
        deadline=None,
        database=None,
        derandomize=False,  # the seed says which
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    # Lives of their own, instead of variations of one that found nothing.
    with patch.object(ConjectureRunner, "generate_mutations_from", lambda _runner, _data: None):
        run_state_machine_as_test(seed(machine.number)(machine), settings=chosen)
