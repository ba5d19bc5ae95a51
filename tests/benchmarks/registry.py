"""How long a registry of 40,000 organizations with 1,000,000 ratings takes to import, and its list to answer.

Each step runs in a process of its own, on a database of its own: SQLite as in the embedded default, then PostgreSQL.
Prints figures and the plans of the main queries; asserts nothing.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.benchmarks.propose import KINDS
from tests.servers import MissingServer, as_environment

RATINGS = 25
PARTNERS = 2
REQUESTS = 40
PAGES = {
    "no condition": "",
    "kind and prefecture": "?kind=local_it_vendor&prefecture=22",
    "capability, level 3": "?capability=pmo&capability=rfp&min_level=3&sort=level",
    "free text": "?q=%E6%9E%B6%E7%A9%BA+123",
    "five conditions": "?kind=sme_consultant&prefecture=13&prefecture=27&industry=E&capacity=accepting&capability=pmo",
}


def main() -> None:
    """Run all steps, or the one that is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--organizations", type=int, default=40_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        STEPS[options.step](options.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.jsonl"
        write_registry(file, options.organizations)
        print(f"{options.organizations} organizations, {options.organizations * RATINGS} ratings, ", end="")
        print(f"{file.stat().st_size / 1e6:.0f} MB of JSON Lines")
        for database in ("SQLite", "PostgreSQL"):
            print(f"--- {database}")
            with ExitStack() as stack:
                environment = {"VAR_DIR": f"{folder}/{database}", "SECURE": "false", "DEBUG": "false"}
                try:
                    if database == "PostgreSQL":
                        environment |= stack.enter_context(as_environment("postgres"))
                except MissingServer as missing:
                    print(missing)
                    continue
                Path(environment["VAR_DIR"]).mkdir()
                for step in STEPS:
                    command = [sys.executable, "-m", "tests.benchmarks.registry", "--step", step, "--file", str(file)]
                    subprocess.run(command, check=True, env={**os.environ, **environment})


def write_registry(file: Path, size: int) -> None:
    """A made-up registry with the skew of real ones: many local vendors, most of them in the populous prefectures."""
    set_up()
    from network.codes import industry_majors, rows

    dice, figures = random.Random(size), rows("prefecture_figures")
    capabilities, industries = [row["code"] for row in rows("capabilities")], list(industry_majors())
    prefectures, people = [row["jis_code"] for row in figures], [int(row["corporations"]) for row in figures]
    with file.open("w", encoding="utf-8") as lines:
        for number in range(size):
            places = dice.choices(prefectures, people, k=3)
            line = organization(dice, number, places, dice.sample(industries, 5), dice.sample(capabilities, RATINGS))
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        for number in range(size * PARTNERS):
            pair = [f"org-{number % size:06}", f"org-{(number % size + 1 + number // size * 7) % size:06}"]
            engagements = {"engagements": dice.randint(1, 9), "last": "2026-03-31"}
            lines.write(json.dumps({"type": "collaboration", "between": pair, **engagements}) + "\n")


def organization(
    dice: random.Random, number: int, places: list[str], industries: list[str], capabilities: list[str]
) -> dict[str, Any]:
    """One line of the file; the first place is the seat."""
    return {
        "type": "organization",
        "id": f"org-{number:06}",
        "name": f"架空 第{number}支援機関",
        "kana": f"カクウダイ{number:05}シエンキカン",
        "kind": dice.choices(list(KINDS), list(KINDS.values()))[0],
        "prefecture": places[0],
        "service_area": {
            "prefectures": sorted(set(places)),
            "remote": number % 5 == 0,
        },
        "industries": industries,
        "capacity": {"status": dice.choice(["open", "limited", "waitlist", "closed"]), "until": "2027-03-31"},
        "labs": ["静岡県"] if places[0] == "22" else [],
        "ratings": [
            {"capability": code, "level": level, "stance": "weakness" if level == 0 else "neutral"}
            for code in capabilities
            for level in [dice.choice([0, 1, 2, 3, 3, 4])]
        ],
    }


def set_up() -> None:
    """Django with the settings of this process's environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


def import_step(file: Path) -> None:
    """Wall and processor time and peak memory of `import_network`, of a second run that changes nothing, of one that
    changes every organization."""
    set_up()
    from django.core.management import call_command

    from network.transfer.importing import import_network

    call_command("migrate", verbosity=0)
    for label in ("import", "import again"):
        with file.open("rb") as source:
            timed(label, lambda source=source: import_network(source))


def timed(label: str, work: Callable[[], object]) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, cpu = time.perf_counter() - begun, time.process_time() - busy
    print(f"{label:<24} {wall:8.1f} s wall {cpu:8.1f} s processor {peak:8.0f} MB at most", flush=True)


def list_step(_file: Path) -> None:
    """Milliseconds of whole requests by a signed-in person: session, page, facets, template."""
    set_up()
    from django.conf import settings
    from django.test import Client

    from network import actions
    from network.finding import table
    from network.models import Capability, Membership, Organization, User
    from network.vocabulary import Stance

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    person, _made = User.objects.get_or_create(email="bench@example.jp")
    own = Organization.objects.first()
    assert own is not None
    Membership.objects.get_or_create(user=person, organization=own, defaults={"role": "editor"})
    client = Client()
    client.force_login(person)
    timed("first question (cold)", table.current)
    for label, query in PAGES.items():
        measured(f"page: {label}", lambda query=query: client.get(f"/organizations/{query}"))
    for label, query in PAGES.items():
        measured(
            f"htmx: {label}", lambda query=query: client.get(f"/organizations/{query}", headers={"HX-Request": "true"})
        )
    measured("API: facets", lambda: client.get("/api/v1/organizations/facets?capability=pmo&min_level=3"))
    rated = Capability.objects.get(code="pmo")

    def change_and_look() -> Any:
        actions.rate(own, capability=rated, level=random.randint(1, 4), stance=Stance.NEUTRAL, by=person)
        return client.get("/organizations/")

    measured("page after a change", change_and_look)


def measured(label: str, ask: Callable[[], Any]) -> None:
    taken, busy = [], time.process_time()
    for _request in range(REQUESTS):
        begun = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            print(f"{label}: status {answer.status_code}")
            return
    taken.sort()
    p95, cpu = taken[int(len(taken) * 0.95) - 1], (time.process_time() - busy) * 1000 / len(taken)
    median = statistics.median(taken)
    print(f"{label:<28} median {median:7.1f} ms   p95 {p95:7.1f} ms   processor {cpu:6.1f} ms", flush=True)


def plan_step(_file: Path) -> None:
    """How the database answers the questions that a request asks of what grows with the registry."""
    set_up()
    from tests.network.finding_queries import main_queries

    for label, query in main_queries().items():
        print(f"plan: {label}")
        print("\n".join(f"    {line}" for line in query.explain().splitlines()))


STEPS: dict[str, Callable[[Path], None]] = {"import": import_step, "list": list_step, "plan": plan_step}


if __name__ == "__main__":
    main()
