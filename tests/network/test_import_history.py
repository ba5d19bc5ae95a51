"""What an import leaves in the history, and how it counts versions: exactly what it changed, once."""

import copy
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network import actions
from network.history import record as history
from network.models import Capability, Change, Membership, Organization, Rating, RegistryVersion, Tie, User
from network.signals import organization_changed
from network.transfer.command import as_line
from network.transfer.exporting import network_lines
from network.transfer.importing import import_network
from network.vocabulary import Deed, Role, Stance

pytestmark = pytest.mark.django_db

A = {
    "type": "organization", "id": "a", "name": "架空 A信用金庫", "kana": "カクウエー", "kind": "shinkin_bank",
    "municipality": "22131", "industries": ["E"], "labs": ["静岡県"],
    "service_area": {"prefectures": ["22"], "municipalities": ["23201"], "remote": True},
    "capacity": {"status": "open", "slots": 2, "until": "2027-03-31"},
    "ratings": [{"capability": "pmo", "level": 4, "stance": "strength", "note": "四つの局面"},
                {"capability": "rfp", "level": 2}],
}  # fmt: skip
B = {"type": "organization", "id": "b", "name": "架空 Bシステム", "kind": "local_it_vendor", "prefecture": "22"}


def load(*lines, **options):
    return import_network(BytesIO("\n".join(json.dumps(line) for line in lines).encode()), **options)


def with_(**values):
    return copy.deepcopy(A) | values


def organization(name="a"):
    return Organization.objects.get(external_id=name)


@pytest.fixture
def registry():
    load(A, B)
    # As if it had been long ago: what is imported now comes after it.
    Organization.objects.update(created_at=timezone.now() - timedelta(days=30))
    Change.objects.all().delete()
    return organization()


def imported(name="a"):
    """The only entry there is of this organization."""
    return Change.objects.get(organization__external_id=name)


class TestCreation:
    def test_a_new_organization_has_one_entry_that_says_so(self):
        load(A, B)
        entries = Change.objects.all()
        assert {entry.deed for entry in entries} == {Deed.CREATED}
        assert [entry.changes for entry in entries] == [{"active": [None, True]}] * 2
        assert not any(entry.by or entry.by_name for entry in entries)

    def test_before_it_there_was_nothing_and_after_it_the_whole_record(self):
        load(A)
        assert history.as_of(organization(), organization().created_at - timedelta(microseconds=1)) is None
        assert history.as_of(organization(), organization().created_at) == history.snapshot(organization())

    def test_versions_begin_at_one(self):
        load(A)
        assert organization().version == 1
        assert set(Rating.objects.values_list("version", flat=True)) == {1}

    def test_the_profile_is_as_fresh_as_its_freshest_line(self):
        lines = [{"capability": "pmo", "level": 4, "confirmed_at": "2026-04-01T09:00:00+09:00"},
                 {"capability": "rfp", "level": 4, "confirmed_at": "2026-05-01T09:00:00+09:00"},
                 {"capability": "rpa", "level": 4, "confirmed_at": None}]  # fmt: skip
        load(with_(ratings=lines), B)
        assert organization().last_confirmed_at == parse_datetime("2026-05-01T00:00:00Z")
        assert organization("b").last_confirmed_at is None


