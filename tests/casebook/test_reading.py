"""What a reader sees of cases and sections: the models, the readings, the export."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casebook import actions
from casebook.models import Case, Grant, Section
from casebook.reading import read
from casebook.transfer.exporting import case_lines
from casebook.vocabulary import SectionKind
from network.models import Membership, Organization
from tests.access.truth import HIDDEN, OWNS, READS, RIGHTS, may_read
from tests.cast import AUDIENCES, MIXED, READERS, UNIFORM_KINDS, make_case, make_person


def reading_of(world, case, reader):
    [reading] = read([world.cases[case]], world.people[reader])
    return reading


# --- The table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_sections_and_cases_are_visible_and_changeable_as_the_table_says(world, reader):
    person = world.people[reader]
    found = {}
    for audience in AUDIENCES:
        case = world.cases[audience]
        views = Case.objects.visible_to(person).contains(case)
        sections = Section.objects.visible_to(person).filter(case=case).count()
        assert sections == (len(UNIFORM_KINDS) if views else 0)
        changes = Case.objects.writable_by(person).contains(case)
        shares = Case.objects.editable_by(person).contains(case)
        found[audience] = (READS if views else "") + ("c" if changes else "") + ("s" if shares else "") or HIDDEN
    assert found == RIGHTS[reader]


@pytest.mark.parametrize("reader", READERS)
def test_of_a_mixed_case_each_reader_sees_exactly_the_sections_of_its_audiences(world, reader):
    reading = reading_of(world, "mixed", reader)
    wanted = [kind for kind in SectionKind.values if may_read(reader, MIXED[kind])]
    assert [section.kind for section in reading.sections] == wanted
    assert bool(reading.measures) == may_read(reader, MIXED["result"])
    assert bool(reading.participants) == may_read(reader, MIXED["team"])
    assert reading.shows_source == may_read(reader, MIXED["identity"])
    assert reading.has_more == (len(wanted) < len(MIXED))


@pytest.mark.parametrize("reader", READERS)
def test_an_export_as_a_reader_holds_what_the_table_says(world, reader):
    lines = {line["id"]: line for line in case_lines(world.people[reader])}
    wanted = {f"case-{audience}" for audience, right in RIGHTS[reader].items() if right != HIDDEN} | {"case-mixed"}
    assert set(lines) == wanted
    kinds = {section["kind"] for section in lines["case-mixed"]["sections"]}
    assert kinds == {kind for kind in MIXED if may_read(reader, MIXED[kind])}
    own = reader in {"colleague", "editor"}
    assert all(("keys" in section) == own for line in lines.values() for section in line["sections"])


def test_the_operators_export_leaves_nothing_out(world):
    lines = {line["id"]: line for line in case_lines()}
    assert set(lines) == {f"case-{name}" for name in (*AUDIENCES, "mixed")}
    assert {section["kind"] for section in lines["case-mixed"]["sections"]} == set(MIXED)


# --- Time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), True),  # 23:59:59 in Tokyo
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), False),  # midnight in Tokyo, still the 31st in UTC
    ],
)
def test_a_grant_holds_until_the_end_of_its_last_day_in_tokyo(world, now, open_):
    section = world.section("draft", "summary")
    Grant.objects.create(section=section, key="public", until=date(2026, 3, 31))
    with patch("django.utils.timezone.now", return_value=now):
        assert Section.objects.visible_to(world.people["anonymous"]).contains(section) == open_
        assert (Section.objects.get(pk=section.pk).tlp == "CLEAR") == open_


# --- Change -------------------------------------------------------------------------------------


def test_a_lost_membership_closes_the_organizations_drafts_at_once(world):
    person, case = world.people["colleague"], world.cases["draft"]
    assert Case.objects.visible_to(person).contains(case)
    Membership.objects.filter(user=person).delete()
    assert not Case.objects.visible_to(person).contains(case)


def test_a_case_that_changes_hands_is_read_by_the_new_owner_and_no_longer_by_the_old_one(world):
    case = world.cases["draft"]
    assert Case.objects.visible_to(world.people["colleague"]).contains(case)
    assert not Case.objects.visible_to(world.people["outsider"]).contains(case)
    Case.objects.filter(pk=case.pk).update(owner=world.organizations["elsewhere"])
    assert not Case.objects.visible_to(world.people["colleague"]).contains(case)
    assert Case.objects.visible_to(world.people["outsider"]).contains(case)
    assert Case.objects.editable_by(world.people["outsider"]).contains(case)


def test_the_drafts_of_a_closed_organization_are_read_by_nobody(world):
    assert Case.objects.visible_to(world.people["editor"]).contains(world.cases["draft"])
    Organization.objects.filter(external_id="owner").update(is_active=False)
    for person in world.people.values():
        assert not Case.objects.visible_to(person).contains(world.cases["draft"])
        assert not Case.objects.editable_by(person).contains(world.cases["draft"])


def test_an_own_case_without_any_section_is_visible_to_its_organization_only(world):
    case = make_case(world, "bare", dict.fromkeys(UNIFORM_KINDS, "public"))
    assert Case.objects.visible_to(world.people["anonymous"]).contains(case)
    case.sections.all().delete()
    seen_by = {name for name, person in world.people.items() if Case.objects.visible_to(person).contains(case)}
    assert seen_by == {"colleague", "editor"}


def test_a_reader_with_several_keys_to_a_section_reads_it_once(world):
    section = world.section("network", "summary")
    Grant.objects.create(section=section, key="public")
    person = world.people["partner"]
    assert Section.objects.visible_to(person).filter(pk=section.pk).count() == 1
    assert Case.objects.visible_to(person).filter(pk=section.case_id).count() == 1


@pytest.mark.parametrize("reader", READERS[1:])
def test_only_the_owners_editors_share_a_section(world, reader):
    section = world.section("public", "summary")
    may = RIGHTS[reader]["public"] == OWNS
    try:
        actions.share(section, with_keys=[], by=world.people[reader])
    except PermissionDenied:
        assert not may
    else:
        assert may
    assert section.grants.exists() != may


def test_sharing_anew_replaces_keys_and_last_day(world):
    section = world.section("lastday", "summary")
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.share(section, with_keys=["network", "public"], by=world.people["editor"], until=tomorrow)
    assert set(section.grants.values_list("key", "until")) == {("network", tomorrow), ("public", tomorrow)}
    actions.share(section, with_keys=["network"], by=world.people["editor"])
    assert set(section.grants.values_list("key", "until")) == {("network", None)}


# --- Keys that look like others -----------------------------------------------------------------


def test_a_key_opens_only_what_is_spelled_exactly_so(world):
    person = make_person("namesake")
    section = world.section("draft", "summary")
    for near in (f"user:{person.pk}0", f"USER:{person.pk}", f" user:{person.pk}", f"user:{person.pk}%", "user:", ""):
        Grant.objects.create(section=section, key=near)
    assert not Section.objects.visible_to(person).contains(section)
    Grant.objects.create(section=section, key=f"user:{person.pk}")
    assert Section.objects.visible_to(person).contains(section)


# --- Cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_reading_takes_the_same_queries_for_one_case_and_for_three(world, django_assert_num_queries, count):
    person = world.people["partner"]
    cases = [world.cases[name] for name in ("network", "public", "lab")[:count]]
    with django_assert_num_queries(10):
        readings = read(cases, person)
    assert [len(reading.sections) for reading in readings] == [5] * count
