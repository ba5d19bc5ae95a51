"""Several browsers, one invitation: exactly one gets in, on PostgreSQL and on SQLite."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from network import actions
from network.models import Invitation, Membership, User
from tests.cast import make_organization

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 8
MAKE = """
from datetime import timedelta
from django.utils import timezone
from network import actions
from network.models import Invitation, Organization
bank = Organization.objects.create(external_id="bank", name="bank", kind="shinkin_bank", prefecture="22")
Invitation.objects.create(
    organization=bank, email="new@example.jp", digest=actions.digest_of("secret"),
    expires_at=timezone.now() + timedelta(days=1),
)
"""
TAKE = """
import sys, time
import django
django.setup()
from django.core.exceptions import ValidationError
from network import actions
time.sleep(max(0, float(sys.argv[1]) - time.time()))
try:
    actions.open_account(actions.digest_of("secret"), name="new", password="a-long-password-2026")
    print("in")
except actions.UnusableError as refusal:
    print(refusal.why)
except ValidationError:
    print("has an account")
"""
COUNT = """
from network.models import Membership, User
print(Membership.objects.count(), User.objects.count())
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["accept", "open_account"])
def test_of_eight_threads_exactly_one_gets_in(way):
    if connection.vendor == "sqlite":
        pytest.skip("in memory there is one connection: the processes below, and PostgreSQL, decide")
    bank = make_organization("bank-at-once")
    digest = actions.digest_of("secret")
    tomorrow = timezone.now() + timedelta(days=1)
    Invitation.objects.create(organization=bank, email="new@example.jp", digest=digest, expires_at=tomorrow)
    person = User.objects.create_user("new@example.jp") if way == "accept" else None
    outcomes: list[str] = []
    together = threading.Barrier(AT_ONCE)

    def go() -> None:
        together.wait()
        try:
            if person:
                actions.accept(digest, by=person)
            else:
                actions.open_account(digest, name="new", password="a-long-password-2026")
        except actions.UnusableError as refusal:
            outcomes.append(refusal.why)
        except ValidationError:
            outcomes.append("has an account")
        else:
            outcomes.append("in")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", *["used"] * (AT_ONCE - 1)]
    assert Membership.objects.filter(organization=bank).count() == 1


def test_of_four_processes_on_one_sqlite_file_exactly_one_gets_in(tmp_path):
    services = {"DATABASE_URL", "REDIS_URL", "MEILISEARCH_URL"}
    env = {name: value for name, value in os.environ.items() if name not in services}
    env |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}

    def manage(*words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout

    manage("migrate", "-v0", "--run-syncdb")
    manage("shell", "-v0", "-c", MAKE)
    at = str(time.time() + 4)
    running = [
        subprocess.Popen([sys.executable, "-c", TAKE, at], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _number in range(4)
    ]
    outcomes = [process.communicate(timeout=60)[0].strip() for process in running]
    assert sorted(outcomes) == ["in", "used", "used", "used"]
    assert manage("shell", "-v0", "-c", COUNT).split() == ["1", "1"]
