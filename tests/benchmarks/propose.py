"""How long the best teams take on synthetic registries; prints figures, asserts nothing.

The registry follows the skew of real ones: many local vendors and consultants, few banks, most organizations in
the populous prefectures, five collaborations each.
"""

import argparse
import random
import statistics
import time

from matching.core.model import Need, Network, Organization, Requirement
from matching.core.places import hop_table
from matching.core.solver import propose
from network.codes import prefecture_links, rows

KINDS = {
    "regional_bank": 2,
    "shinkin_bank": 5,
    "local_it_vendor": 30,
    "it_coordinator": 15,
    "sme_consultant": 20,
    "chamber_of_commerce": 10,
    "tax_accountant": 15,
    "saas_provider": 3,
}
CAPABILITIES = [f"c{number}" for number in range(200)]
PHASES = ["analysis", "requirements", "procurement", "development", "operation"]


def registry(size: int, seed: int) -> Network:
    """A registry of `size` organizations."""
    dice = random.Random(seed)
    figures = rows("prefecture_figures")
    prefectures, people = [row["jis_code"] for row in figures], [int(row["corporations"]) for row in figures]
    organizations = tuple(
        Organization(
            id=f"org-{number:06}",
            kind=dice.choices(list(KINDS), list(KINDS.values()))[0],
            prefectures=(dice.choices(prefectures, people)[0],),
            levels={c: dice.choice([-1, 1, 2, 3, 3, 4]) for c in dice.sample(CAPABILITIES, dice.randint(8, 25))},
            max_requirements=dice.randint(1, 4),
            slots=dice.choice([0, 1, 2, 3]),
            availability=dice.random(),
            exposure=dice.random(),
            lead_suitability=dice.random(),
            remote=dice.random() < 0.2,
            industries=frozenset(dice.sample("ABCDEFGHIJKLMNOPQRST", 6)),
        )
        for number in range(size)
    )
    ids = [organization.id for organization in organizations]
    strengths = {frozenset(dice.sample(ids, 2)): dice.random() for _ in range(size * 5)}
    return Network(organizations, strengths, hop_table(prefecture_links()))


def need(seed: int) -> Need:
    """A need of 6 to 12 requirements led by a bank."""
    dice = random.Random(seed)
    return Need(
        prefecture=f"{dice.randint(1, 47):02}",
        industry="E",
        requirements=tuple(
            Requirement(c, dice.choice(PHASES), dice.randint(2, 4), dice.random() + 0.1, dice.random() < 0.2)
            for c in dice.sample(CAPABILITIES, dice.randint(6, 12))
        ),
        lead_kinds=frozenset({"regional_bank", "shinkin_bank"}),
    )


def measure(network: Network, needs: list[Need], top: int, *, diverse: bool) -> list[float]:
    """Milliseconds per need."""
    taken = []
    for each in needs:
        begun = time.perf_counter()
        propose(each, network, top=top, diverse=diverse)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def main() -> None:
    """Print a row per size and question."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[400, 4_000])
    parser.add_argument("--needs", type=int, default=20)
    options = parser.parse_args()
    print(f"{'organizations':>13} {'question':<16} {'median ms':>10} {'p95 ms':>10} {'max ms':>10}")
    first = None
    for size in options.sizes:
        network = registry(size, seed=size)
        needs = [need(seed) for seed in range(options.needs)]
        for label, top, diverse in (("best", 1, False), ("top 5", 5, False), ("3, diverse", 3, True)):
            taken = measure(network, needs, top, diverse=diverse)
            median = statistics.median(taken)
            first = first or median
            p95 = taken[int(len(taken) * 0.95) - 1]
            print(f"{size:>13} {label:<16} {median:>10.1f} {p95:>10.1f} {taken[-1]:>10.1f}   × {median / first:.1f}")


if __name__ == "__main__":
    main()
