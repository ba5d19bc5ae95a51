"""Experts: known inside the organization only, unless the person agreed; forgotten when removed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from network import actions
from network.actions import Held
from network.history import record as history
from network.models import Change, Evidence, Expert, ExpertCredential, Organization
from tests.cast import READERS

pytestmark = pytest.mark.django_db

HANAKO = {"name": "架空 花子", "kana": "カクウ ハナコ", "title": "IT推進室長", "about": "製造業の在庫"}
HELD = [Held("it_coordinator", date(2020, 4, 1), date(2030, 3, 31)), Held("it_passport")]


@pytest.fixture
def editor(world):
    return world.people["editor"]


@pytest.fixture
def hanako(owner, editor) -> Expert:
    return actions.add_expert(owner, values=HANAKO, credentials=HELD, by=editor)


def agree(expert, by, **more):
    return actions.agree(expert, **{"on": timezone.localdate(), "note": "書面で確認"} | more, by=by)


class TestKeeping:
    def test_a_person_is_added_unseen_outside_noted_and_told(self, owner, editor, heard):
        expert = actions.add_expert(owner, values=HANAKO, credentials=HELD, by=editor)
        expert.refresh_from_db()
        assert (expert.name, expert.agreed_on, expert.version) == ("架空 花子", None, 1)
        held = {row.credential: (row.since, row.until) for row in expert.credentials.all()}
        assert held == {"it_coordinator": (date(2020, 4, 1), date(2030, 3, 31)), "it_passport": (None, None)}
        assert heard == ["owner"]
        was, now = owner.changes.first().changes[f"expert.{expert.pk}"]
        assert was is None
        assert now["credentials"] == ["it_coordinator", "it_passport"]

    def test_changing_replaces_the_credentials_and_keeps_the_rest(self, owner, hanako, editor):
        kept = hanako.credentials.get(credential="it_coordinator").pk
        changed = actions.change_expert(
            owner,
            expert=hanako,
            values={"title": "顧問"},
            credentials=[Held("it_coordinator", date(2021, 4, 1)), Held("dx_passport")],
            expected=1,
            by=editor,
        )
        assert (changed.name, changed.title, changed.version) == ("架空 花子", "顧問", 2)
        rows = {row.credential: row for row in ExpertCredential.objects.filter(expert=hanako)}
        assert set(rows) == {"it_coordinator", "dx_passport"}
        assert (rows["it_coordinator"].pk, rows["it_coordinator"].since) == (kept, date(2021, 4, 1))

    def test_an_older_version_is_a_conflict(self, owner, hanako, editor):
        actions.change_expert(owner, expert=hanako, values={"title": "顧問"}, credentials=[], expected=1, by=editor)
        with pytest.raises(actions.ConflictError) as conflict:
            actions.change_expert(owner, expert=hanako, values={}, credentials=HELD, expected=1, by=editor)
        assert conflict.value.current.title == "顧問"
        with pytest.raises(actions.ConflictError):
            actions.remove_expert(owner, expert=hanako, expected=1, by=editor)
        assert Expert.objects.filter(pk=hanako.pk).exists()

    @pytest.mark.parametrize(
        ("values", "credentials", "field"),
        [
            ({"name": ""}, [], "name"),
            ({"name": "a\nb"}, [], "name"),
            ({"about": "x" * 401}, [], "about"),
            ({"title": "\u202e"}, [], "title"),
            ({}, [Held("magician")], "credential"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_saved(self, owner, editor, values, credentials, field):
        before = Expert.objects.count()
        with pytest.raises(ValidationError) as refused:
            actions.add_expert(owner, values=HANAKO | values, credentials=credentials, by=editor)
        assert field in refused.value.message_dict
        assert Expert.objects.count() == before

    def test_an_agreement_is_not_a_value(self, owner, editor, hanako):
        for deed in (
            lambda: actions.add_expert(owner, values=HANAKO | {"agreed_on": date(2026, 1, 1)}, by=editor),
            lambda: actions.change_expert(
                owner, expert=hanako, values={"agreed_on": date(2026, 1, 1)}, credentials=[], by=editor
            ),
        ):
            with pytest.raises(ValueError, match="agreed_on"):
                deed()
        assert not Expert.objects.agreed().filter(pk=hanako.pk).exists()

    def test_an_account_is_a_members_and_stands_for_one_person(self, owner, editor, world, hanako):
        with pytest.raises(ValidationError, match="メンバー"):
            actions.add_expert(owner, values=HANAKO | {"user": world.people["partner"]}, by=editor)
        with pytest.raises(ValidationError):  # the cast's silent expert is the colleague already
            actions.add_expert(owner, values=HANAKO | {"user": world.people["colleague"]}, by=editor)

    def test_who_left_stays_linked_until_somebody_else_is_chosen(self, owner, editor, world):
        silent = world.experts["owner_silent"]
        silent.user.memberships.all().delete()
        changed = actions.change_expert(
            owner, expert=silent, values={"title": "顧問", "user": silent.user}, credentials=[], by=editor
        )
        assert changed.user == world.people["colleague"]

    @pytest.mark.parametrize("by", ["colleague", "partner", "facilitator", "steward", "former", "stranger"])
    def test_only_editors_keep_the_list(self, owner, hanako, world, by):
        person = world.people[by]
        for deed in (
            lambda: actions.add_expert(owner, values=HANAKO, by=person),
            lambda: actions.change_expert(owner, expert=hanako, values={}, credentials=[], by=person),
            lambda: actions.remove_expert(owner, expert=hanako, by=person),
        ):
            with pytest.raises(PermissionDenied):
                deed()
        assert hanako.credentials.count() == 2


class TestAgreeing:
    def test_a_person_without_an_account_agrees_in_writing_to_an_editor(self, hanako, editor, heard):
        agreed = agree(hanako, editor, on=date(2026, 1, 5), expected=1)
        agreed.refresh_from_db()
        assert (agreed.agreed_on, agreed.agreement_note) == (date(2026, 1, 5), "書面で確認")
        assert (agreed.agreement_recorded_by, agreed.version) == (editor, 2)
        assert heard == ["owner"]
        was, now = hanako.organization.changes.first().changes[f"expert.{hanako.pk}"]
        assert (was["agreed_on"], now["agreed_on"]) == (None, "2026-01-05")

    def test_a_person_with_an_account_agrees_alone(self, world, editor):
        silent = world.experts["owner_silent"]
        with pytest.raises(PermissionDenied):
            agree(silent, editor)
        assert agree(silent, world.people["colleague"], note="").agreed_on == timezone.localdate()
        with pytest.raises(PermissionDenied):
            actions.withdraw_agreement(silent, by=editor)
        assert actions.withdraw_agreement(silent, by=world.people["colleague"]).agreed_on is None

    def test_who_left_the_organization_can_still_withdraw(self, world):
        silent, person = world.experts["owner_silent"], world.people["colleague"]
        agree(silent, person)
        person.memberships.all().delete()
        assert Expert.objects.visible_to(person).contains(silent)
        actions.withdraw_agreement(silent, by=person)
        assert not Expert.objects.agreed().filter(pk=silent.pk).exists()

    def test_a_closed_account_agrees_to_nothing(self, world):
        silent, person = world.experts["owner_silent"], world.people["colleague"]
        person.is_active = False
        person.save()
        with pytest.raises(PermissionDenied):
            agree(silent, person)

    @pytest.mark.parametrize("by", ["colleague", "partner", "outsider", "facilitator", "steward", "former"])
    def test_nobody_else_records_an_agreement(self, hanako, world, by):
        with pytest.raises(PermissionDenied):
            agree(hanako, world.people[by])
        with pytest.raises(PermissionDenied):
            actions.withdraw_agreement(hanako, by=world.people[by])

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"note": ""}, "agreement_note"),
            ({"on": timezone.localdate() + timedelta(days=1)}, "agreed_on"),
            ({"note": "x" * 201}, "agreement_note"),
        ],
    )
    def test_a_consent_needs_its_day_and_how_it_was_given(self, hanako, editor, more, field):
        with pytest.raises(ValidationError) as refused:
            agree(hanako, editor, **more)
        assert field in refused.value.message_dict
        assert not Expert.objects.agreed().filter(pk=hanako.pk).exists()

    def test_one_agrees_to_what_one_read(self, owner, hanako, editor):
        actions.change_expert(owner, expert=hanako, values={"about": "別のこと"}, credentials=[], by=editor)
        with pytest.raises(actions.ConflictError):
            agree(hanako, editor, expected=1)

    @pytest.mark.parametrize("values", [{"name": "架空 別人"}, {"user": "editor"}])
    def test_another_person_did_not_agree(self, owner, hanako, editor, world, values):
        agree(hanako, editor)
        if "user" in values:
            values = {"user": world.people["editor"]}
        changed = actions.change_expert(owner, expert=hanako, values=values, credentials=HELD, by=editor)
        changed.refresh_from_db()
        assert (changed.agreed_on, changed.agreement_note, changed.agreement_recorded_by) == (None, "", None)

    def test_another_title_leaves_the_agreement(self, owner, hanako, editor):
        agree(hanako, editor)
        values = HANAKO | {"title": "顧問", "user": None}
        assert actions.change_expert(owner, expert=hanako, values=values, credentials=HELD, by=editor).agreed_on


class TestVisibility:
    SEES = {"colleague", "editor"}
    NETWORK = {"partner", "outsider", "facilitator", "other_facilitator", "steward", "teammate"}

    @pytest.mark.parametrize("reader", READERS)
    def test_who_did_not_agree_is_seen_inside_who_agreed_in_the_network(self, world, hanako, editor, reader):
        person = world.people[reader]
        assert Expert.objects.visible_to(person).contains(hanako) == (reader in self.SEES)
        agree(hanako, editor)
        assert Expert.objects.visible_to(person).contains(hanako) == (reader in self.SEES | self.NETWORK)
        actions.withdraw_agreement(hanako, by=editor)
        assert Expert.objects.visible_to(person).contains(hanako) == (reader in self.SEES)


class TestForgetting:
    def test_a_removed_person_is_in_no_table_any_more(self, owner, hanako, editor):
        actions.change_expert(owner, expert=hanako, values={"about": "倉庫の花子"}, credentials=HELD, by=editor)
        agree(hanako, editor)
        pk = hanako.pk
        actions.remove_expert(owner, expert=hanako, by=editor)
        told = str(list(Change.objects.values_list("changes", flat=True)))
        assert "花子" not in told
        assert "it_coordinator" not in told
        entries = [change.changes[f"expert.{pk}"] for change in owner.changes.filter(changes__has_key=f"expert.{pk}")]
        removed = {"removed": True}
        assert entries == [[removed, None], [removed, removed], [removed, removed], [None, removed]]
        assert owner.changes.first().by == editor

    def test_others_stay_in_the_history(self, owner, hanako, editor):
        other = actions.add_expert(owner, values=HANAKO | {"name": "架空 太郎"}, by=editor)
        actions.remove_expert(owner, expert=hanako, by=editor)
        assert (
            owner.changes.filter(changes__has_key=f"expert.{other.pk}").get().changes[f"expert.{other.pk}"][1]["name"]
            == "架空 太郎"
        )

    def test_the_history_of_a_merged_duplicate_forgets_too(self, owner, hanako, editor, world):
        duplicate = world.organizations["closed"]
        Organization.objects.filter(pk=duplicate.pk).update(merged_into=owner)
        Change.objects.create(
            organization=duplicate,
            at=timezone.now(),
            deed="expert",
            changes={f"expert.{hanako.pk}": [None, {"name": "架空 花子"}], "name": ["花子組", "架空 花子組"]},
        )
        actions.remove_expert(owner, expert=hanako, by=editor)
        told = duplicate.changes.get().changes
        assert told == {f"expert.{hanako.pk}": [None, {"removed": True}], "name": ["花子組", "架空 花子組"]}

    def test_a_day_in_the_past_still_knows_that_there_was_somebody(self, owner, hanako, editor):
        moment = timezone.now()
        pk = hanako.pk
        actions.remove_expert(owner, expert=hanako, by=editor)
        then = history.as_of(owner, moment)
        assert then is not None
        assert then[f"expert.{pk}"] == {"removed": True}
        assert f"expert.{pk}" not in (history.as_of(owner, timezone.now()) or {})


class TestEvidence:
    """What agreed experts hold bears out what the organization says it can do."""

    def kept(self, owner):
        return set(Evidence.objects.filter(organization=owner, kind="credential").values_list("credential", flat=True))

    def test_it_begins_with_the_agreement_follows_the_credentials_and_ends(self, owner, hanako, editor):
        assert self.kept(owner) == set()
        agree(hanako, editor)
        assert "it_coordinator" in self.kept(owner)
        actions.change_expert(owner, expert=hanako, values={}, credentials=[], by=editor)
        assert self.kept(owner) == set()
        actions.change_expert(owner, expert=hanako, values={}, credentials=HELD, by=editor)
        assert "it_coordinator" in self.kept(owner)
        actions.withdraw_agreement(hanako, by=editor)
        assert self.kept(owner) == set()

    def test_it_ends_with_the_person(self, owner, hanako, editor):
        agree(hanako, editor)
        actions.remove_expert(owner, expert=hanako, by=editor)
        assert self.kept(owner) == set()
