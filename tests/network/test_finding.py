"""Finding organizations: what the table in memory answers is what the database would."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network import actions
from network.codes import primary_doctor_kinds
from network.finding import found, table
from network.finding.counting import Counting
from network.finding.found import find
from network.finding.reading import Axes, columns
from network.finding.wanted import CONFIRMED_WITHIN, Known, Room, Sort, Wanted, unknown_values
from network.finding.words import folded
from network.models import (
    Capability,
    Lab,
    Membership,
    Office,
    OfficeArea,
    Organization,
    OrganizationIndustry,
    Rating,
    RegistryVersion,
    ServiceArea,
    User,
)
from network.vocabulary import CapacityStatus, Role, Stance
from tests.cast import READERS, make_organization, make_rating

pytestmark = pytest.mark.django_db

CAPABILITIES, KINDS, PLACES = ("pmo", "rfp", "rpa"), ("shinkin_bank", "university"), ("13", "22", "27")
LABS, INDUSTRIES = ("静岡県", "大阪市"), ("D", "E")


# --- The same questions, asked of the database --------------------------------------------------


def rooms(room, today):
    outdated = Q(capacity_until__lt=today)
    if room == Room.ACCEPTING:
        return Q(pk__in=Organization.objects.accepting(today).order_by().values("pk"))
    if room == Room.OUTDATED:
        return outdated
    if room == Room.WAITLIST:
        return Q(capacity_status=CapacityStatus.WAITLIST) & ~outdated
    return ~(rooms(Room.ACCEPTING, today) | outdated | Q(capacity_status=CapacityStatus.WAITLIST))


def any_of(conditions):
    whole = Q(pk__in=[])
    for condition in conditions:
        whole |= condition
    return whole


def inside(rows):
    return Q(pk__in=rows.order_by().values("pk"))


def asked_of_the_database(wanted, reader):
    rows = Organization.objects.visible_to(reader).filter(is_active=True)
    today, every = timezone.localdate(), Organization.objects.all()
    conditions = []
    if wanted.kind:
        conditions.append(Q(kind__in=wanted.kind))
    if wanted.capability:
        some = Capability.objects.filter(code__in=wanted.capability)
        conditions.append(any_of(inside(every.able(capability, wanted.min_level)) for capability in some))
    if wanted.prefecture:
        conditions.append(any_of(inside(every.serving(code)) for code in wanted.prefecture))
    if wanted.industry:
        conditions.append(inside(every.filter(industries__industry__in=wanted.industry)))
    if wanted.capacity:
        conditions.append(any_of(rooms(room, today) for room in wanted.capacity))
    if wanted.primary_doctor:
        conditions.append(Q(kind__in=primary_doctor_kinds()))
    if wanted.remote:
        conditions.append(Q(remote=True) | inside(every.filter(offices__remote=True)))
    if wanted.nationwide:
        conditions.append(Q(nationwide=True) | inside(every.filter(offices__nationwide=True)))
    if wanted.confirmed_within:
        conditions.append(Q(last_confirmed_at__gte=timezone.now() - timedelta(days=wanted.confirmed_within)))
    if wanted.lab:
        conditions.append(inside(every.filter(labs__name__in=wanted.lab)))
    for condition in conditions:
        rows = rows.filter(condition)
    return rows


def with_value(wanted, name, value):
    held = getattr(wanted, name)
    return replace(wanted, **{name: (value,) if isinstance(held, tuple) else value})


VALUES = {
    "kind": KINDS,
    "capability": CAPABILITIES,
    "prefecture": PLACES,
    "industry": INDUSTRIES,
    "capacity": Room.values,
    "lab": LABS,
    "confirmed_within": CONFIRMED_WITHIN,
    "primary_doctor": (True,),
    "remote": (True,),
    "nationwide": (True,),
}


def compared(wanted, reader):
    """The answer and every count, against the database."""
    answer = find(wanted, reader)
    assert set(answer.ids) == set(asked_of_the_database(wanted, reader).values_list("pk", flat=True))
    assert len(answer.ids) == len(set(answer.ids))
    for name, values in VALUES.items():
        for value in values:
            expected = asked_of_the_database(with_value(wanted, name, value), reader).count()
            key = "on" if value is True else str(value)
            assert answer.counts.get(name, {}).get(key, 0) == expected, (name, value)
    for level in range(1, 5) if wanted.capability else ():
        expected = asked_of_the_database(replace(wanted, min_level=level), reader).count()
        assert answer.counts.get("min_level", {}).get(str(level), 0) == expected
    return answer


def subset(values):
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


TODAY = date(2026, 11, 22)
organizations = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "prefecture": st.sampled_from(PLACES),
        "is_active": st.sampled_from([True, True, True, False]),
        "nationwide": st.sampled_from([False, False, True]),
        "remote": st.booleans(),
        "capacity_status": st.sampled_from(CapacityStatus.values),
        "capacity_slots": st.integers(0, 2),
        "until": st.sampled_from([None, -1, 0, 1]),
        "confirmed": st.sampled_from([None, 1, 60, 200, 400]),
        "ratings": st.dictionaries(
            st.sampled_from(CAPABILITIES), st.tuples(st.integers(0, 4), st.sampled_from(Stance.values))
        ),
        "areas": subset(PLACES),
        "industries": subset(INDUSTRIES),
        "labs": subset(LABS),
        "office": st.none() | st.tuples(st.sampled_from(PLACES), subset(PLACES), st.booleans(), st.booleans()),
    }
)
questions = st.builds(
    Wanted,
    kind=subset(KINDS),
    capability=subset(CAPABILITIES),
    min_level=st.integers(1, 4),
    prefecture=subset(PLACES),
    industry=subset(INDUSTRIES),
    capacity=subset(Room.values),
    primary_doctor=st.booleans(),
    remote=st.booleans(),
    nationwide=st.sampled_from([False, False, True]),
    confirmed_within=st.none() | st.sampled_from(CONFIRMED_WITHIN),
    lab=subset(LABS),
    sort=st.sampled_from(Sort.values),
)
few = st.builds(
    Wanted,
    kind=subset(KINDS),
    capability=subset(CAPABILITIES),
    min_level=st.integers(1, 4),
    capacity=subset(Room.values),
)


def build(number, wished):
    plain = ("kind", "prefecture", "is_active", "nationwide", "remote", "capacity_status", "capacity_slots")
    today, now = timezone.localdate(), timezone.now()
    made = make_organization(
        f"o-{number}",
        **{name: wished[name] for name in plain},
        capacity_until=None if wished["until"] is None else today + timedelta(days=wished["until"]),
        last_confirmed_at=None if wished["confirmed"] is None else now - timedelta(days=wished["confirmed"]),
    )
    fill(made, wished)
    return made


def fill(made, wished):
    for code, (level, stance) in wished["ratings"].items():
        make_rating(made, code, level, stance)
    ServiceArea.objects.bulk_create(ServiceArea(organization=made, prefecture=code) for code in wished["areas"])
    OrganizationIndustry.objects.bulk_create(
        OrganizationIndustry(organization=made, industry=code) for code in wished["industries"]
    )
    made.labs.set(Lab.objects.filter(name__in=wished["labs"]))
    if wished["office"]:
        home, areas, remote, nationwide = wished["office"]
        office = Office.objects.create(
            organization=made, name="拠点", prefecture=home, remote=remote, nationwide=nationwide
        )
        OfficeArea.objects.bulk_create(OfficeArea(office=office, prefecture=code) for code in areas)


@pytest.fixture
def steward(db):
    return User.objects.create(email="s@example.jp", is_steward=True)


unhurried = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(registry=st.lists(organizations, max_size=6), question=questions | few)
def test_whatever_is_asked_the_database_would_have_said_the_same(steward, registry, question):
    Organization.objects.all().delete()
    for number, wished in enumerate(registry):
        build(number, wished)
    compared(question, steward)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("question", [Wanted(), Wanted(capability=("pmo", "system_development"))])
def test_every_reader_finds_and_counts_what_the_database_would_show(world, reader, question):
    answer = compared(question, world.people[reader])
    assert bool(answer.ids) == found.knows_registry(world.people[reader])


@pytest.mark.parametrize("reader", READERS)
def test_a_weakness_changes_no_answer_and_no_count(world, reader):
    person = world.people[reader]
    asked = [Wanted(), Wanted(capability=("system_development",)), Wanted(capability=("pmo",), sort="level")]
    before = [find(question, person) for question in asked]
    Rating.objects.filter(stance=Stance.WEAKNESS).update(level=4)
    assert [find(question, person) for question in asked] == before
    Rating.objects.filter(stance=Stance.WEAKNESS).delete()
    assert [find(question, person) for question in asked] == before


# --- Order and words ----------------------------------------------------------------------------


class TestOrder:
    @pytest.fixture
    def three(self, steward):
        now = timezone.now()
        a = make_organization("a", name="架空 あ", kana="カクウア", prefecture="27", last_confirmed_at=now)
        b = make_organization("b", name="架空 い", kana="カクウイ", prefecture="13", capacity_status="closed")
        c = make_organization("c", name="架空 う", kana="カクウウ", prefecture="22", nationwide=True,
                              last_confirmed_at=now - timedelta(days=3))  # fmt: skip
        make_rating(a, "pmo", 2)
        make_rating(c, "pmo", 4)
        make_rating(b, "pmo", 4, Stance.WEAKNESS)
        return {a.pk: "a", b.pk: "b", c.pk: "c"}

    @pytest.mark.parametrize(
        ("question", "order"),
        [
            (Wanted(), "bca"),
            (Wanted(sort="name"), "abc"),
            (Wanted(sort="confirmed"), "acb"),
            (Wanted(sort="accepting"), "cab"),
            (Wanted(sort="level"), "bca"),
            (Wanted(sort="level", capability=("pmo",)), "ca"),
            (Wanted(prefecture=("27",)), "ac"),
            (Wanted(prefecture=("27", "13")), "bac"),
            (Wanted(prefecture=("27",), sort="name"), "ac"),
            (Wanted(prefecture=("13",), sort="accepting"), "cb"),
        ],
    )
    def test_each_order(self, three, steward, question, order):
        assert "".join(three[pk] for pk in find(question, steward).ids) == order

    def test_kana_typed_in_half_width_stand_where_they_belong(self, steward):
        for name, kana in (("z", "ｶｸｳｱ"), ("y", "かくうい"), ("x", "カクウウ")):
            make_organization(name, kana=kana)
        ids = find(Wanted(sort="name"), steward).ids
        assert [Organization.objects.get(pk=pk).external_id for pk in ids] == ["z", "y", "x"]


class TestWords:
    @pytest.mark.parametrize(
        "typed",
        [
            "浜名",
            "㈱浜名",
            "(株)浜名",
            "（株）浜名",
            "株式会社 浜名",
            "ﾊﾏﾅ",
            "はまな",
            "ハマナ",
            "abc",
            "ＡＢＣ",
            "ＡＢＣ　浜名",
            "浜名 abc",
        ],
    )
    def test_names_are_found_however_they_are_typed(self, steward, typed):
        there = make_organization("there", name="㈱浜名ＡＢｃ", kana="カブシキガイシャハマナ")
        make_organization("other", name="架空 遠州", kana="エンシュウ")
        assert find(Wanted(q=typed), steward).ids == [there.pk]

    @pytest.mark.parametrize("typed", ["浜名 遠州", "\0", "\ud800", "%", "\u200b", "浜名\n架空"])
    def test_what_does_not_occur_is_not_found(self, steward, typed):
        make_organization("there", name="株式会社浜名")
        assert find(Wanted(q=typed), steward).ids == []

    def test_a_name_is_not_found_across_into_its_reading(self, steward):
        make_organization("there", name="浜", kana="名")
        assert find(Wanted(q="浜名"), steward).ids == []

    @given(st.text())
    def test_folding_twice_changes_nothing_that_is_looked_for(self, text):
        assert folded(text) == "".join(folded(text).split())


# --- What an address asks for -------------------------------------------------------------------


class Query(dict[str, list[str]]):
    def getlist(self, key):
        return self.get(key, [])


class TestAddress:
    @unhurried
    @given(question=questions, words=st.sampled_from(["", "浜名", "a&b=c", "㈱ #?"]))
    def test_it_says_everything_and_nothing_twice(self, db, question, words):
        question = replace(question, q=words)
        address = Query()
        for name, value in question.pairs():
            address.setdefault(name, []).append(value)
        again = Known.load().wanted(address)
        assert again.pairs() == Known.load().wanted(Query(address)).pairs()
        assert {**dict.fromkeys(again.pairs())} == dict.fromkeys(again.pairs())
        assert sorted(again.pairs()) == sorted(question.pairs())

    @pytest.mark.parametrize(
        "address",
        [
            {"kind": ["guild"]}, {"capability": ["\0"]}, {"prefecture": ["99", ""]}, {"min_level": ["9" * 5000]},
            {"confirmed_within": ["-1"]}, {"confirmed_within": ["１８０"]}, {"sort": ["; drop"]}, {"lab": ["\ud800"]},
            {"primary_doctor": ["2"]}, {"capacity": ["open"]}, {"q": [" "]}, {"min_level": ["3"]}, {},
        ],
    )  # fmt: skip
    def test_what_no_list_knows_is_left_out(self, db, address):
        assert Known.load().wanted(Query(address)).query() in {"", "?min_level=3"}

    def test_what_was_left_out_is_named(self, db):
        known = Known.load()
        assert unknown_values(known, Query(kind=["guild", "university", ""])) == ["kind=guild"]

    def test_one_value_or_a_whole_facet_can_be_let_go_of(self):
        question = Wanted(kind=("a", "b"), capability=("c",), min_level=3, remote=True)
        assert question.without("kind", "a").kind == ("b",)
        assert question.without("kind").facets == ["capability", "remote"]
        assert "min_level" not in question.without("capability").query()
        assert not question.without("remote").remote

    def test_the_address_of_before_still_leads_there(self, db):
        assert Known.load().wanted(Query(accepting=["on"])).capacity == ("accepting",)


# --- The table that is kept ---------------------------------------------------------------------


def same(one, other):
    assert one.axes == other.axes
    for name in vars(one.columns):
        assert np.array_equal(getattr(one.columns, name), getattr(other.columns, name)), name
    assert np.array_equal(one.by_place, other.by_place)
    assert np.array_equal(one.by_name, other.by_name)


class TestRenewal:
    """`_renewed` is what a process does between two questions; here without the transaction that would forget it."""

    @unhurried
    @given(
        first=st.lists(organizations, min_size=1, max_size=4),
        later=st.lists(organizations, min_size=1, max_size=4),
    )
    def test_what_changed_is_read_and_nothing_else_differs_from_reading_everything(self, db, first, later):
        Organization.objects.all().delete()
        made = [build(number, wished) for number, wished in enumerate(first)]
        kept = table._read(table.state())
        for number, wished in enumerate(later):
            version = RegistryVersion.following()
            if number < len(made):
                record = made[number]
                for related in (record.ratings, record.service_areas, record.industries, record.offices):
                    related.all().delete()
                values = {k: wished[k] for k in ("kind", "prefecture", "is_active", "nationwide", "remote")}
                Organization.objects.filter(pk=record.pk).update(**values, registry_version=version)
                fill(record, wished)
            else:
                record = build(number, wished)
                Organization.objects.filter(pk=record.pk).update(registry_version=version)
        renewed = table._renewed(kept, table.state())
        same(renewed, table._read(table.state()))

    def test_only_what_changed_is_read_again(self, db, monkeypatch):
        made = [make_organization(f"o-{number}") for number in range(3)]
        kept = table._read(table.state())
        asked = []
        monkeypatch.setattr(table.reading, "columns", lambda axes, pks=None: asked.append(pks) or columns(axes, pks))
        Organization.objects.filter(pk=made[1].pk).update(name="架空 新", registry_version=RegistryVersion.following())
        assert table._renewed(kept, table.state()).columns.names[1].startswith("架空新")
        assert asked == [[made[1].pk]]

    @pytest.mark.parametrize("deed", ["deletes", "adds to the taxonomy", "goes back"])
    def test_where_a_part_would_not_do_everything_is_read(self, db, deed):
        made = [make_organization(f"o-{number}") for number in range(3)]
        RegistryVersion.following()
        kept = table._read(table.state())
        if deed == "deletes":
            made[0].delete()
        elif deed == "adds to the taxonomy":
            capability = Capability.objects.create(code="x-1", name_ja="新しい領域", is_custom=True)
            Rating.objects.create(organization=made[1], capability=capability, level=3)
            Organization.objects.filter(pk=made[1].pk).update(registry_version=RegistryVersion.following())
        else:
            RegistryVersion.objects.update(version=0)
            Organization.objects.filter(pk=made[0].pk).update(name="前の名前")
        same(table._renewed(kept, table.state()), table._read(table.state()))

    def test_an_empty_registry(self, steward):
        assert not find(Wanted(capability=("pmo",), q="x", prefecture=("22",), sort="level"), steward).ids

    def test_a_capability_that_the_axes_do_not_know_yet_is_passed_over(self, db):
        axes = Axes.load()
        capability = Capability.objects.create(code="x-1", name_ja="新しい領域", is_custom=True)
        Rating.objects.create(organization=make_organization("o"), capability=capability, level=3)
        assert not columns(axes).levels.any()


@pytest.mark.django_db(transaction=True)
class TestKept:
    """Outside a transaction, as a web process lives."""

    @pytest.fixture(autouse=True)
    def _nothing_kept(self):
        table.forget()
        yield
        table.forget()

    @pytest.fixture
    def people(self):
        owner = make_organization("owner")
        person = User.objects.create(email="e@example.jp")
        Membership.objects.create(user=person, organization=owner, role=Role.EDITOR)
        return owner, person

    def test_a_change_counts_with_the_next_question(self, people):
        owner, person = people
        pmo = Capability.objects.get_or_create(code="pmo", defaults={"name_ja": "PMO"})[0]
        question = Wanted(capability=("pmo",), min_level=3)
        assert find(question, person).ids == []
        actions.rate(owner, capability=pmo, level=3, stance=Stance.NEUTRAL, by=person)
        assert find(question, person).ids == [owner.pk]
        actions.rate(owner, capability=pmo, level=2, stance=Stance.NEUTRAL, by=person)
        assert find(question, person).ids == []
        actions.describe(owner, values={"name": "架空 改名"}, by=person)
        assert find(Wanted(q="改名"), person).ids == [owner.pk]

    def test_an_unchanged_registry_is_not_read_again(self, people, django_assert_num_queries):
        _owner, person = people
        find(Wanted(), person)
        with django_assert_num_queries(6):  # who asks (4), the version, the number of rows
            find(Wanted(), person)

    def test_what_is_given_up_is_not_kept(self, people):
        from django.db import transaction

        owner, person = people
        find(Wanted(), person)
        with transaction.atomic():
            actions.describe(owner, values={"name": "架空 改名"}, by=person)
            assert find(Wanted(q="改名"), person).ids == [owner.pk]
            transaction.set_rollback(True)
        assert find(Wanted(q="改名"), person).ids == []


def test_the_moment_of_the_question_decides_what_is_outdated(db):
    make_organization("o", capacity_until=TODAY)
    kept = table.current()
    at_noon = timezone.make_aware(timezone.datetime(TODAY.year, TODAY.month, TODAY.day, 12))
    for days, room in ((0, Room.ACCEPTING), (1, Room.OUTDATED)):
        counting = Counting(kept, Wanted(), at_noon + timedelta(days=days))
        assert counting.counts()["capacity"][room.value] == 1