class TestChange:
    def test_each_path_with_what_stood_there_and_what_stands_there_now(self, registry):
        load(
            with_(
                name="架空 A改め",
                active=False,
                prefecture="13",
                municipality=None,
                industries=["D"],
                labs=[],
                service_area={"nationwide": True},
                capacity={"status": "closed"},
            )
        )
        assert imported().changes == {
            "name": ["架空 A信用金庫", "架空 A改め"],
            "active": [True, False],
            "place": [{"prefecture": "22", "municipality": "22131"}, {"prefecture": "13", "municipality": None}],
            "industries": [["E"], ["D"]],
            "labs": [["静岡県"], []],
            "service_area": [
                {"prefectures": ["22"], "municipalities": ["23201"], "nationwide": False, "remote": True},
                {"prefectures": [], "municipalities": [], "nationwide": True, "remote": False},
            ],
            "capacity": [
                {"status": "open", "slots": 2, "until": "2027-03-31"},
                {"status": "closed", "slots": 0, "until": None},
            ],
        }
        assert imported().deed == Deed.IMPORTED

    def test_ratings_line_by_line_in_the_form_that_verbs_write(self, registry):
        before = {r.capability.code: history.rating_value(r) for r in registry.ratings.select_related("capability")}
        load(with_(ratings=[{"capability": "pmo", "level": 1, "confirmed_at": "2026-04-01T09:00:00+09:00"},
                            {"capability": "inventory", "stance": "weakness"}]))  # fmt: skip
        after = {r.capability.code: history.rating_value(r) for r in registry.ratings.select_related("capability")}
        assert imported().changes == {
            "rating.pmo": [before["pmo"], after["pmo"]],
            "rating.rfp": [before["rfp"], None],
            "rating.inventory": [None, after["inventory"]],
        }

    def test_an_imported_line_can_be_put_back(self, registry):
        person = User.objects.create(email="e@example.jp")
        Membership.objects.create(user=person, organization=registry, role=Role.EDITOR)
        load(with_(ratings=[{"capability": "pmo", "level": 1, "stance": "neutral"}, *A["ratings"][1:]]))
        actions.undo_rating(registry, change=imported(), by=person)
        assert registry.ratings.get(capability__code="pmo").level == 4

    def test_a_cleared_corporate_number_is_a_change(self, registry):
        load(with_(corporate_number="7000012050002"))
        Change.objects.all().delete()
        report = load(with_(corporate_number=None))
        assert report.tallies["organization"].updated == 1
        assert imported().changes == {"corporate_number": ["7000012050002", None]}

    def test_two_that_swap_their_numbers_each_remember_their_own(self, registry):
        numbers = {"a": "7000012050002", "b": "5000012010024"}
        load(*({"type": "organization", "id": i, "corporate_number": n} for i, n in numbers.items()))
        Change.objects.all().delete()
        load(*({"type": "organization", "id": i, "corporate_number": numbers[j]} for i, j in ("ab", "ba")))
        assert imported("a").changes == {"corporate_number": [numbers["a"], numbers["b"]]}
        assert imported("b").changes == {"corporate_number": [numbers["b"], numbers["a"]]}

    def test_a_tie_stands_in_both_records_and_joins_the_entry_of_the_same_import(self, registry):
        load(with_(about="新しい紹介"), {"type": "tie", "between": ["b", "a"], "kind": "capital"})
        tie = Tie.objects.get()
        assert imported("a").changes == {"about": ["", "新しい紹介"], f"tie.{tie.pk}": [None, history.tie_value(tie)]}
        assert imported("b").changes == {f"tie.{tie.pk}": [None, history.tie_value(tie)]}

    def test_members_who_come_go_and_are_renamed(self, registry):
        person = {"type": "person", "email": "p@example.jp", "name": "架空 太郎"}
        load(person | {"memberships": [{"organization": "a", "role": "editor"}]})
        pk = User.objects.get().pk
        assert imported("a").changes == {f"member.{pk}": [None, {"name": "架空 太郎", "role": "editor"}]}
        Change.objects.all().delete()
        load(person | {"name": "架空 花子"})
        assert imported("a").changes[f"member.{pk}"][1]["name"] == "架空 花子"
        Change.objects.all().delete()
        load(person | {"name": "架空 花子", "memberships": [{"organization": "b"}]})
        assert imported("a").changes == {f"member.{pk}": [{"name": "架空 花子", "role": "editor"}, None]}
        assert imported("b").changes == {f"member.{pk}": [None, {"name": "架空 花子", "role": "member"}]}

    def test_who_imported_is_named(self, registry):
        person = User.objects.create(email="i@example.jp", name="架空 取込")
        load(with_(name="架空 新"), by=person)
        assert (imported().by, imported().by_name) == (person, "架空 取込")

    def test_past_work_and_stated_figures_are_no_part_of_the_history(self, registry):
        load(with_(exposure=0.5), {"type": "collaboration", "between": ["a", "b"], "engagements": 2})
        assert not Change.objects.exists()
        assert organization("a").registry_version == organization("b").registry_version == RegistryVersion.current()


