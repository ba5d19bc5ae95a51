"""The README's table of the environment against what is read from it."""

import re
from pathlib import Path

from tests.tooling.test_compose import read_by_settings

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"DEMO_PASSWORD"}
"""Read by `manage.py demo`, not by the settings."""


def told() -> set[str]:
    """The names in the first cell of each row."""
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


def test_every_setting_is_told_of_and_none_that_nobody_reads():
    assert told() == read_by_settings() | ELSEWHERE


def test_what_is_read_elsewhere_is_read_there():
    assert 'os.environ.get("DEMO_PASSWORD")' in (ROOT / "matching/management/commands/demo.py").read_text()
