"""What is done in the background, by whoever does it: the worker, Celery, or the process that changed something."""

from django.conf import settings

from casebook.files.sweeping import sweep as sweep_files
from casebook.upkeep import catch_up
from network import post
from network.notices.reminders import remind
from network.signals import clock_followed
from network.tables.runs import resume
from search import columns
from search.actions import sweep as forget_old
from search.indexing import renew_marked
from search.outbox import drain, prepared
from search.upkeep import look_again

SOON = 1.0
"""Seconds between two looks at what waits."""
LOOK = 10.0
"""Seconds between two looks whether the index is still there, and for what a dead process left."""
DAY = 86_400.0
"""Seconds between two rounds of reminders and sweeping; what was asked lately is not asked again."""


def write_index(*, look: bool) -> int:
    """Write what waits; with `look`, first have every case wait for an index that is new. Nothing where the site has no
    Meilisearch, whatever waited for one that it had. Raises EngineUnavailable."""
    if not settings.MEILISEARCH_URL:
        return 0
    if look:
        prepared()
    return drain()


def soon() -> None:
    """Everything of which somebody waits, but the index."""
    post.deliver()
    renew_marked()


def look() -> None:
    """What follows the clock and what was cut short. Soon after midnight more is to do; later on the day it is
    found done."""
    catch_up()
    look_again()
    resume()
    clock_followed.send(sender=None)


def daily() -> None:
    """Reminders, and taking away what nobody needs any more."""
    remind()
    sweep_files()
    forget_old()
    columns.sweep()