class TestVersions:
    def test_the_registry_counts_one_import_once_and_marks_whom_it_concerned(self, registry):
        before = RegistryVersion.current()
        load(A, B | {"name": "架空 B改め"})
        assert RegistryVersion.current() == before + 1
        assert (organization("a").registry_version, organization("b").registry_version) == (before, before + 1)

    def test_an_export_imported_again_changes_nothing_at_all(self, registry):
        load({"type": "tie", "between": ["a", "b"], "kind": "group", "note": "親会社"},
             {"type": "person", "email": "p@example.jp", "memberships": [{"organization": "a"}]})  # fmt: skip
        Change.objects.all().delete()
        models = (Organization, Rating, Tie, Membership, RegistryVersion)
        before = [list(model.objects.order_by("pk").values()) for model in models]
        import_network(BytesIO("".join(as_line(line) for line in network_lines()).encode()))
        assert [list(model.objects.order_by("pk").values()) for model in models] == before
        assert not Change.objects.exists()

    def test_only_changed_ratings_are_counted_on(self, registry):
        load(with_(ratings=[{"capability": "pmo", "level": 1}, *A["ratings"][1:]]))
        assert dict(Rating.objects.values_list("capability__code", "version")) == {"pmo": 2, "rfp": 1}
        assert organization().version == 1

    @pytest.mark.parametrize("change", [{"name": "架空 新"}, {"industries": []}, {"capacity": {"status": "closed"}}])
    def test_a_changed_description_is_counted_on(self, registry, change):
        load(with_(**change))
        assert organization().version == 2

    def test_an_editor_with_an_older_form_is_told(self, registry):
        person = User.objects.create(email="e@example.jp")
        Membership.objects.create(user=person, organization=registry, role=Role.EDITOR)
        rfp = Capability.objects.get(code="rfp")
        load(with_(name="架空 新", ratings=[{"capability": "rfp", "level": 4}]))
        with pytest.raises(actions.ConflictError):
            actions.describe(registry, values={"name": "架空 古"}, expected=registry.version, by=person)
        with pytest.raises(actions.ConflictError):
            actions.rate(registry, capability=rfp, level=1, stance=Stance.NEUTRAL, expected=1, by=person)

    def test_a_dry_run_counts_and_notes_nothing(self, registry):
        before = RegistryVersion.current()
        load(with_(name="架空 新"), dry_run=True)
        assert RegistryVersion.current() == before
        assert not Change.objects.exists()

    def test_the_house_hears_once_of_each(self, registry):
        heard = []

        def hear(organization, **_signal):
            heard.append((organization.external_id, organization.registry_version))

        organization_changed.connect(hear)
        try:
            load(with_(name="架空 新"), {"type": "tie", "between": ["b", "a"], "kind": "capital"})
        finally:
            organization_changed.disconnect(hear)
        assert heard == [("a", RegistryVersion.current()), ("b", RegistryVersion.current())]


records = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["架空 一", "架空 二"]),
        "prefecture": st.sampled_from(["22", "13"]),
        "industries": st.lists(st.sampled_from("DE"), unique=True),
        "labs": st.lists(st.sampled_from(["静岡県", "大阪市"]), unique=True),
        "active": st.booleans(),
        "service_area": st.fixed_dictionaries({"prefectures": st.lists(st.sampled_from(["22", "13"]), unique=True)}),
        "capacity": st.fixed_dictionaries({"status": st.sampled_from(["open", "waitlist"])}),
        "ratings": st.lists(
            st.fixed_dictionaries(
                {"capability": st.sampled_from(["pmo", "rfp", "rpa"]), "level": st.integers(0, 4)},
                optional={"stance": st.sampled_from(["strength", "weakness"]), "note": st.sampled_from(["", "メモ"])},
            ),
            unique_by=lambda line: line["capability"],
        ),
    },
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(records, min_size=1, max_size=3), tie=st.booleans())
def test_the_record_as_of_any_import_is_what_stood_there(db, files, tie):
    for model in (Tie, Organization):
        model.objects.all().delete()
    load(A, B)
    known = []
    for record in files:
        known.append((timezone.now(), history.snapshot(organization())))
        lines = [{"type": "organization", "id": "a"} | record]
        if tie:
            lines.append({"type": "tie", "between": ["a", "b"], "kind": "capital", "note": f"{len(known)}"})
        load(*lines)
    known.append((timezone.now(), history.snapshot(organization())))
    for moment, stood in known:
        assert history.as_of(organization(), moment) == stood
