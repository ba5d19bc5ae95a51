"""Forms for places and people: what is understood, what is offered, what is told when two editors differ."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from network import actions
from network.actions.areas import area_keys, replace_areas
from network.codes import CREDENTIALS
from network.forms.areas import FOUND_AT_MOST, AreaForm, both_values, conflict_of, found, known_municipalities, typed
from network.forms.experts import AgreementForm, ExpertForm, expert_initial
from network.forms.offices import OfficeForm, filled_from_postal_code, office_initial
from network.models import Municipality, Office, OfficeArea
from network.office_values import phone_number


class TestPhone:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("053-123-4567", "053-123-4567"),
            ("０５３－１２３－４５６７", "053-123-4567"),
            ("０５３ー１２３ー４５６７", "053-123-4567"),
            ("053(123)4567", "053-123-4567"),
            ("(053) 123-4567", "053-123-4567"),
            ("053 123 4567", "0531234567"),
            ("+81-53-123-4567", "+81-53-123-4567"),
            ("", ""),
            ("－", ""),
        ],
    )
    def test_it_is_kept_in_half_width_with_hyphens(self, written, kept):
        assert phone_number(written) == kept

    @pytest.mark.parametrize(
        "written", ["電話", "12", "0" * 40, "053-123-4567 内線3", "\0", "053--+1", "1-2-3-4-5-6-7-8-9-0-1-2"]
    )
    def test_anything_else_is_refused_with_an_example(self, written):
        with pytest.raises(ValidationError, match=r"電話番号は"):
            phone_number(written)


@pytest.mark.django_db
class TestAreaForm:
    def test_unknown_codes_are_left_out_of_what_is_shown(self):
        assert set(known_municipalities(["22138", "99999", "\0", "２２１３８", "x", ""])) == {"22138"}

    def test_a_search_leaves_out_what_is_ticked_and_counts_the_rest(self):
        form = AreaForm(initial={"municipalities": ["22138"], "prefectures": []})
        answer = found(form, "市")
        assert len(answer.municipalities) == FOUND_AT_MOST
        assert answer.more == Municipality.objects.named("市").count() - 1 - FOUND_AT_MOST
        assert "22138" not in {place.pk for place in found(form, "浜松市").municipalities}
        assert found(form, "").municipalities == []

    def test_the_chosen_ones_stand_in_the_order_of_their_codes(self):
        form = AreaForm(initial={"municipalities": ["47311", "22138"]})
        assert [place.pk for place in form.chosen] == ["22138", "47311"]
        assert [tile.code for tile in AreaForm(initial={"prefectures": ["47", "22"]}).tiles if tile.chosen] == [
            "22",
            "47",
        ]

    def test_one_question_whatever_the_number_ticked(self, django_assert_num_queries):
        for codes in (["22138"], ["22138", "23201", "47311"]):
            form = AreaForm({"municipalities": codes})
            with django_assert_num_queries(1):
                assert form.is_valid()

    def test_both_values_are_told_in_names(self):
        form = AreaForm({"prefectures": ["22"], "municipalities": ["47311"], "remote": "on"})
        assert form.is_valid()
        recorded = {"prefectures": ["23", "22"], "municipalities": [], "nationwide": False, "remote": False}
        told = {difference.label: (difference.theirs, difference.mine) for difference in both_values(form, recorded)}
        assert told["都道府県"] == ("静岡県、愛知県", "静岡県")
        assert told["市区町村"] == ("（なし）", "沖縄県恩納村")
        assert told["遠隔でも対応"] == ("いいえ", "はい")
        assert "全国に対応" not in told

    def test_a_conflict_of_an_unknown_hand_is_told_without_a_name(self, world):
        owner = world.organizations["owner"]
        form = AreaForm({"prefectures": ["22"]})
        assert form.is_valid()
        conflict = conflict_of(form, owner, "service_area", owner, {"prefectures": []})
        assert (conflict.by, conflict.at, conflict.version) == ("", None, owner.version)

    def test_areas_are_given_whole(self, world):
        office = Office.objects.create(organization=world.organizations["partner"], name="店", prefecture="22")
        replace_areas(office.service_areas.all(), area_keys(["22", "23"], ["47311"]), office=office)
        kept = OfficeArea.objects.get(office=office, prefecture="23").pk
        replace_areas(office.service_areas.all(), area_keys(["23"], []), office=office)
        assert list(OfficeArea.objects.filter(office=office).values_list("pk", flat=True)) == [kept]
        with pytest.raises(ValidationError, match="99998、99999"):
            area_keys([], ["99999", "22138", "99998"])


@pytest.mark.django_db
class TestOfficeForm:
    def test_a_retired_municipality_is_offered_only_where_it_is_recorded(self, world):
        retired = Municipality.objects.filter(retired_on__isnull=False, prefecture="22").first()
        assert retired is not None
        office = Office.objects.create(
            organization=world.organizations["partner"], name="店", prefecture="22", municipality=retired
        )
        offered = dict(OfficeForm(initial=office_initial(office)).fields["municipality"].choices)
        assert retired.pk in offered
        assert retired.pk not in dict(OfficeForm(initial={"prefecture": "22"}).fields["municipality"].choices)

    @pytest.mark.parametrize("prefecture", ["", "99", "\0", "x" * 5000])
    def test_an_unknown_prefecture_offers_nothing(self, prefecture):
        form = OfficeForm({"prefecture": prefecture, "name": "店", "on_site": "on"})
        assert [code for code, _name in form.fields["municipality"].choices] == [""]
        assert not form.is_valid()

    def test_the_form_of_an_office_says_what_is_recorded(self, world):
        partner = world.organizations["partner"]
        values = {
            "name": "店",
            "prefecture": "22",
            "municipality_id": "22138",
            "postal_code": "4328003",
            "remote": True,
        }
        office = Office.objects.create(organization=partner, **values)
        replace_areas(office.service_areas.all(), area_keys(["22"], ["23201"]), office=office)
        shown = office_initial(office)
        form = OfficeForm({name: value for name, value in shown.items() if value not in (False, "")})
        assert form.is_valid(), form.errors
        assert form.values() == {name: getattr(office, name) for name in actions.OFFICE}
        assert both_values(form, shown) == []

    @pytest.mark.parametrize(
        ("typed_address", "town", "expected"),
        [
            ("", "", "和地山"),
            ("1-2", "", "和地山1-2"),
            ("和地山1-2", "", "和地山1-2"),
            ("千代田1-2", "千代田", "和地山1-2"),
            ("別の町3", "千代田", "和地山別の町3"),
        ],
    )
    def test_the_town_is_filled_in_before_what_was_written(self, typed_address, town, expected):
        data = QueryDict(mutable=True)
        data.update({"postal_code": "4328003", "address": typed_address, "town": town, "name": "店", "remote": "on"})
        form, places, problem = filled_from_postal_code(data)
        assert (places, problem) == ([], "")
        assert (form["address"].value(), form["name"].value(), form["remote"].value()) == (expected, "店", True)

    def test_what_is_typed_is_read_as_it_stands(self):
        data = QueryDict("name=a&prefectures=22&prefectures=23&nationwide=on")
        read = typed(OfficeForm.base_fields, data)
        assert (read["name"], read["prefectures"], read["nationwide"], read["remote"]) == (
            "a",
            ["22", "23"],
            True,
            False,
        )


@pytest.mark.django_db
class TestExpertForm:
    def test_every_credential_of_the_list_can_be_ticked_with_its_days(self, world):
        form = ExpertForm(world.organizations["owner"])
        assert [row.held.name for row in form.credential_rows] == [f"held_{code}" for code in CREDENTIALS]

    def test_members_can_be_chosen_and_nobody_else(self, world):
        form = ExpertForm(world.organizations["owner"])
        offered = {code for code, _name in form.fields["user"].choices if code}
        assert offered == {str(world.people[name].pk) for name in ("colleague", "editor", "inactive")}

    def test_who_left_is_still_offered_where_recorded(self, world):
        silent = world.experts["owner_silent"]
        silent.user.memberships.all().delete()
        form = ExpertForm(world.organizations["owner"], initial=expert_initial(silent))
        assert str(silent.user_id) in dict(form.fields["user"].choices)

    def test_the_form_of_an_expert_says_what_is_recorded(self, world):
        held = [actions.Held("it_passport", date(2021, 4, 1)), actions.Held("dx_passport")]
        owner, editor = world.organizations["owner"], world.people["editor"]
        expert = actions.add_expert(owner, values={"name": "架空 花子", "title": "室長"}, credentials=held, by=editor)
        shown = expert_initial(expert)
        form = ExpertForm(owner, {name: value for name, value in shown.items() if value}, initial=shown)
        assert form.is_valid(), form.errors
        assert sorted(form.held()) == sorted(held, key=lambda one: one.credential)
        assert form.values() == {"name": "架空 花子", "kana": "", "title": "室長", "about": "", "user": None}
        assert both_values(form, shown) == []

    def test_credentials_are_named_in_the_readers_language(self, world):
        with override("en"):
            names = [row.name for row in ExpertForm(world.organizations["owner"]).credential_rows]
        assert "IT Coordinator" in names

    @pytest.mark.parametrize("day", ["", "きのう", "2026-02-30", "99999-01-01", "\0"])
    def test_a_consent_needs_a_day(self, day):
        assert not AgreementForm({"agreed_on": day, "agreement_note": "書面"}).is_valid()
