"""Readers at the same moment never fork a chain: threads on PostgreSQL, processes on a SQLite file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.models import LogEntry
from casebook.reading import read
from casebook.readlog import record
from casebook.readlog.verifying import verify
from casebook.vocabulary import LogAction
from network.models import Lab, LabFacilitator
from tests.casebook.log_cast import make_case
from tests.cast import make_organization, make_person
from tests.small_cast import Small
from tests.threads import at_once, needs_several_connections, refused

ROOT = Path(__file__).resolve().parents[2]
READERS, TIMES = 6, 5
PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from casebook.models import Case
from casebook.reading import read
from casebook.readlog import record
from casebook.vocabulary import LogAction
from network.models import User
reader = User.objects.get(email=sys.argv[1])
cases = list(Case.objects.order_by("pk"))
sys.stdin.readline()
for _time in range(int(sys.argv[2])):
    record(read(cases, reader), LogAction.READ, reader)
"""
SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from tests.casebook.test_log_at_once import prepared
prepared()
"""
CHECK = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from casebook.readlog.verifying import owners, verify
print([(count, faults) for count, faults in map(verify, owners())])
"""


def prepared():
    """Two owners in one lab with a case each, and the lab's facilitators."""
    lab = Lab.objects.get(name="静岡県")
    owner, partner = make_organization("owner"), make_organization("partner")
    small = Small(owner, partner, lab)
    for n in range(READERS):
        small.people[str(n)] = make_person(f"reader{'abcdef'[n]}")
        LabFacilitator.objects.create(user=small[str(n)], lab=lab)
    cases = [make_case(small, "narrow", f"lab:{lab.pk}"), make_case(small, "other", f"lab:{lab.pk}", owner=partner)]
    return small, cases


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_fork_a_chain():
    needs_several_connections()
    small, cases = prepared()

    def reading(position):
        person = small[str(position)]
        ordered = cases if position % 2 else cases[::-1]  # whoever comes from the other side must not wait in a ring

        def go():
            for _time in range(TIMES):
                record(read(ordered, person), LogAction.READ, person)

        return go

    outcomes = at_once(*map(reading, range(READERS)))
    assert refused(outcomes) == []
    for owner in (small.owner, small.partner):
        assert verify(owner.pk) == (READERS * TIMES, [])
    assert LogEntry.objects.count() == 2 * READERS * TIMES


def test_processes_do_not_fork_a_chain_in_a_sqlite_file(tmp_path):
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "PYTHONPATH": str(ROOT)}
    del environment["DATABASE_URL"]
    common = {"cwd": ROOT, "env": environment, "text": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], check=True, **common)
    subprocess.run([sys.executable, "-c", SETUP], check=True, **common)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, f"zqmailreader{letter}qz@example.jp", str(TIMES)],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, **common,
        )
        for letter in "abc"
    ]  # fmt: skip
    for one in readers:
        one.stdin.write("go\n")
        one.stdin.flush()
    problems = [one.communicate(timeout=120)[1] for one in readers]
    assert problems == ["", "", ""]
    checked = subprocess.run([sys.executable, "-c", CHECK], check=True, stdout=subprocess.PIPE, **common)
    assert checked.stdout.strip() == str([(3 * TIMES, [])] * 2)
