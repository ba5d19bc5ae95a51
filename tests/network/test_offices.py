"""Offices: what is said of them, who says it, what becomes of it in the record."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from network import actions
from network.models import Change, Municipality, Office, OfficeArea, Organization

pytestmark = pytest.mark.django_db

HAMAMATSU = {
    "name": "浜松支店",
    "postal_code": "4328003",
    "prefecture": "22",
    "municipality_id": "22138",
    "address": "和地山1-2-3",
    "phone": "053-123-4567",
}


@pytest.fixture
def editor(world):
    return world.people["editor"]


def areas(office: Office) -> set[tuple[str, str | None]]:
    return set(OfficeArea.objects.filter(office=office).values_list("prefecture", "municipality"))


def test_an_office_is_added_noted_and_told(owner, editor, heard):
    before = owner.registry_version
    office = actions.add_office(owner, values=HAMAMATSU, prefectures=["22"], municipalities=["23201"], by=editor)
    office.refresh_from_db()
    assert (office.name, office.place, office.version) == ("浜松支店", "静岡県浜松市中央区", 1)
    assert areas(office) == {("22", None), ("23", "23201")}
    owner.refresh_from_db()
    assert owner.registry_version > before
    assert heard == ["owner"]
    change = owner.changes.first()
    assert (change.deed, change.by) == ("office", editor)
    (path, (was, now)) = next(iter(change.changes.items()))
    assert (path, was) == (f"office.{office.pk}", None)
    assert (now["municipality"], now["municipalities"]) == ("22138", ["23201"])


def test_changing_keeps_what_is_left_out_and_replaces_the_areas(owner, editor):
    office = actions.add_office(owner, values=HAMAMATSU, prefectures=["22", "23"], by=editor)
    kept = OfficeArea.objects.get(office=office, prefecture="22").pk
    changed = actions.change_office(
        owner, office=office, values={"remote": True}, prefectures=["22", "24"], expected=1, by=editor
    )
    assert (changed.name, changed.remote, changed.version) == ("浜松支店", True, 2)
    assert areas(office) == {("22", None), ("24", None)}
    assert OfficeArea.objects.get(office=office, prefecture="22").pk == kept
    was, now = owner.changes.first().changes[f"office.{office.pk}"]
    assert (was["remote"], now["remote"]) == (False, True)
    assert (was["prefectures"], now["prefectures"]) == (["22", "23"], ["22", "24"])


def test_saying_the_same_again_is_no_entry_of_the_history(owner, editor):
    office = actions.add_office(owner, values=HAMAMATSU, by=editor)
    before = Change.objects.count()
    actions.change_office(owner, office=office, values=HAMAMATSU, by=editor)
    assert Change.objects.count() == before


def test_an_older_version_is_a_conflict_and_nothing_is_written(owner, editor, heard):
    office = actions.add_office(owner, values=HAMAMATSU, by=editor)
    actions.change_office(owner, office=office, values={"phone": "053-000-0000"}, expected=1, by=editor)
    heard.clear()
    with pytest.raises(actions.ConflictError) as conflict:
        actions.change_office(owner, office=office, values={"phone": "1"}, expected=1, by=editor)
    assert conflict.value.current.phone == "053-000-0000"
    assert Office.objects.get(pk=office.pk).phone == "053-000-0000"
    assert heard == []


def test_a_removed_office_is_a_conflict_for_who_still_sees_it(owner, editor):
    office = actions.add_office(owner, values=HAMAMATSU, by=editor)
    stale = Office.objects.get(pk=office.pk)
    actions.remove_office(owner, office=office, by=editor)
    for deed in (
        lambda: actions.change_office(owner, office=stale, values={}, by=editor),
        lambda: actions.remove_office(owner, office=stale, by=editor),
    ):
        with pytest.raises(actions.ConflictError) as conflict:
            deed()
        assert conflict.value.current is None


def test_removing_leaves_the_address_in_the_history(owner, editor):
    office = actions.add_office(owner, values=HAMAMATSU, prefectures=["22"], by=editor)
    pk = office.pk
    actions.remove_office(owner, office=office, expected=1, by=editor)
    was, now = owner.changes.first().changes[f"office.{pk}"]
    assert (was["address"], now) == ("和地山1-2-3", None)
    assert not OfficeArea.objects.filter(office=pk).exists()


@pytest.mark.parametrize("by", ["colleague", "partner", "outsider", "facilitator", "steward", "stranger", "former"])
def test_only_editors_speak_of_offices(owner, editor, world, by, heard):
    office, before = world.offices["owner"], Office.objects.count()
    person = world.people[by]
    for deed in (
        lambda: actions.add_office(owner, values=HAMAMATSU, by=person),
        lambda: actions.change_office(owner, office=office, values={"name": "別の店"}, by=person),
        lambda: actions.remove_office(owner, office=office, by=person),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert Office.objects.count() == before
    assert heard == []


def test_an_office_of_another_organization_is_not_there(world, editor):
    foreign = actions.add_office(
        world.organizations["elsewhere"], values=HAMAMATSU | {"prefecture": "22"}, by=world.people["outsider"]
    )
    with pytest.raises(actions.ConflictError):
        actions.remove_office(world.organizations["owner"], office=foreign, by=editor)
    assert Office.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"municipality_id": "13101"}, "municipality"),
        ({"municipality_id": "99999"}, "municipality"),
        ({"prefecture": "99"}, "prefecture"),
        ({"name": ""}, "name"),
        ({"name": "支店\n"}, "name"),
        ({"postal_code": "432-8003"}, "postal_code"),
        ({"address": "a\u202eb"}, "address"),
        ({"on_site": False, "remote": False}, "on_site"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_saved(owner, editor, wrong, field):
    before = Office.objects.count()
    with pytest.raises(ValidationError) as refused:
        actions.add_office(owner, values=HAMAMATSU | wrong, by=editor)
    assert field in refused.value.message_dict
    assert Office.objects.count() == before


def test_two_offices_of_one_name_are_refused_but_not_in_two_organizations(owner, editor, world):
    actions.add_office(owner, values=HAMAMATSU, by=editor)
    with pytest.raises(ValidationError):
        actions.add_office(owner, values=HAMAMATSU, by=editor)
    assert actions.add_office(world.organizations["elsewhere"], values=HAMAMATSU, by=world.people["outsider"]).pk


def test_unknown_areas_and_columns_are_refused(owner, editor):
    before = Office.objects.count()
    with pytest.raises(ValidationError, match="99999"):
        actions.add_office(owner, values=HAMAMATSU, municipalities=["99999"], by=editor)
    with pytest.raises(ValidationError):
        actions.add_office(owner, values=HAMAMATSU, prefectures=["99"], by=editor)
    with pytest.raises(ValueError, match="version"):
        actions.add_office(owner, values=HAMAMATSU | {"version": 7}, by=editor)
    assert Office.objects.count() == before


def test_a_service_area_of_unknown_municipalities_is_refused(owner, editor):
    with pytest.raises(ValidationError, match="99999"):
        actions.serve_areas(
            owner, prefectures=["22"], municipalities=["99999"], nationwide=False, remote=False, by=editor
        )
    assert not owner.service_areas.exists()


class TestServing:
    """Who is found in a prefecture."""

    def found(self, prefecture: str) -> set[str]:
        return set(Organization.objects.serving(prefecture).values_list("external_id", flat=True))

    @pytest.mark.parametrize(
        ("values", "given"),
        [
            ({"prefecture": "47", "municipality_id": None}, {}),
            ({}, {"prefectures": ["47"]}),
            ({}, {"municipalities": ["47311"]}),
            ({"nationwide": True}, {}),
        ],
    )
    def test_an_office_located_there_serving_there_or_everywhere(self, owner, editor, values, given):
        assert "owner" not in self.found("47")
        actions.add_office(owner, values=HAMAMATSU | values, **given, by=editor)
        actions.add_office(owner, values=HAMAMATSU | {"name": "二つ目"} | values, **given, by=editor)
        assert "owner" in self.found("47")
        assert list(Organization.objects.serving("47")).count(owner) == 1

    def test_an_office_elsewhere_is_none_there(self, owner, editor):
        actions.add_office(owner, values=HAMAMATSU, prefectures=["23"], municipalities=["24201"], by=editor)
        assert "owner" not in self.found("47")
        assert {"23", "24"} == {code for code in ("23", "24", "25") if "owner" in self.found(code)}


class TestNaming:
    """Municipalities found by what people type."""

    def named(self, typed: str) -> list[str]:
        return [place.name for place in Municipality.objects.named(typed)]

    @pytest.mark.parametrize(
        ("typed", "there", "not_there"),
        [
            ("恩納", "恩納村", "那覇市"),
            ("おんなそん", "恩納村", "那覇市"),
            ("ｵﾝﾅ", "恩納村", "那覇市"),
            ("沖縄県 恩納", "恩納村", "那覇市"),
            ("沖縄県恩納村", "恩納村", "那覇市"),
            ("沖縄", "那覇市", "札幌市"),
            ("国頭郡", "恩納村", "那覇市"),
            ("静岡 中央区", "浜松市中央区", "札幌市中央区"),
            ("浜松市", "浜松市", "静岡市"),
        ],
    )
    def test_by_name_reading_district_and_prefecture(self, typed, there, not_there):
        names = self.named(typed)
        assert there in names
        assert not_there not in names

    @pytest.mark.parametrize("typed", ["", "   ", "ありません", "%", "_"])
    def test_nothing_for_nothing(self, typed):
        assert self.named(typed) == []

    def test_retired_ones_are_not_offered(self):
        retired = Municipality.objects.filter(retired_on__isnull=False).first()
        assert retired is not None
        assert retired.name not in self.named(retired.name)
