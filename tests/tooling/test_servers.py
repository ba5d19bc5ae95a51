"""tests.servers: every server starts, answers, ends, and leaves neither a process nor a file."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import processes, servers
from tests.server_fixtures import run_of

started = contextmanager(run_of)


def running_processes() -> Iterator[tuple[int, str, str]]:
    """Process id, command line and working folder of all that we may look at."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield int(entry.name), command, os.readlink(entry / "cwd")


def folder_of(port: int) -> str:
    """The temporary folder of the server on `port`: all its processes work somewhere below."""
    [folder] = {folder for _, command, folder in running_processes() if str(port) in command and "musubime-" in folder}
    return folder.removesuffix("/data")


def left_in(folder: str) -> list[str]:
    return [command for _, command, place in running_processes() if place.startswith(folder)]


def gone_within(seconds: float, is_gone: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not is_gone() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_gone()


def says(port: int, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(line)
        return connection.recv(64)


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def version(server: servers.Meilisearch, key: str) -> tuple[int, str | None]:
    with closing(HTTPConnection("127.0.0.1", port_in(server.url), timeout=5)) as connection:
        connection.request("GET", "/version", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, json.load(answer).get("pkgVersion")


def port_in(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def test_postgres_answers_and_leaves_nothing():
    with started(servers.postgres) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE another")
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        folder = folder_of(port_in(url))
        assert len(left_in(folder)) > 3
    assert left_in(folder) == []
    assert not Path(folder).exists()
    assert refused(port_in(url))


def test_postgres_asks_for_its_password():
    with started(servers.postgres) as url:
        wrong = url.replace(urlsplit(url).password or "", "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_postgres_ends_although_a_client_is_still_connected():
    with started(servers.postgres) as url:
        client = psycopg.connect(url)
    with client, pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")


def test_redis_answers_and_leaves_nothing():
    with started(servers.redis) as url:
        port = port_in(url)
        assert says(port, b"SET a 1\r\n") == b"+OK\r\n"
        folder = folder_of(port)
        assert len(left_in(folder)) == 1
    assert left_in(folder) == []
    assert not Path(folder).exists()
    assert refused(port)


def test_two_servers_of_a_kind_do_not_meet():
    with started(servers.redis) as one, started(servers.redis) as other:
        assert says(port_in(one), b"SET a 1\r\n") == b"+OK\r\n"
        assert says(port_in(other), b"GET a\r\n") == b"$-1\r\n"


def test_meilisearch_answers_to_its_key_only_and_leaves_nothing():
    with started(servers.meilisearch) as server:
        assert version(server, "another key") == (403, None)
        assert version(server, server.master_key) == (200, "1.21.0")
        folder = folder_of(port_in(server.url))
        assert len(left_in(folder)) == 1
        assert server.master_key not in left_in(folder)[0]
    assert left_in(folder) == []
    assert not Path(folder).exists()


def test_an_error_in_the_block_ends_the_server_too():
    with pytest.raises(ZeroDivisionError), started(servers.redis) as url:
        raise ZeroDivisionError
    assert refused(port_in(url))


def test_a_taken_port_is_tried_again_with_another(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], processes.free_port()])
        monkeypatch.setattr(processes, "free_port", lambda: next(ports))
        with started(servers.redis) as url:
            assert port_in(url) != taken.getsockname()[1]
            assert says(port_in(url), b"PING\r\n") == b"+PONG\r\n"


def test_a_program_that_ends_at_once_is_an_error_with_its_last_words(tmp_path):
    with (
        pytest.raises(processes.ServerFailed, match="no luck"),
        processes.serving(lambda _: ["sh", "-c", "echo no luck; exit 1"], print, tmp_path),
    ):
        pytest.fail("never reached")


def test_a_silent_program_is_an_error_and_ended(tmp_path, monkeypatch):
    def refuses(port: int) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(processes, "START_SECONDS", 0.2)
    with (
        pytest.raises(processes.ServerFailed, match="did not answer"),
        processes.serving(lambda _: ["sleep", "60"], refuses, tmp_path),
    ):
        pytest.fail("never reached")
    assert left_in(str(tmp_path)) == []


def test_a_program_deaf_to_its_signal_is_killed_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    deaf = "trap '' TERM; sleep 60 & while :; do sleep 1; done"
    with processes.serving(lambda _: ["sh", "-c", deaf], lambda _: None, tmp_path):
        assert left_in(str(tmp_path)) != []
    assert gone_within(5, lambda: left_in(str(tmp_path)) == [])


@pytest.mark.parametrize(
    ("start", "missing"),
    [(servers.redis, "redis-server"), (servers.postgres, "postgresql"), (servers.meilisearch, "meilisearch")],
)
def test_a_missing_program_is_named_with_the_way_to_get_it(start, missing, monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "MEILISEARCH_BINARY", tmp_path / "none")
    monkeypatch.setattr(servers, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(servers.MissingServer, match=missing) as error, start():
        pytest.fail("never reached")
    assert error.value.name == missing
    assert servers.INSTALL[missing] in str(error.value)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_server_skips_its_tests_except_in_ci(ci, outcome, monkeypatch):
    @contextmanager
    def missing() -> Iterator[str]:
        raise servers.MissingServer("redis-server")
        yield ""

    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="redis-server"), started(missing):
        pytest.fail("never reached")


# --- Command line -------------------------------------------------------------------------------


def command_line(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.servers", *arguments]


@pytest.fixture
def telling(tmp_path, monkeypatch) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], int]]]:
    """Runs `python -m tests.servers redis -- …` with a command that tells the server's port, and then waits."""
    running: list[subprocess.Popen[bytes]] = []
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def run(*prefix: str) -> tuple[subprocess.Popen[bytes], int]:
        tell = "print(__import__('os').environ['REDIS_URL'], flush=True); __import__('time').sleep(60)"
        command = [*prefix, *command_line("redis", "--", sys.executable, "-c", tell)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        running.append(process)
        assert process.stdout
        return process, port_in(process.stdout.readline().decode())

    yield run
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_command_gets_the_address_and_gives_its_status(redis_url):
    script = "import os, sys; sys.exit(7 if os.environ['REDIS_URL'].startswith('redis://') else 1)"
    done = subprocess.run(command_line("redis", "--", sys.executable, "-c", script), check=False)
    assert done.returncode == 7


def test_command_gets_all_servers_that_were_named(redis_url, postgres_url):
    script = "import os; print(sorted(os.environ.keys() & {'REDIS_URL', 'DATABASE_URL', 'MEILISEARCH_URL'}))"
    done = subprocess.run(
        command_line("redis", "postgres", "--", sys.executable, "-c", script), check=True, capture_output=True
    )
    assert done.stdout == b"['DATABASE_URL', 'REDIS_URL']\n"


@pytest.mark.parametrize("arguments", [[], ["redis"], ["redis", "--"], ["oracle", "--", "true"]])
def test_a_wrong_command_line_is_explained(arguments):
    done = subprocess.run(command_line(*arguments), check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "redis" in done.stderr


def test_a_missing_server_has_its_own_status(tmp_path):
    done = subprocess.run(
        command_line("redis", "--", "true"), check=False, capture_output=True, env={"PATH": str(tmp_path)}, text=True
    )
    assert done.returncode == os.EX_UNAVAILABLE
    assert "redis-server" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_command_and_server(number, telling, redis_url):
    process, port = telling()
    folder = folder_of(port)
    # Ctrl-C goes to the whole foreground group, kill to one process.
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    assert process.wait(timeout=20) == 128 + number
    assert refused(port)
    assert left_in(folder) == []
    assert not Path(folder).exists()


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv (util-linux) is not here")
def test_even_killed_it_leaves_no_server(telling, redis_url):
    process, port = telling()
    process.kill()
    assert gone_within(10, lambda: refused(port))
