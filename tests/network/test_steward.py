"""The steward's queues and what closes them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from network import actions
from network.history import record as history
from network.models import (
    Capability,
    Change,
    Evidence,
    Membership,
    Notice,
    Organization,
    Rating,
    ServiceArea,
)
from network.stewarding import queues as steward
from network.stewarding import suspicions
from network.vocabulary import Deed, NoticeKind
from tests.cast import make_organization, make_person

pytestmark = pytest.mark.django_db


def rated(organization, *days, level=2, stance="neutral", **values):
    """A line for each number of days since its confirmation; None for one that was never confirmed."""
    now = timezone.now()
    for capability, ago in zip(Capability.objects.all(), days, strict=False):
        confirmed = None if ago is None else now - timedelta(days=ago)
        Rating.objects.create(
            organization=organization,
            capability=capability,
            level=level,
            stance=stance,
            confirmed_at=confirmed,
            **values,
        )
    newest = min((ago for ago in days if ago is not None), default=None)
    at = None if newest is None else now - timedelta(days=newest)
    Organization.objects.filter(pk=organization.pk).update(last_confirmed_at=at)
    return organization


# --- Stale --------------------------------------------------------------------------------------


def test_stale_are_active_records_with_a_line_nobody_confirmed_in_time():
    old, never = rated(make_organization("old"), 10, 400), rated(make_organization("never"), None)
    rated(make_organization("fresh"), 10, 20)
    rated(make_organization("closed", is_active=False), 400)
    make_organization("empty")
    rated(make_organization("weak"), 400, stance="weakness")
    assert list(steward.stale()) == [never, old]


def test_the_setting_says_what_stale_is(settings):
    record = rated(make_organization("one"), 40)
    assert not steward.stale().exists()
    settings.RECONFIRM_AFTER_DAYS = 30
    assert steward.stale().get() == record


def test_freshness_tells_share_and_oldest_without_weaknesses():
    record = rated(make_organization("one"), 10, 200, 400)
    Rating.objects.create(organization=record, capability=Capability.objects.all()[5], stance="weakness")
    found = steward.freshness([record.pk])[record.pk]
    assert (found.lines, found.stale, found.share) == (3, 2, 67)
    assert (timezone.now() - found.oldest).days == 400
    assert found.months == 13
    never = rated(make_organization("two"), None, 400)
    assert steward.freshness([never.pk])[never.pk].oldest is None
    empty = make_organization("three")
    assert steward.freshness([empty.pk])[empty.pk].share == 0


def test_freshness_asks_twice_for_any_number(django_assert_num_queries):
    records = [rated(make_organization(f"o{number}"), 400) for number in range(3)]
    for some in (records[:1], records):
        with django_assert_num_queries(2):
            steward.freshness([record.pk for record in some])


# --- Reminding ----------------------------------------------------------------------------------


def test_editors_are_reminded_once_in_seven_days(by):
    record = rated(make_organization("one"), 10, 400)
    editor, member = make_person("keeper"), make_person("reader")
    Membership.objects.create(user=editor, organization=record, role="editor")
    Membership.objects.create(user=member, organization=record, role="member")
    assert actions.remind(record, by=by) == 1
    assert actions.remind(record, by=by) is None
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.organization) == (editor, NoticeKind.RECONFIRM, record)
    assert notice.facts["count"] == 1
    assert steward.freshness([record.pk])[record.pk].reminded_at == notice.created_at
    Notice.objects.update(created_at=timezone.now() - timedelta(days=8), key="earlier")
    assert actions.remind(record, by=by) == 1


def test_nobody_is_reminded_where_there_is_no_editor(by):
    assert actions.remind(make_organization("one"), by=by) == 0
    assert not Notice.objects.exists()


@pytest.mark.parametrize("verb", ["remind", "not_duplicates", "examine", "examine_again"])
def test_only_stewards(world, verb):
    owner, partner, editor = world.organizations["owner"], world.organizations["partner"], world.people["editor"]
    given = {
        "remind": ((owner,), {}),
        "not_duplicates": ((owner, partner), {}),
        "examine": ((owner,), {"rule": "ring", "number": 1}),
        "examine_again": ((owner,), {"rule": "ring"}),
    }
    records, values = given[verb]
    with pytest.raises(PermissionDenied):
        getattr(actions, verb)(*records, by=editor, **values)


# --- Incomplete ---------------------------------------------------------------------------------


def whole(name):
    record = make_organization(name, contact_email="a@example.jp", about="x", ties_declared=False, remote=True)
    rated(record, 10)
    Membership.objects.create(user=make_person(name), organization=record, role="editor")
    return record


def test_a_whole_record_is_not_there():
    whole("whole")
    assert not steward.incomplete().exists()


@pytest.mark.parametrize("gap", list(steward.GAPS))
def test_each_gap_is_found_and_named(gap):
    record = whole("one")
    if gap == "ratings":
        record.ratings.update(stance="weakness")  # looks like none to a steward
    elif gap == "editor":
        record.memberships.update(role="member")
    else:
        missing = {
            "contact": {"contact_email": ""},
            "area": {"remote": False},
            "ties": {"ties_declared": None},
            "about": {"about": ""},
        }
        Organization.objects.filter(pk=record.pk).update(**missing[gap])
    found = steward.incomplete().get()
    assert steward.gaps_of(found) == [steward.GAPS[gap]]
    for other in steward.GAPS:
        assert steward.incomplete(other).exists() == (other == gap)


def test_an_area_or_a_phone_is_enough():
    record = whole("one")
    Organization.objects.filter(pk=record.pk).update(remote=False, contact_email="", contact_phone="03-1")
    ServiceArea.objects.create(organization=record, prefecture="22")
    assert not steward.incomplete().exists()


def test_an_editor_whose_account_is_closed_is_none():
    record = whole("one")
    record.memberships.get().user.__class__.objects.update(is_active=False)
    assert [str(gap) for gap in steward.gaps_of(steward.incomplete().get())] == [str(steward.GAPS["editor"])]


# --- Suspicious ---------------------------------------------------------------------------------


def rules(organization):
    return {found.rule for found in suspicions.everything() if found.organization == organization.pk}


def test_an_ordinary_record_is_not_suspicious():
    rated(make_organization("one", contact_email="a@example.jp"), 10, 20, 30, 40, 50)
    assert suspicions.everything() == []


def test_all_lines_at_the_top():
    assert rules(rated(make_organization("one"), *[10] * 5, level=4)) == {"all_top"}
    assert rules(rated(make_organization("two"), *[10] * 4, level=4)) == set()
    mixed = rated(make_organization("three"), *[10] * 5, level=4)
    mixed.ratings.filter(pk=mixed.ratings.first().pk).update(level=3)
    cache.clear()
    assert rules(mixed) == set()


def test_many_top_lines_without_evidence():
    bare = rated(make_organization("one"), *[10] * 20, level=4)
    proven = rated(make_organization("two"), *[10] * 20, level=4, evidence="https://example.jp/")
    partly = rated(make_organization("three"), *[10] * 20, level=4)
    Evidence.objects.create(
        organization=partly, capability=partly.ratings.first().capability, kind="partner", partner=bare,
        level=4, on=timezone.localdate(),
    )  # fmt: skip
    assert "unproven" in rules(bare)
    assert "unproven" not in rules(proven) | rules(partly)


def confirmations(organization, at, count):
    for number in range(count):
        change = history.note(organization, {"rating.pmo": (number, number + 1)}, deed=Deed.CONFIRMED, by=None)
        Change.objects.filter(pk=change.pk).update(at=at + timedelta(seconds=number))


def test_many_lines_confirmed_within_a_minute_again_and_again():
    now = timezone.now().replace(second=0)
    again, once, slow = (make_organization(name) for name in ("again", "once", "slow"))
    for days in (3, 9):
        confirmations(again, now - timedelta(days=days), 15)
        confirmations(slow, now - timedelta(days=days), 14)
    confirmations(once, now - timedelta(days=3), 15)
    assert rules(again) == {"rushed"}
    assert rules(once) | rules(slow) == set()


def leap(organization, codes, before, after, at):
    for code in codes:
        change = history.note(organization, {f"rating.{code}": (before, after)}, deed=Deed.RATED, by=None)
        Change.objects.filter(pk=change.pk).update(at=at)


def test_leaps_from_nothing_to_the_top_on_one_day():
    codes = list(Capability.objects.values_list("code", flat=True)[:10])
    top, third = {"level": 4, "stance": "strength"}, {"level": 3, "stance": "strength"}
    at = timezone.now() - timedelta(days=2)
    made = {name: make_organization(name) for name in ("empty", "zero", "third", "days", "weak")}
    leap(made["empty"], codes, None, top, at)
    leap(made["zero"], codes, {"level": 0, "stance": "neutral"}, top, at)
    leap(made["third"], codes, None, third, at)
    leap(made["days"], codes[:5], None, top, at)
    leap(made["days"], codes[5:], None, top, at - timedelta(days=3))
    leap(made["weak"], codes, {"level": 0, "stance": "weakness"}, top, at)
    assert {name for name, record in made.items() if "leaps" in rules(record)} == {"empty", "zero"}


def vouches(one, other, codes):
    for code in codes:
        Evidence.objects.create(
            organization=one, partner=other, capability=Capability.objects.get(code=code), kind="partner", level=3,
            on=timezone.localdate(),
        )  # fmt: skip


def test_two_that_confirm_only_each_other():
    one, other, third = (make_organization(name) for name in ("one", "other", "third"))
    vouches(one, other, ["pmo", "rfp"])
    vouches(other, one, ["pmo"])
    assert rules(one) == rules(other) == {"ring"}
    found = [found for found in suspicions.everything() if found.organization == one.pk]
    assert "「other」" in found[0].sentence
    assert found[0].number == 3
    vouches(one, third, ["pmo"])
    cache.clear()
    assert rules(one) | rules(other) == set()


def test_closed_for_a_year_while_lines_are_confirmed():
    record = rated(make_organization("one", capacity_status="closed"), 10)
    assert rules(record) == set()
    Organization.objects.update(created_at=timezone.now() - timedelta(days=400))
    cache.clear()
    assert rules(record) == {"closed"}
    history.note(record, {"capacity": (1, 2)}, deed=Deed.CAPACITY, by=None)
    cache.clear()
    assert rules(record) == set()


def test_a_number_that_cannot_be_one():
    assert rules(make_organization("bad", corporate_number="1000012050002")) == {"number"}
    assert rules(make_organization("good", corporate_number="7000012050002")) == set()


def test_one_address_of_many():
    records = [
        make_organization(f"o{n}", contact_email="Info@example.jp" if n else "info@EXAMPLE.jp") for n in range(5)
    ]
    assert all(rules(record) == {"email"} for record in records)
    Organization.objects.filter(pk=records[0].pk).update(is_active=False)
    cache.clear()
    assert suspicions.everything() == []


def test_what_was_examined_is_not_asked_again_until_there_is_more(by):
    record = rated(make_organization("one"), *[10] * 5, level=4)
    (found,) = suspicions.suspected()
    actions.examine(record, rule=found.rule, number=found.number, by=by)
    assert suspicions.suspected() == []
    assert len(suspicions.everything()) == 1
    Rating.objects.create(organization=record, capability=Capability.objects.all()[9], level=4)
    cache.clear()
    assert len(suspicions.suspected()) == 1
    actions.examine(record, rule=found.rule, number=6, by=by)
    assert suspicions.suspected() == []
    actions.examine_again(record, rule=found.rule, by=by)
    assert len(suspicions.suspected()) == 1


def test_what_was_examined_is_asked_again_after_a_year(by):
    record = rated(make_organization("one"), *[10] * 5, level=4)
    entry = actions.examine(record, rule="all_top", number=5, by=by)
    entry.at = datetime(2024, 1, 1, tzinfo=UTC)
    entry.save()
    assert len(suspicions.suspected()) == 1


def test_every_rule_has_a_sentence_and_a_label():
    names = {rule.__name__ for rule in suspicions.RULES}
    assert names == set(suspicions.WORDS) == set(suspicions.LABELS)


def test_sizes_are_counted_once_for_a_version_of_the_registry():
    rated(make_organization("one"), 400)
    assert steward.sizes()["stale"] == 1
    other = rated(make_organization("two"), 400)
    assert steward.sizes()["stale"] == 1
    actions.changed(other)
    assert steward.sizes()["stale"] == 2
