"""Meilisearch in every bad state: never an error page, never a leak, saves go on, all is caught up on its return."""

import json
import os
import secrets
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest
from django.core.cache import cache
from django.core.management import CommandError
from django.db import connections
from django.test import Client
from django.utils import timezone

from casebook.models import Grant
from casebook.signals import case_changed
from search import filling, outbox
from search.engines import meili
from search.engines.meili import breaker, version
from search.models import Filling, Outbox
from tests import servers
from tests.search.cast import NUMBERS, make_case, make_organization
from tests.search.fakes import call_command_output

CANARY = "翡翠鉱山"

pytestmark = [pytest.mark.meilisearch, pytest.mark.django_db(transaction=True)]


class Server:
    """A Meilisearch that can be killed and started again on what it had."""

    def __init__(self, folder):
        self.folder, self.key, self.process = folder, secrets.token_urlsafe(32), None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [servers.MEILISEARCH_BINARY, "--http-addr", f"127.0.0.1:{self.port}", "--no-analytics"]
        command += ["--max-indexing-memory", "256Mb", "--max-indexing-threads", "1"]
        environment = {**os.environ, "MEILI_MASTER_KEY": self.key, "MEILI_ENV": "production"}
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while True:
            try:
                urlopen(f"{self.url}/health", timeout=2).close()  # noqa: S310 - our own
                return
            except OSError:
                assert time.monotonic() < until, "Meilisearch did not start"
                time.sleep(0.05)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not servers.MEILISEARCH_BINARY.exists():
        pytest.skip("meilisearch is not installed (npm ci)")
    servers.MEILISEARCH_BINARY.chmod(0o755)
    server = Server(tmp_path_factory.mktemp("meilisearch"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def site(server, settings):
    """A case that everybody reads of, with a section that only the network may read; all of it in the index."""
    settings.MEILISEARCH_URL = server.url
    settings.MEILISEARCH_SEARCH_KEY = settings.MEILISEARCH_ADMIN_KEY = server.key
    settings.MEILISEARCH_INDEX = f"chaos{next(NUMBERS)}"
    bank = make_organization()
    cases = [
        make_case(bank, f"在庫{number}", {"summary": ("在庫", "public"), "lessons": (CANARY, "network")})
        for number in range(3)
    ]
    outbox.drain()
    assert answer()["engine"] == "meilisearch"
    return cases


def answer(text="在庫"):
    """What anybody is told over HTTP; an error page is a failure."""
    cache.clear()  # so many questions a minute are too many for one address
    response = Client().get("/api/v1/search", {"q": text})
    assert response.status_code == 200
    assert Client().get("/cases/", {"q": text}).status_code == 200
    return response.json()


def goes_on(site):
    """Saves succeed, everything readable is found, the hidden is not, and what was closed is closed at once."""
    bank = site[0].owner
    assert answer()["total"] == len(site)
    site.append(make_case(bank, "在庫の新しい話", {"summary": ("在庫", "public"), "lessons": (CANARY, "network")}))
    assert answer()["total"] == len(site)
    assert answer(CANARY)["total"] == 0
    closed = site.pop(0)
    Grant.objects.filter(section__case=closed).delete()
    case_changed.send(sender=type(closed), case=closed)
    told = answer()
    assert told["total"] == len(site)
    assert closed.external_id not in json.dumps(told)
    assert CANARY not in json.dumps(told, ensure_ascii=False)


def caught_up(site):
    """Within a minute of its return, by the worker alone."""
    breaker.reset()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        Outbox.objects.filter(dead_at__isnull=True).update(not_before=timezone.now())
        if call_command_output("worker", "--once")[0] == 0 and call_command_output("search", "check")[0] == 0:
            break
        time.sleep(0.2)
    assert call_command_output("search", "check") == (0, "違いはありません。\n")
    told = answer()
    assert (told["engine"], told["fallback"], told["total"]) == ("meilisearch", False, len(site))
    assert answer(CANARY)["total"] == 0


def test_killed(site, server):
    server.kill()
    assert answer()["fallback"] is True
    assert "簡易検索で表示しています" in Client().get("/cases/", {"q": "在庫"}).content.decode()
    goes_on(site)
    server.start()
    caught_up(site)


def test_killed_in_the_middle_of_a_rebuild(site, server, monkeypatch):
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    replace, calls = meili.Index.replace, []

    def killing(self, cases, documents):
        calls.append(self.index.uid)
        if len(calls) == 2:
            server.kill()
        replace(self, cases, documents)

    with monkeypatch.context() as patch:
        patch.setattr(meili.Index, "replace", killing)
        patch.setattr(meili, "WRITE_TIMEOUT", 2)
        with pytest.raises(CommandError, match="Meilisearch"):
            call_command_output("search", "rebuild")
    assert calls == [filling.next_index()] * 2
    goes_on(site)
    server.start()
    caught_up(site)
    assert filling.stand().next is None


def test_the_worker_killed_between_the_swap_and_its_note(site, monkeypatch):
    class KilledError(BaseException):
        pass

    def killed():
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(filling, "end_move", killed)
        with pytest.raises(KilledError):
            outbox.rebuild()
    assert Filling.objects.filter(moving__isnull=False).exists()
    goes_on(site)
    caught_up(site)
    assert meili.Index(filling.next_index()).made() is None


def test_the_index_deleted(site, settings):
    index = meili.Index()
    assert Client().get("/readyz").json()["search"] == "ok"
    index.drop()
    assert answer()["fallback"] is True
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["search"]) == (200, "degraded")
    assert "index_not_found" in ready.json()["problem"]
    goes_on(site)
    caught_up(site)


def test_the_index_emptied(site):
    """Nobody is told less: what matches, the database knows; only the order is poorer, until a rebuild."""
    index = meili.Index()
    index._wait(index.index.delete_all_documents())
    goes_on(site)
    status, output = call_command_output("search", "check")
    assert (status, output.count("ありません")) == (1, 2 * len([*site, "the closed one"]))
    call_command_output("search", "rebuild")
    caught_up(site)


def test_an_old_snapshot_restored(site):
    """The index says what was true once: nothing of it is told."""
    before = list(meili.Index().held())
    closed = site.pop(0)
    Grant.objects.filter(section__case=closed).delete()
    case_changed.send(sender=type(closed), case=closed)
    outbox.drain()
    index = meili.Index()
    index._wait(index.index.add_documents(before))
    assert answer()["total"] == len(site)
    goes_on(site)
    outbox.rebuild()
    caught_up(site)


def test_another_version(site, monkeypatch):
    other = {**meili.SETTINGS, "stopWords": ["xx"]}
    monkeypatch.setattr("search.engines.meili_settings.SETTINGS", other)
    monkeypatch.setattr(meili, "SETTINGS", other)
    assert answer()["fallback"] is True
    goes_on(site)
    caught_up(site)
    assert filling.complete(version())


def test_the_key_revoked(site, settings):
    right, settings.MEILISEARCH_SEARCH_KEY, settings.MEILISEARCH_ADMIN_KEY = server_key(settings), "revoked", "revoked"
    assert answer()["fallback"] is True
    goes_on(site)
    with pytest.raises(CommandError, match="invalid"):
        call_command_output("worker", "--once")
    settings.MEILISEARCH_SEARCH_KEY = settings.MEILISEARCH_ADMIN_KEY = right
    caught_up(site)


def server_key(settings):
    return settings.MEILISEARCH_ADMIN_KEY


@contextmanager
def slow(seconds):
    """A server that takes so long for every answer."""
    stop = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self):
            stop.wait(seconds)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            stop.set()
            listening.shutdown()
            thread.join()
            connections.close_all()


def test_ten_seconds_slow(site, server, settings):
    with slow(10) as url:
        settings.MEILISEARCH_URL = url
        took = []
        for _ in range(4):  # two requests each: the breaker opens after five
            began = time.monotonic()
            assert answer()["fallback"] is True
            took.append(time.monotonic() - began)
        assert 3 <= took[0] < 9
        assert took[3] < 2.5
        goes_on(site)
    settings.MEILISEARCH_URL = server.url
    caught_up(site)
