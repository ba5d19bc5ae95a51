"""A room on a real site: two uvicorn workers, a real Redis that can be stopped, people with browsers' manners."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.processes import dies_with_us, free_port, serving

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.matching.room_cast import build_scene
def session(person):
    made = SessionStore()
    made[SESSION_KEY], made[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made.save()
    return made.session_key
scene = build_scene()
print(json.dumps({"room": scene.room.pk, "keys": {who: session(scene.people[who]) for who in ("member", "mate")}}))
"""
BURST = """
import sys
from network import hints
from matching.models import Room
from matching.rooms import actions
from network.models import User
count, drops = int(sys.argv[1]), sys.argv[2] == "drops"
real, sent = hints.hint, []
def lossy(groups, message=hints.LOOK):
    # Two of three are lost, and everything of the last third.
    sent.append(1)
    if message["type"] != "news" or (len(sent) % 3 == 0 and message["seq"] < count * 2 // 3):
        real(groups, message)
if drops:
    hints.hint = lossy
room, by = Room.objects.get(), User.objects.get(name="架空 mate")
for n in range(count):
    actions.post(room, text=f"burst {n}", by=by)
"""


@dataclass
class Redis:
    """A Redis on one port, now here and now gone."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*dies_with_us(), *command], cwd=self.folder, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@dataclass
class Site:
    port: int
    env: dict[str, str]
    redis: Redis
    room: int
    keys: dict[str, str]

    def burst(self, count: int, how: str = "") -> None:
        """So many messages one after the other, by a third process; `drops`: most hints are lost."""
        python(self.env, BURST, str(count), how)

    def ask(self, path: str, who: str = "member", body: dict[str, str] | None = None) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            cookie = f"sessionid={self.keys[who]}; csrftoken={'c' * 32}"
            head = {"Cookie": cookie, "Accept": "application/json", "X-CSRFToken": "c" * 32}
            if body is None:
                connection.request("GET", path, headers=head)
            else:
                head["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", path, urlencode(body), head)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def socket(self, who: str = "member"):
        head = {"Cookie": f"sessionid={self.keys[who]}"}
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/rooms/{self.room}/",
            origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            additional_headers=head,
            open_timeout=5,
            close_timeout=1,
            proxy=None,
        )


class Client(threading.Thread):
    """Does what room.js does: fetches after its last number at every hint, when it connects, and at the floor."""

    def __init__(self, site: Site, after: int, until: int, floor: float) -> None:
        super().__init__(daemon=True)
        self.site, self.after, self.until, self.floor = site, after, until, floor
        self.got: list[int] = []
        self.done_at = self.refused = 0.0
        self.ready = threading.Event()

    def run(self) -> None:
        wait = 0.2
        while self.after < self.until:
            with suppress(OSError, WebSocketException, TimeoutError), self.site.socket() as socket:
                wait = 0.2
                self.fetch()
                self.ready.set()
                self.listen(socket)
            if self.after < self.until:
                self.fetch()
                time.sleep(wait)
                wait = min(wait * 2, 2.0)
        self.done_at = time.monotonic()

    def listen(self, socket) -> None:
        while self.after < self.until:
            with suppress(TimeoutError):
                told = json.loads(socket.recv(timeout=self.floor))
                if told.get("seq", 0) <= self.after:
                    continue
            self.fetch()

    def fetch(self) -> None:
        more = True
        while more:
            status, body = self.site.ask(f"/rooms/{self.site.room}/events/?after={self.after}")
            assert status == 200, status
            told = json.loads(body)
            self.got += [one["seq"] for one in told["events"]]
            self.after = self.got[-1] if self.got else self.after
            more = told["more"]


def python(env: dict[str, str], code: str, *words: str) -> str:
    head = "import django\ndjango.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", head + code, *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout


@contextmanager
def room_site(var: Path, workers: int = 2) -> Iterator[Site]:
    redis = Redis(var)
    redis.start()
    services = {"DATABASE_URL", "REDIS_URL", "MEILISEARCH_URL", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in services}
    env |= {"VAR_DIR": str(var), "EMAIL_URL": "dummymail://", "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": redis.url, "DEBUG": "true"}
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        made = json.loads(python(env, PREPARE).splitlines()[-1])

        def command(port: int) -> list[str]:
            app = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
            limits = ["--ws-max-size", "65536", "--timeout-graceful-shutdown", "10", "--lifespan", "off"]
            return [*app, *limits, "--workers", str(workers)]

        with serving(command, answers, var, environment=env) as port:
            yield Site(port, env, redis, made["room"], made["keys"])
    finally:
        redis.stop()


def answers(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/livez")
        connection.getresponse().read()


def has_redis() -> bool:
    return shutil.which("redis-server") is not None
