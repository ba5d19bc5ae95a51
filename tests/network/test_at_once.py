"""People who change the same records at the same moment: each is done whole or told; nobody waits for ever."""

import json
import threading
import time
from io import BytesIO
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from casebook.models import Case, Grant, Participant, Section
from casebook.signals import case_changed
from network import actions
from network.models import (
    Capability,
    Change,
    Correction,
    Evidence,
    Membership,
    Merge,
    Organization,
    Partnership,
    Rating,
    RegistryVersion,
    User,
)
from network.transfer.importing import import_network
from network.vocabulary import CapacityStatus, CorrectionState, Deed, PartnershipState, Role, Stance
from tests.cast import make_organization, make_person
from tests.threads import at_once, needs_several_connections, refused

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
"""Two threads rarely meet at the same place the first time."""


@pytest.fixture(autouse=True)
def _several_connections():
    needs_several_connections()


@pytest.fixture
def shop():
    return make_organization("shop")


def editor_of(organization: Organization, name: str = "") -> User:
    person = make_person(name or f"editor-of-{organization.external_id}")
    Membership.objects.create(user=person, organization=organization, role=Role.EDITOR)
    return person


def rate(organization, code, by, level=2, **values):
    capability = Capability.objects.get(code=code)
    return actions.rate(organization, capability=capability, level=level, stance=Stance.NEUTRAL, by=by, **values)


def file_of(*lines):
    return BytesIO("\n".join(json.dumps(line) for line in lines).encode())


def lines(note="", names=("a", "b")):
    return [
        {
            "type": "organization", "id": name, "name": f"架空 {name}", "kind": "shinkin_bank", "prefecture": "22",
            "ratings": [{"capability": "pmo", "level": 3, "note": note}],
        }
        for name in names
    ]  # fmt: skip


class TestOneLine:
    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_of_two_first_ratings_one_wins_and_the_other_is_told(self, shop, _round):
        one, other = editor_of(shop, "one"), editor_of(shop, "other")
        outcomes = at_once(
            lambda: rate(shop, "pmo", one, level=1, expected=0), lambda: rate(shop, "pmo", other, level=4, expected=0)
        )
        (told,) = refused(outcomes)
        (saved,) = [outcome for outcome in outcomes if isinstance(outcome, Rating)]
        assert isinstance(told, actions.ConflictError)
        assert told.current == saved
        assert Rating.objects.get(organization=shop).level == saved.level
        assert Change.objects.filter(organization=shop).count() == 1

    def test_without_an_expectation_both_are_saved_one_after_the_other(self, shop):
        one, other = editor_of(shop, "one"), editor_of(shop, "other")
        outcomes = at_once(lambda: rate(shop, "pmo", one, level=1), lambda: rate(shop, "pmo", other, level=4))
        assert not refused(outcomes)
        assert Rating.objects.filter(organization=shop).count() == 1
        first, second = Change.objects.filter(organization=shop).order_by("pk")
        assert second.changes["rating.pmo"][0] == first.changes["rating.pmo"][1]

    def test_eight_at_once_leave_versions_and_a_history_without_gaps(self, shop):
        person = editor_of(shop)
        start = rate(shop, "pmo", person).version
        outcomes = at_once(*[lambda level=n % 5: rate(shop, "pmo", person, level=level) for n in range(8)])
        assert not refused(outcomes)
        assert sorted(saved.version for saved in outcomes) == list(range(start + 1, start + 9))
        entries = list(Change.objects.filter(organization=shop).order_by("pk"))
        assert len(entries) == 9
        for before, after in pairwise(entries):
            assert after.changes["rating.pmo"][0] == before.changes["rating.pmo"][1]
        shop.refresh_from_db()
        assert shop.registry_version == RegistryVersion.current()

    def test_of_eight_who_read_the_same_version_one_wins(self, shop):
        person = editor_of(shop)
        version = rate(shop, "pmo", person).version
        outcomes = at_once(*[lambda n=n: rate(shop, "pmo", person, level=n % 5, expected=version) for n in range(8)])
        assert [type(told) for told in refused(outcomes)] == [actions.ConflictError] * 7
        assert Rating.objects.get(organization=shop).version == version + 1

    def test_different_parts_of_one_record_do_not_undo_each_other(self, shop):
        person = editor_of(shop)
        outcomes = at_once(
            lambda: rate(shop, "pmo", person),
            lambda: actions.describe(shop, values={"about": "架空の紹介"}, by=person),
            lambda: actions.declare_capacity(shop, status=CapacityStatus.OPEN, slots=3, until=None, by=person),
        )
        assert not refused(outcomes)
        shop.refresh_from_db()
        assert (shop.about, shop.capacity_slots, shop.ratings.count()) == ("架空の紹介", 3, 1)
        assert shop.last_confirmed_at is not None


