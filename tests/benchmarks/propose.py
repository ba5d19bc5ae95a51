"""How long the best teams take on synthetic registries, beside what one would use instead; prints figures.

The registry follows the skew of real ones: many local vendors and consultants, few banks, most organizations in
the populous prefectures, five collaborations each. Every value is compared with what HiGHS and CP-SAT prove: the
run stops at the first that differs. Milliseconds are per need; a paired ratio is the solver's time over ours on the
same need. `--quick` takes a few needs of each kind; `--plot FILE.svg` draws the growth.
"""

import argparse
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pipe, get_context
from pathlib import Path

from matching.core.arrays import arrays_of
from matching.core.model import Need, Network, Organization, Requirement, Weights
from matching.core.places import hop_table
from matching.core.solver import propose
from network.codes import prefecture_links, rows
from tests.benchmarks._growth import Point, drawing
from tests.matching.core.oracles import Found, Program, by_cp_sat, by_highs, greedy, program, steiner

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
WEIGHTS = Weights()
SIZES = (400, 1_000, 4_000, 10_000, 40_000)
SOLVED_IN = {400: 20.0, 4_000: 150.0}
"""Seconds after which another solver is given up, by size: what it has not proved is not compared."""


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


BANKS = frozenset({"regional_bank", "shinkin_bank"})
LEADS = (BANKS, BANKS | {"local_it_vendor", "it_coordinator", "sme_consultant"}, None)
"""Who may lead: banks, the 主治医 kinds, anybody; a need in three each."""


def need(seed: int) -> Need:
    """A need of 6 to 12 requirements."""
    dice = random.Random(seed)
    return Need(
        prefecture=f"{dice.randint(1, 47):02}",
        industry="E",
        requirements=tuple(
            Requirement(c, dice.choice(PHASES), dice.randint(2, 4), dice.random() + 0.1, dice.random() < 0.2)
            for c in dice.sample(CAPABILITIES, dice.randint(6, 12))
        ),
        lead_kinds=LEADS[seed % 3],
    )


def harder(asked: Need, network: Network, seed: int) -> tuple[Need, Network]:
    """By seed: must-includes, capacities of one, denser collaborations; every third need stays as it is."""
    dice, ids = random.Random(seed), [item.id for item in network.organizations if item.slots]
    if seed // 3 % 3 == 1:
        asked = replace(asked, must_include=frozenset(dice.sample(ids, 2)))
    if seed // 3 % 3 == 2:
        network = replace(network, organizations=tuple(replace(o, max_requirements=1) for o in network.organizations))
    if seed % 10 == 5:
        strengths = {frozenset(dice.sample(ids, 2)): dice.random() for _ in range(4 * len(ids))}
        network = replace(network, strengths={**network.strengths, **strengths})
    return asked, network


def ours(asked: Need, network: Network) -> Found:
    given = propose(asked, network, WEIGHTS, 1)
    team = given.teams[0] if given.teams else None
    return Found((team.open_must, team.score) if team else None, team.members if team else (), given.optimal)


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    begun = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - begun) * 1000


@dataclass(frozen=True)
class Line:
    """Milliseconds of one way of answering, in the order of the needs; None where it did not finish."""

    name: str
    taken: list[float]
    ratios: list[float]
    proved: int
    gaps: list[float]

    def shown(self) -> str:
        ratio = f"{statistics.median(self.ratios):8.0f} ×" if self.ratios else " " * 10
        gap = f"{100 * statistics.median(self.gaps):6.1f} %" if self.gaps else " " * 8
        return f"{self.name:<24}{figures(self.taken)} {ratio} {gap}   proved {self.proved}/{len(self.taken)}"


