"""How long the matcher takes to know the registry: cold, and after one profile changed; prints figures.

40,000 organizations, 200 capabilities, some 660,000 ratings and 200,000 collaborations in SQLite, written by this
script into a temporary folder; the reading runs in a process of its own, so that its memory is its own.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

CHANGES = 20


def set_up() -> None:
    """Django with the settings of this process's environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


def fill(size: int) -> None:
    """The registry of `tests.benchmarks.propose` as rows."""
    from django.core.management import call_command
    from django.utils import timezone

    from network.models import Capability, Collaboration, Organization, OrganizationIndustry, Rating, RegistryVersion
    from network.vocabulary import CapacityStatus, Stance
    from tests.benchmarks.propose import CAPABILITIES, registry

    call_command("migrate", verbosity=0)
    known = list(Capability.objects.order_by("pk").values_list("pk", flat=True))[: len(CAPABILITIES)]
    for number in range(len(known), len(CAPABILITIES)):
        made = Capability.objects.create(code=f"x-{number}", name_ja=f"領域{number}", name_en=f"field {number}")
        known.append(made.pk)
    key_of = dict(zip(CAPABILITIES, known, strict=True))
    source, now = registry(size, seed=size), timezone.now()
    Organization.objects.bulk_create(
        (
            Organization(
                external_id=item.id,
                name=f"架空 {item.id}",
                kind=item.kind,
                prefecture=item.prefectures[0],
                remote=item.remote,
                capacity_status=CapacityStatus.OPEN if item.slots else CapacityStatus.CLOSED,
                capacity_slots=item.slots,
                stated_max_requirements=item.max_requirements,
                stated_availability=item.availability,
            )
            for item in source.organizations
        ),
        batch_size=500,
    )
    pk_of = dict(Organization.objects.values_list("external_id", "pk"))
    OrganizationIndustry.objects.bulk_create(
        (
            OrganizationIndustry(organization_id=pk_of[item.id], industry=industry)
            for item in source.organizations
            for industry in sorted(item.industries)
        ),
        batch_size=5_000,
    )
    Rating.objects.bulk_create(
        (
            Rating(
                organization_id=pk_of[item.id],
                capability_id=key_of[code],
                level=max(level, 0),
                stance=Stance.WEAKNESS if level < 0 else Stance.NEUTRAL,
                confirmed_at=now,
            )
            for item in source.organizations
            for code, level in item.levels.items()
        ),
        batch_size=5_000,
    )
    Collaboration.objects.bulk_create(
        (
            Collaboration(first_id=first, second_id=second, stated_strength=strength)
            for pair, strength in source.strengths.items()
            for first, second in [sorted(pk_of[member] for member in pair)]
        ),
        batch_size=5_000,
    )
    RegistryVersion.following()


def read() -> None:
    """Cold start with its memory; then one changed rating after the other, each seen by the next proposal."""
    from django.utils import timezone

    from matching.core.model import Weights
    from matching.core.solver import propose
    from matching.facts import network
    from network.actions.base import changed
    from network.models import Organization, Rating
    from tests.benchmarks.propose import need

    today, asked = timezone.localdate(), need(1)
    before = peak()
    begun = time.perf_counter()
    known = network(today)
    cold = time.perf_counter() - begun
    told = f"{peak():.0f} MB at most ({before:.0f} before)"
    print(f"cold start of {len(known.organizations)} organizations: {cold:.2f} s, {told}")
    propose(asked, known, Weights(), 1)
    print(f"with the first proposal: {peak():.0f} MB at most")
    chance, taken = random.Random(1), []
    for _change in range(CHANGES):
        rating = Rating.objects.filter(pk__gte=chance.randrange(1, 500_000)).order_by("pk").first()
        assert rating is not None
        Rating.objects.filter(pk=rating.pk).update(level=1 + rating.level % 4, stance="neutral")
        changed(Organization.objects.get(pk=rating.organization_id))
        begun, version = time.perf_counter(), known.version
        known = network(today)
        taken.append((time.perf_counter() - begun) * 1000)
        assert known.version != version
        propose(asked, known, Weights(), 1)
    ordered = sorted(taken)
    print(f"one change known after: median {statistics.median(taken):.0f} ms, longest {ordered[-1]:.0f} ms")
    begun = time.perf_counter()
    for _question in range(CHANGES):
        network(today)
    print(f"nothing changed: {(time.perf_counter() - begun) * 1000 / CHANGES:.1f} ms")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Fill, then read; each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--organizations", type=int, default=40_000)
    parser.add_argument("--step", choices=["fill", "read"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        set_up()
        fill(options.organizations) if options.step == "fill" else read()
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VAR_DIR": folder, "SECURE": "false", "DEBUG": "false"}
        environment.pop("DATABASE_URL", None)
        for step in ("fill", "read"):
            command = [sys.executable, "-m", "tests.benchmarks.snapshot", "--step", step]
            subprocess.run([*command, "--organizations", str(options.organizations)], check=True, env=environment)


if __name__ == "__main__":
    main()
