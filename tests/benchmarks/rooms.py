"""Rooms for longer than a test may take: python -m tests.benchmarks.rooms [burst] [outage] [idle] [ending]

burst   300 events to 20 clients over two processes, whole and with most hints lost: seconds until everybody has all
outage  Redis away for 60 s in the midst of 120 messages: what is saved, lost or doubled, seconds until sockets are back
idle    a socket that hears nothing for 180 s stays open
ending  SIGTERM with 50 sockets and a slow POST: seconds until the end, and whether the message is whole or absent
"""

import http.client
import json
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from tests.matching.room_site import ROOT, Client, Site, answers, room_site
from tests.processes import free_port


def last_of(site: Site) -> int:
    return int(json.loads(site.ask(f"/rooms/{site.room}/events/?after=0")[1])["last"])


def clients_of(site: Site, count: int, floor: float, people: int = 20) -> list[Client]:
    before = last_of(site)
    clients = [Client(site, before, before + count, floor) for _ in range(people)]
    for client in clients:
        client.start()
    for client in clients:
        client.ready.wait(30)
    return clients


def verdict(clients: list[Client], wanted: list[int]) -> str:
    return f"{sum(client.got == wanted for client in clients)} of {len(clients)} complete and in order"


def burst(site: Site) -> None:
    for how in ("whole", "drops"):
        clients = clients_of(site, 300, 600.0)
        wanted = list(range(clients[0].after + 1, clients[0].until + 1))
        began = time.monotonic()
        site.burst(300, how)
        saved = time.monotonic()
        for client in clients:
            client.join(60)
        late = max(client.done_at for client in clients) - saved
        print(
            f"burst {how}: {verdict(clients, wanted)}; last client {late:.1f} s after the last of {saved - began:.1f} s"
        )


def outage(site: Site, seconds: float = 60.0) -> None:
    clients = clients_of(site, 120, 15.0)
    wanted = list(range(clients[0].after + 1, clients[0].until + 1))
    statuses: list[int] = []
    began = back = time.monotonic()
    for n in range(120):
        if n == 20:
            site.redis.stop()
            began = time.monotonic()
        if n == 100:
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            site.redis.start()
            back = time.monotonic()
        body = {"text": f"{n}", "key": f"outage-{n}"}
        statuses.append(site.ask(f"/rooms/{site.room}/messages/", "mate", body)[0])
    with site.socket() as socket:
        socket.recv(timeout=15)
        opened = time.monotonic() - back
    for client in clients:
        client.join(60)
    told = f"{statuses.count(201)} of 120 saved; {verdict(clients, wanted)}"
    print(f"outage of {seconds:.0f} s: {told}; sockets back {opened:.1f} s after Redis")


def idle(site: Site, seconds: float = 180.0) -> None:
    with site.socket() as socket:
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            try:
                socket.recv(timeout=max(0.1, began + seconds - time.monotonic()))
            except TimeoutError:
                break
        site.burst(1)
        while json.loads(socket.recv(timeout=10)).get("seq") != last_of(site):
            pass
    print(f"idle: open after {time.monotonic() - began:.0f} s and told of the next event")


def ending(site: Site) -> None:
    """On a server of its own beside the site's."""
    port = free_port()
    app = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off"]
    limits = ["--ws-max-size", "65536", "--timeout-graceful-shutdown", "10", "--workers", "2"]
    server = subprocess.Popen(
        [*app, *limits], cwd=ROOT, env=site.env, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    other = Site(port, site.env, site.redis, site.room, site.keys)
    while True:
        try:
            answers(port)
            break
        except OSError:
            time.sleep(0.2)
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(other.socket())
        slow = Thread(target=dribble, args=(other,), daemon=True)
        slow.start()
        time.sleep(1.0)
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        took = time.monotonic() - began
    slow.join(20)
    found = site.ask(f"/rooms/{site.room}/?q=dribbled")[1].decode()
    whole = found.count("dribbled " + "x" * 400)
    print(f"ending: {took:.1f} s with 50 sockets; the slow message: {'whole' if whole else 'absent'}")


def dribble(site: Site) -> None:
    """A message whose body takes four seconds to arrive."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    body = urlencode({"text": "dribbled " + "x" * 400, "key": "dribble"}).encode()
    connection.putrequest("POST", f"/rooms/{site.room}/messages/")
    for name, value in (
        ("Cookie", f"sessionid={site.keys['mate']}; csrftoken={'c' * 32}"),
        ("X-CSRFToken", "c" * 32),
        ("Accept", "application/json"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(len(body))),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for start in range(0, len(body), 60):
            connection.send(body[start : start + 60])
            time.sleep(0.5)
        connection.getresponse().read()
    except OSError:
        pass
    finally:
        connection.close()


def main() -> None:
    asked = sys.argv[1:] or ["burst", "outage", "idle", "ending"]
    with tempfile.TemporaryDirectory() as folder, room_site(Path(folder)) as site:
        for name in asked:
            {"burst": burst, "outage": outage, "idle": idle, "ending": ending}[name](site)


if __name__ == "__main__":
    main()