def figures(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
    return f"{statistics.median(ordered):11.1f} {p95:11.1f} {ordered[-1]:11.1f}"


def compared(size: int, count: int, others: dict[str, Callable[[Need, Network], Found]]) -> list[Line]:
    """Ours and these on the same needs, one need after the other, told on stderr as each is through; Ctrl-C ends with
    the needs done so far. Raises AssertionError where a proved value differs."""
    network = registry(size, size)
    answers: dict[str, list[tuple[Found, float]]] = {name: [] for name in ("branch and bound (ours)", *others)}
    mine = answers["branch and bound (ours)"]
    with suppress(KeyboardInterrupt):
        for seed in range(count):
            asked, known = harder(need(seed), network, seed)
            arrays_of(known)
            # The median of three: after minutes of another solver the first finds every cache cold.
            thrice = sorted((timed(partial(ours, asked, known)) for _time in range(3)), key=lambda each: each[1])
            here = {"branch and bound (ours)": thrice[1]}
            for name, solve in others.items():
                here[name] = timed(partial(solve, asked, known))
                own, other = here["branch and bound (ours)"][0], here[name][0]
                assert not other.proved or own.rank == other.rank, (size, seed, name, own, other)
            for name, answer in here.items():
                answers[name].append(answer)
            told = ", ".join(f"{ms:.0f} ms{'' if found.proved else ' unproved'}" for found, ms in here.values())
            print(f"  need {seed + 1} of {count}: {told}", file=sys.stderr, flush=True)
    return [
        Line(
            name,
            [ms for _found, ms in given],
            [] if given is mine else [ms / own_ms for (_f, ms), (_own, own_ms) in zip(given, mine, strict=True)],
            sum(found.proved for found, _ms in given),
            [] if given is mine else [gap(own, found) for (own, _o), (found, _ms) in zip(mine, given, strict=True)],
        )
        for name, given in answers.items()
    ]


def gap(best: Found, other: Found) -> float:
    """How far below the best value, as a share of it; 1 where there is no admitted team or a must more is open."""
    if best.rank is None or best.rank == other.rank:
        return 0.0
    if other.rank is None or other.rank[0] > best.rank[0]:
        return 1.0
    return (best.rank[1] - other.rank[1]) / max(abs(best.rank[1]), 1)


def limit(network: Network) -> float:
    return SOLVED_IN.get(len(network.organizations), 60.0)


def heuristic(solve: Callable[[Need, Network], tuple[int, int] | None]) -> Callable[[Need, Network], Found]:
    return lambda asked, network: Found(solve(asked, network), (), False)


def stoppable(solve: Callable[[Program, float], Found]) -> Callable[[Need, Network], Found]:
    """In a process of its own, ended where it does not keep to its limit: HiGHS looks at the clock between some steps
    only, and was seen to go on for a quarter of an hour."""

    def answer(asked: Need, network: Network) -> Found:
        here, there = Pipe(duplex=False)
        child = get_context("fork").Process(
            target=lambda: there.send(solve(program(asked, network, WEIGHTS), limit(network)))
        )
        child.start()
        there.close()
        try:
            found: Found = here.recv() if here.poll(1.2 * limit(network)) else Found(None, (), False)
        finally:
            child.kill()
            child.join()
        return found

    return answer


OTHERS: dict[str, Callable[[Need, Network], Found]] = {
    "HiGHS (scipy milp)": stoppable(by_highs),
    "CP-SAT, 1 worker, lin. 2": stoppable(by_cp_sat),
    "greedy": heuristic(lambda asked, network: greedy(asked, network, WEIGHTS)),
    "networkx Steiner (Mehlhorn)": heuristic(lambda asked, network: steiner(asked, network, WEIGHTS, "mehlhorn")),
}


def grown(sizes: Sequence[int], count: int) -> list[Point]:
    """Ours alone, by size: the best team, the five best, five different ones; top 1 must be the head of top 5."""
    points = []
    print(f"\n{'organizations':>13} {'question':<16}{'median ms':>11} {'p95 ms':>11} {'max ms':>11}   peak MB")
    for size in sizes:
        network = registry(size, seed=size)
        arrays_of(network)
        propose(need(count), network, WEIGHTS, 1)
        heads = []
        for label, top, diverse in (("best", 1, False), ("top 5", 5, False), ("5, diverse", 5, True)):
            taken, first = [], []
            for seed in range(count):
                begun = time.perf_counter()
                given = propose(need(seed), network, WEIGHTS, top, diverse=diverse)
                taken.append((time.perf_counter() - begun) * 1000)
                assert given.optimal, (size, seed, label)
                first.append(given.teams[:1])
            heads.append(first)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:>13} {label:<16}{figures(taken)}   {peak:7.0f}", flush=True)
            points.append(Point(label, size, statistics.median(taken), sorted(taken)[-(-count * 95 // 100) - 1]))
        assert heads[0] == heads[1] == heads[2], size
        print(f"{'':>13} top 1 is the head of both lists on all {count} needs")
    return points


def main() -> None:
    """Print the tables; draw the growth."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a few needs of each kind")
    parser.add_argument("--needs", type=int, help="so many needs in the comparison")
    parser.add_argument("--only", choices=["growth", "400", "4000"], help="one part")
    parser.add_argument("--plot", type=Path, help="draw the growth into this file")
    options = parser.parse_args()
    if options.only in (None, "growth"):
        points = grown(SIZES, 20 if options.quick else 100)
        if options.plot:
            options.plot.write_text(drawing(points), encoding="utf-8")
    for size, usual in ((400, 20 if options.quick else 510), (4_000, 3 if options.quick else 30)):
        if options.only in (None, str(size)):
            count = options.needs or usual
            print(f"\n{size} organizations, {count} needs (must-includes, capacities of one, dense ties among them)")
            print(f"{'':<24}{'median ms':>11} {'p95 ms':>11} {'max ms':>11} {'ratio':>10} {'gap':>8}")
            lines = compared(size, count, OTHERS)
            print("\n".join(line.shown() for line in lines), flush=True)
            print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
