"""How well and how fast the engines find: quality over the judged searches, then time as the casebook grows.

The engines answer the same searches (`tests/search/judged`): the database engine on SQLite and on PostgreSQL, and
Meilisearch. Then whole requests of the search page are timed, by a member of the network, over casebooks of 1,000 and
100,000 sections (`--size 1000000` for more): with the database engine on both databases, with Meilisearch on SQLite,
where its own answers are timed in the same run. Prints figures; asserts nothing.
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.servers import Meilisearch, MissingServer, as_environment, meilisearch

if TYPE_CHECKING:
    from tests.search.judging import Judged

REQUESTS = 150
WARM = 10
SIZES = [1_000, 100_000]
MOST_IN_BOTH = 100_000
"""Sections up to which Meilisearch is filled too: it takes minutes."""
INDEXED = 60
"""So many cases are indexed by the real way, to see how long that takes."""


def main() -> None:
    """Every step on every database, each in a process of its own; or the one step that is named."""
    parser = argparse.ArgumentParser()
    sizes = {"type": int, "action": "append", "dest": "sections", "metavar": "N"}
    parser.add_argument("--size", "--sections", **sizes, help=f"how many sections, once or more; else {SIZES}")
    parser.add_argument("--meilisearch", action="store_true", help="with Meilisearch, however many sections there are")
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"], action="append")
    parser.add_argument("--step", choices=["quality", "time"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "quality":
        quality_step()
    elif options.step == "time":
        time_step(options.sections[0], with_meilisearch=options.meilisearch)
    else:
        for database in options.database or ["SQLite", "PostgreSQL"]:
            print(f"--- {database}", flush=True)
            run(database, "--step", "quality")
            for sections in options.sections or SIZES:
                both = database == "SQLite" and (options.meilisearch or sections <= MOST_IN_BOTH)
                further = ["--meilisearch"] if both else []
                run(database, "--step", "time", "--sections", str(sections), *further)


def run(database: str, *arguments: str, module: str = "tests.benchmarks.search") -> None:
    """The module with these arguments in a process of its own, on a database of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {"VAR_DIR": folder, "SECURE": "false", "DEBUG": "false", "LOG_LEVEL": "ERROR"}
        try:
            if database == "PostgreSQL":
                environment |= stack.enter_context(as_environment("postgres"))
        except MissingServer as missing:
            print(missing)
            return
        command = [sys.executable, "-m", module, *arguments]
        subprocess.run(command, check=True, env={**os.environ, **environment})