class TestTwoSides:
    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_proposals_that_cross_make_one_partnership(self, shop, _round):
        bank = make_organization("bank")
        ours, theirs = editor_of(shop), editor_of(bank)
        outcomes = at_once(
            lambda: actions.propose_partnership(shop, other=bank, by=ours),
            lambda: actions.propose_partnership(bank, other=shop, by=theirs),
        )
        assert not refused(outcomes)
        assert Partnership.objects.get().state == PartnershipState.CONFIRMED

    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_of_two_who_take_opposite_answers_one_is_told(self, shop, _round):
        bank = make_organization("bank")
        ours, theirs = editor_of(shop), editor_of(bank)
        asked = actions.propose_partnership(shop, other=bank, by=ours)
        outcomes = at_once(
            lambda: actions.confirm_partnership(bank, partnership=asked, by=theirs),
            lambda: actions.decline_partnership(bank, partnership=asked, by=theirs),
        )
        assert [type(told) for told in refused(outcomes)] == [actions.ConflictError]
        entries = Change.objects.filter(organization=shop, deed=Deed.PARTNERSHIP)
        assert entries.count() == 2

    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_a_correction_is_accepted_or_withdrawn(self, shop, _round):
        proposer, editor = editor_of(make_organization("bank")), editor_of(shop)
        correction = actions.propose_correction(shop, field="about", proposed="新しい紹介", reason="古い", by=proposer)
        outcomes = at_once(
            lambda: actions.accept_correction(correction, by=editor),
            lambda: actions.withdraw_correction(correction, by=proposer),
        )
        assert [type(told) for told in refused(outcomes)] == [actions.ConflictError]
        state = Correction.objects.get().state
        shop.refresh_from_db()
        assert (state, shop.about) in {
            (CorrectionState.ACCEPTED, "新しい紹介"),
            (CorrectionState.WITHDRAWN, ""),
        }

    def test_two_people_who_propose_to_each_others_records_while_these_change(self, shop):
        bank = make_organization("bank")
        ours, theirs = editor_of(shop), editor_of(bank)

        def many(deed):
            return lambda: [deed(n) for n in range(5)]

        def correct(organization, by):
            return many(
                lambda n: actions.propose_correction(organization, field="about", proposed=f"{n}", reason="x", by=by)
            )

        outcomes = at_once(
            correct(bank, ours),
            correct(shop, theirs),
            many(lambda n: rate(shop, "pmo", ours, level=n % 5)),
            many(lambda n: rate(bank, "pmo", theirs, level=n % 5)),
        )
        assert not refused(outcomes)


class TestMerges:
    @pytest.fixture
    def steward(self):
        return make_person("steward", is_steward=True)

    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_of_two_that_cross_one_wins(self, shop, steward, _round):
        bank = make_organization("bank")
        outcomes = at_once(
            lambda: actions.merge(shop, bank, reason="同じ機関", by=steward),
            lambda: actions.merge(bank, shop, reason="同じ機関", by=steward),
        )
        assert [type(told) for told in refused(outcomes)] == [ValidationError]
        entry = Merge.objects.get()
        assert Organization.objects.get(is_active=True) == entry.kept
        assert Organization.objects.get(is_active=False).merged_into == entry.kept

    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_a_rating_of_the_dropped_record_moves_or_is_refused(self, shop, steward, _round):
        bank = make_organization("bank")
        person = editor_of(bank)
        merged, rated = at_once(
            lambda: actions.merge(shop, bank, reason="同じ機関", by=steward), lambda: rate(bank, "pmo", person)
        )
        assert isinstance(merged, Merge)
        assert isinstance(rated, Rating | PermissionDenied)
        assert not bank.ratings.exists()
        assert shop.ratings.count() == isinstance(rated, Rating)

    def test_a_merge_and_proposals_of_its_neighbours(self, shop, steward):
        bank, third = make_organization("bank"), make_organization("third")
        actions.propose_partnership(bank, other=third, by=editor_of(bank))
        person = editor_of(third)
        outcomes = at_once(
            lambda: actions.merge(shop, bank, reason="同じ機関", by=steward),
            lambda: actions.propose_partnership(third, other=shop, by=person),
        )
        assert not refused(outcomes)
        assert Partnership.objects.count() == 1


