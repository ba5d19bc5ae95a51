"""Prints at the end of a run how often everybody was asked what: the promise is worth as much as it was tried."""

from collections import Counter
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    told = [dict(report.user_properties) for report in reports if getattr(report, "when", "") == "call"]
    steps = sum(properties.get("hidden_steps", 0) for properties in told)
    if not steps:
        return
    pairs: Counter[tuple[str, str]] = Counter()
    for properties in told:
        for name, count in properties.get("hidden_pairs", {}).items():
            surface, _space, reader = name.partition(" ")
            pairs[surface, reader] += count
    readers = list(dict.fromkeys(reader for _surface, reader in sorted(pairs)))
    terminalreporter.section("nobody was shown more or less than is theirs")
    terminalreporter.write_line(f"{steps} steps, {sum(pairs.values())} surfaces compared with the oracle")
    terminalreporter.write_line(f"{'':<20}" + "".join(f"{reader:>13}" for reader in readers))
    for surface in sorted({surface for surface, _reader in pairs}):
        line = "".join(f"{pairs[surface, reader]:>13}" for reader in readers)
        terminalreporter.write_line(f"{surface:<20}{line}")