def set_up() -> None:
    """Django on a database with all its tables."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)


# --- How well ----------------------------------------------------------------------------------


def quality_step() -> None:
    """nDCG, MRR, recall and the share of empty answers: of each engine, and of each form of search."""
    set_up()
    from tests.search.cast import make_organization
    from tests.search.judging import plant

    names = {here: name for name, here in plant(make_organization()).items()}
    by_each_engine(lambda engine: print_quality(engine, names))


def by_each_engine(show: Callable[[str], None], *, with_meilisearch: bool = True) -> None:
    """Show the database engine, and Meilisearch once it holds every case."""
    show("database")
    try:
        if with_meilisearch:
            with meilisearch() as server:
                fill(server)
                show("meilisearch")
    except MissingServer as missing:
        print(missing)


def fill(server: Meilisearch) -> None:
    """Have Meilisearch hold every case."""
    from search import outbox

    configure(server)
    outbox.rebuild()


def configure(server: Meilisearch) -> None:
    from django.conf import settings

    settings.MEILISEARCH_URL, settings.MEILISEARCH_INDEX = server.url, "bench"
    settings.MEILISEARCH_SEARCH_KEY = settings.MEILISEARCH_ADMIN_KEY = server.master_key


def print_quality(engine: str, names: dict[str, str]) -> None:
    from tests.search.judging import searches

    everything = searches()
    for form in ["", *sorted({one.form for one in everything})]:
        print_row(engine, form or "all", [one for one in everything if form in {"", one.form}], names)


def print_row(engine: str, form: str, asked: "Sequence[Judged]", names: Mapping[str, str]) -> None:
    """How well the engine answers these searches; `names` are the judged ids by those of the cases here."""
    from django.contrib.auth.models import AnonymousUser

    from search.finding import find
    from tests.search.judging import DEEP, quality

    def found(text: str) -> list[str]:
        return [names[hit.id] for hit in find(text, AnonymousUser(), limit=DEEP, engine=engine).hits]

    print(f"{engine:<12} {form:<11} {len(asked):>3} searches  {quality(asked, found)}", flush=True)


# --- How fast ----------------------------------------------------------------------------------


def time_step(sections: int, *, with_meilisearch: bool) -> None:
    """Milliseconds of whole requests: session, keys, engine, re-reading, facets, template."""
    set_up()
    from django.test import Client

    from search import columns
    from tests.benchmarks._casebook import Writer, size
    from tests.search.judging import searches

    writer, begun = Writer(), time.perf_counter()
    writer.write(sections)
    print(f"{size()}, written in {time.perf_counter() - begun:.0f} s", flush=True)
    person, client = writer.member(), Client()
    client.force_login(person)
    timed("columns (cold)", columns.current)
    timed(f"indexing, a case of {INDEXED}", index_some, INDEXED)
    texts = typed([one.text for one in searches()], [one.text for one in writer.sentences])
    measured("page, first time asked", client, texts)
    measured("page, asked again", client, texts)
    measured("page, anonymous", Client(), texts)
    if with_meilisearch:
        meilisearch_times(client, texts)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most", flush=True)


def meilisearch_times(client: Any, texts: list[str]) -> None:
    """The same requests with Meilisearch, and how long it took itself over its part of them."""
    try:
        with meilisearch() as server:
            begun = time.perf_counter()
            fill_at_once(server)
            print(f"Meilisearch filled in {time.perf_counter() - begun:.0f} s", flush=True)
            own = watched()
            measured("page, with Meilisearch", client, texts)
            told("Meilisearch itself", sorted(own[WARM:]))
    except MissingServer as missing:
        print(missing)


def fill_at_once(server: Meilisearch) -> None:
    """Have Meilisearch hold every section without the outbox, which analyses each of them anew."""
    from search.engines.meili import Index, version
    from search.models import Filling
    from tests.benchmarks._casebook import documents

    configure(server)
    index = Index()
    index.prepare()
    for batch in documents():
        index.replace([], batch)  # nothing to take away: the index is new
    known = {"made": index.made() or "", "version": version(), "last": 0}
    Filling.objects.update_or_create(index=index.index.uid, defaults=known)


def watched() -> list[float]:
    """Milliseconds of each of Meilisearch's answers from now on."""
    from search.engines.meili import MeilisearchEngine

    taken: list[float] = []
    asked = MeilisearchEngine._hits

    def timed_hits(self: MeilisearchEngine, *arguments: Any, **options: Any) -> list[dict[str, Any]]:
        begun = time.perf_counter()
        try:
            return asked(self, *arguments, **options)
        finally:
            taken.append((time.perf_counter() - begun) * 1000)

    MeilisearchEngine._hits = timed_hits  # type: ignore[method-assign]
    return taken


def typed(judged: list[str], sentences: list[str]) -> list[str]:
    """Searches as people type them, and pieces of sentences that many sections hold: the slow ones."""
    dice = random.Random(4)
    pieces = [text[:20] for text in dice.sample(sentences, REQUESTS // 2)]
    return dice.sample([*dice.sample(judged, REQUESTS // 2), *pieces], REQUESTS // 2 * 2)


def index_some(cases: int) -> None:
    """Analyse and write cases as a change of them does."""
    from casebook.models import Case
    from search.indexing import index_case

    for case in Case.objects.order_by("-pk")[:cases]:
        index_case(case)


def timed(label: str, work: Callable[[], object] | Callable[[int], object], times: int = 0) -> None:
    begun = time.perf_counter()
    work(times) if times else work()  # type: ignore[call-arg]
    print(f"{label:<28} {(time.perf_counter() - begun) * 1000 / (times or 1):8.1f} ms", flush=True)


def measured(label: str, client: Any, texts: list[str]) -> None:
    taken = []
    for text in [*texts[:WARM], *texts]:
        begun = time.perf_counter()
        answer = client.get("/cases/", {"q": text}, headers={"HX-Request": "true"})
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            print(f"{label}: status {answer.status_code}")
            return
    told(label, sorted(taken[WARM:]))


def told(label: str, taken: list[float]) -> None:
    """Median and 95th percentile of sorted times."""
    if taken:
        p95 = taken[int(len(taken) * 0.95) - 1]
        print(f"{label:<28} p50 {statistics.median(taken):7.1f} ms   p95 {p95:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