class TestImports:
    @pytest.mark.parametrize("_round", range(ROUNDS))
    def test_of_the_same_new_organizations_both_succeed(self, _round):
        outcomes = at_once(*[lambda: import_network(file_of(*lines())) for _number in range(2)])
        assert not refused(outcomes)
        assert Organization.objects.count() == Rating.objects.count() == 2
        assert Change.objects.count() == 2

    def test_of_the_same_stored_organizations_in_other_orders(self):
        import_network(file_of(*lines()))
        outcomes = at_once(
            *[lambda n=n: import_network(file_of(*lines(f"記録 {n}")[:: 1 if n % 2 else -1])) for n in range(4)]
        )
        assert not refused(outcomes)
        assert len(set(Rating.objects.values_list("note", flat=True))) == 1

    def test_and_an_editor_who_rates_meanwhile(self):
        import_network(file_of(*lines()))
        found = list(Organization.objects.order_by("-external_id"))
        people = [editor_of(organization) for organization in found]

        def rating():
            for level in range(5):
                for organization, person in zip(found, people, strict=True):
                    rate(organization, "rfp", person, level=level)

        imports = [lambda n=n: import_network(file_of(*lines(f"記録 {n}"))) for n in range(3)]
        assert not refused(at_once(rating, *imports))
        assert set(Rating.objects.filter(capability__code="rfp").values_list("level", flat=True)) == {4}
        for organization in found:
            entries = Change.objects.filter(organization=organization).order_by("pk")
            assert entries.count() == 1 + 5 + 3


class TestCases:
    def test_that_bear_out_the_same_organizations_change_at_once(self, shop):
        other = make_organization("other")
        cases = [self.case(f"case-{n}", *((shop, other) if n % 2 else (other, shop))) for n in range(4)]

        def told(case):
            with transaction.atomic():
                case_changed.send(sender=Case, case=case)

        assert not refused(at_once(*[lambda case=case: told(case) for case in cases]))
        assert Evidence.objects.count() == 8

    def case(self, name, owner, other):
        case = Case.objects.create(external_id=name, title=name, owner=owner, industry="E", prefecture="22")
        case.capabilities.add(Capability.objects.get(code="pmo"))
        Participant.objects.create(case=case, organization=other)
        Grant.objects.create(section=Section.objects.create(case=case, kind="team", text="架空"), key="network")
        return case


def test_a_reader_who_asks_for_what_is_newer_misses_no_change():
    """Versions are committed in their order: who has seen one has seen all before it."""
    organizations = [make_organization(f"shop-{n}") for n in range(6)]
    people = [editor_of(organization) for organization in organizations]
    done = threading.Event()
    written: list[int] = []

    def writer(organization, person):
        def write():
            for level in range(8):
                rate(organization, "pmo", person, level=level % 5)
                rate(organization, "rfp", person, level=level % 5)
                written.append(organization.pk)

        return write

    def reader():
        seen, found = 0, dict.fromkeys((o.pk for o in organizations), 0)
        while True:
            last = done.is_set()
            until = RegistryVersion.current()
            rows = Organization.objects.filter(registry_version__gt=seen).values_list("pk", "registry_version")
            found |= dict(rows)
            seen = until
            if last:
                return found
            time.sleep(0.001)

    def writers():
        outcomes = at_once(*[writer(o, p) for o, p in zip(organizations, people, strict=True)])
        done.set()
        return refused(outcomes)

    failed, found = at_once(writers, reader)
    assert failed == []
    assert len(written) == 48
    assert found == dict(Organization.objects.values_list("pk", "registry_version"))
    assert sorted(found.values())[-1] == RegistryVersion.current() == 6 * 16
