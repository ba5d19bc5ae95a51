"""What is kept in memory is what the database says, whoever changed it and however."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from casebook.models import Case, CasePhase, Consent, Delegation, Grant, Section
from network.models import Membership
from search import columns
from search.columns import keeping
from search.models import Touched
from tests.search.cast import make_case, make_member, make_organization

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    columns.forget()
    bank, vendor = make_organization(), make_organization()
    one = make_case(bank, "甲", {"summary": ("在庫", "public"), "lessons": ("失敗", "network")}, year=2024)
    two = make_case(vendor, "乙", {"summary": ("旅館", f"org:{bank.pk}")}, year=2023, phases=["analysis"])
    make_case(bank, "丙", {"summary": ("下書き",)}, state="draft")
    readers = [AnonymousUser(), make_member(bank), make_member(vendor), make_member(), make_member(is_steward=True)]
    return one, two, readers


def agree(readers):
    known = columns.current()
    for reader in readers:
        sight = known.seen_by(reader)
        sections = set(Section.objects.visible_to(reader).values_list("pk", flat=True))
        assert set(known.sections.id[sight.readable].tolist()) == sections
        cases = set(Case.objects.visible_to(reader).values_list("pk", flat=True))
        assert set(known.cases.id[sight.visible].tolist()) == cases
        lessons = Section.objects.visible_to(reader).filter(kind="lessons").values_list("case_id", flat=True)
        assert set(known.cases.id[sight.lessons].tolist()) == set(lessons)
    assert known.cases.id[known.newest_first].tolist() == list(Case.objects.values_list("pk", flat=True))


CHANGES = {
    "a grant given": lambda one, two: Grant.objects.create(section=two.sections.get(), key="public"),
    "a grant taken": lambda one, two: Grant.objects.all().delete(),
    "a grant that ends": lambda one, two: Grant.objects.update(until=date(2020, 1, 1)),
    "a state": lambda one, two: Case.objects.filter(pk=one.pk).update(state="archived"),
    "taken down": lambda one, two: Case.objects.filter(pk=one.pk).update(state="taken_down"),
    "an embargo": lambda one, two: Case.objects.filter(pk=one.pk).update(opens_on=date(2999, 1, 1)),
    "another owner": lambda one, two: Case.objects.filter(pk=one.pk).update(owner=two.owner),
    "a new section": lambda one, two: Section.objects.create(case=two, kind="lessons", text="失敗"),
    "a section gone": lambda one, two: one.sections.filter(kind="lessons").delete(),
    "a case gone": lambda one, two: one.delete(),
    "a year": lambda one, two: Case.objects.filter(pk=two.pk).update(year=2026),
    "a phase": lambda one, two: CasePhase.objects.filter(case=two).delete(),
    "a membership gone": lambda one, two: Membership.objects.all().delete(),
    "a consent withdrawn": lambda one, two: Consent.objects.create(
        case=one, state="given", binding=True, person="架空", means="paper", withdrawn_at="2026-01-01T00:00:00Z"
    ),
    "by hand": lambda one, two: connection.cursor().execute("DELETE FROM casebook_grant"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_by_the_next_question(world, change):
    one, two, readers = world
    agree(readers)
    CHANGES[change](one, two)
    agree(readers)


def test_what_was_asked_to_be_written_is_read_at_once(world):
    _one, two, readers = world
    agree(readers)
    Delegation.objects.create(case=two, user=readers[3], until=date(2999, 1, 1))
    assert two in Case.objects.visible_to(readers[3])
    agree(readers)


def test_what_is_undone_was_never_kept(world):
    _one, _two, readers = world
    agree(readers)
    with transaction.atomic():
        Grant.objects.all().delete()
        agree(readers)
        transaction.set_rollback(True)
    agree(readers)


def test_a_day_changes_what_the_clock_changes(world, monkeypatch):
    one, _two, readers = world
    today = date(2026, 11, 27)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: today)
    Grant.objects.filter(section__case=one).update(until=today)
    columns.forget()
    agree(readers)
    today += timedelta(days=1)
    assert not columns.current().seen_by(AnonymousUser()).readable.any()
    agree(readers)


def test_only_what_changed_is_read_anew(world, monkeypatch):
    one, _two, readers = world
    agree(readers)
    with CaptureQueriesContext(connection) as queries:
        columns.current()
    assert len(queries) <= 2
    asked, read = [], keeping.read
    monkeypatch.setattr(keeping, "read", lambda books, cases=None: asked.append(cases) or read(books, cases))
    Case.objects.filter(pk=one.pk).update(year=2025)
    agree(readers)
    assert asked == [[one.pk]]


def test_traces_are_swept_and_nothing_is_missed(world):
    one, _two, readers = world
    agree(readers)
    Case.objects.filter(pk=one.pk).update(state="archived")
    Touched.objects.update(at="2020-01-01T00:00:00Z")
    assert columns.keeping.sweep() > 0
    columns.forget()
    agree(readers)
    Case.objects.filter(pk=one.pk).update(state="published")
    agree(readers)
