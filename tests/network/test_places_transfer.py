"""Offices, experts and contact in files: the export is a complete backup, the import changes what differs."""

import json
from datetime import date
from io import BytesIO

import pytest

from network.models import Change, Evidence, Expert, ExpertCredential, Office, OfficeArea, Organization, User
from network.transfer.command import as_line
from network.transfer.errors import TransferError
from network.transfer.exporting import network_lines
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db

SHOP = {
    "name": "浜松支店",
    "postal_code": "〒432-8003",
    "municipality": "22138",
    "address": "和地山1-2",
    "phone": "０５３（１２３）４５６７",
    "service_area": {"prefectures": ["22"], "municipalities": ["23201"], "remote": True},
}
AFAR = {
    "name": "沖縄の窓口",
    "prefecture": "47",
    "on_site": False,
    "service_area": {"remote": True, "nationwide": True},
}
HANAKO = {
    "name": "架空 花子",
    "kana": "カクウ ハナコ",
    "title": "室長",
    "account": "Hanako@Example.jp",
    "credentials": [{"credential": "it_passport"}, {"credential": "it_coordinator", "since": "2020-04-01"}],
}
TARO = {
    "name": "架空 太郎",
    "agreed_on": "2026-01-05",
    "agreement_note": "書面",
    "agreement_recorded_by": "e@example.jp",
    "credentials": [{"credential": "it_coordinator", "since": "2021-04-01", "until": "2031-03-31"}],
}
LINE = {
    "type": "organization",
    "id": "z",
    "name": "架空 Z",
    "kind": "shinkin_bank",
    "prefecture": "22",
    "website": "https://example.jp/z",
    "contact_email": "Z@example.jp",
    "contact_phone": "053-1",
    "weakness_audience": "network",
    "offices": [SHOP, AFAR],
    "experts": [HANAKO, TARO],
}
PEOPLE = [
    {"type": "person", "email": "hanako@example.jp", "memberships": [{"organization": "z"}]},
    {"type": "person", "email": "e@example.jp"},
]


def load(*lines):
    return import_network(BytesIO("\n".join(json.dumps(line) for line in lines).encode()))


def exported() -> bytes:
    return "".join(as_line(line) for line in network_lines()).encode()


def line_of(id_: str = "z") -> dict:
    return next(line for line in map(json.loads, exported().splitlines()) if line.get("id") == id_)


@pytest.fixture
def z() -> Organization:
    load(LINE, *PEOPLE)
    return Organization.objects.get(external_id="z")


def test_everything_is_read_and_people_get_their_accounts_from_later_lines(z):
    assert (z.website, z.contact_email, z.contact_phone) == ("https://example.jp/z", "Z@example.jp", "053-1")
    assert z.weakness_audience == "network"
    shop, afar = z.offices.order_by("pk")
    assert (shop.postal_code, shop.phone, shop.prefecture, shop.remote) == ("4328003", "053-123-4567", "22", True)
    areas = set(shop.service_areas.values_list("prefecture", "municipality"))
    assert areas == {("22", None), ("23", "23201")}
    assert (afar.prefecture, afar.municipality, afar.on_site, afar.nationwide) == ("47", None, False, True)
    hanako, taro = z.experts.order_by("pk")
    assert hanako.user == User.objects.get(email="hanako@example.jp")
    assert (hanako.agreed_on, taro.agreed_on) == (None, date(2026, 1, 5))
    assert taro.agreement_recorded_by == User.objects.get(email="e@example.jp")
    assert taro.credentials.get().until == date(2031, 3, 31)


def test_agreed_credentials_become_evidence(z):
    found = Evidence.objects.filter(organization=z, kind="credential")
    assert {piece.on for piece in found} == {date(2021, 4, 1)}


def test_an_export_imported_again_changes_nothing_and_nothing_is_noted(z):
    tables = (Office, OfficeArea, Expert, ExpertCredential, Organization, Change)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    report = import_network(BytesIO(exported()))
    assert (report.tallies["organization"].updated, report.tallies["organization"].unchanged) == (0, 1)
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


def test_an_export_into_an_empty_registry_exports_the_same(z):
    first = exported()
    Organization.objects.all().delete()
    User.objects.all().delete()
    import_network(BytesIO(first))
    assert exported() == first
    assert Expert.objects.exclude(user=None).count() == 1


@pytest.mark.parametrize("left_out", ["offices", "experts", "website", "weakness_audience"])
def test_a_key_that_is_left_out_keeps_what_is_there(z, left_out):
    before = line_of()
    load({key: value for key, value in LINE.items() if key != left_out} | {"name": "架空 別名"})
    assert line_of() == before | {"name": "架空 別名"}


def test_an_office_keeps_its_row_and_counts_its_versions(z):
    shop = z.offices.get(name="浜松支店")
    report = load({"type": "organization", "id": "z", "offices": [SHOP | {"address": "和地山9"}]})
    assert report.tallies["organization"].updated == 1
    found = z.offices.get()
    assert (found.pk, found.address, found.version) == (shop.pk, "和地山9", 2)
    entry = z.changes.first()
    assert entry.deed == "imported"
    assert entry.changes[f"office.{shop.pk}"][1]["address"] == "和地山9"
    assert sum(pair[1] is None for pair in entry.changes.values()) == 1


def test_a_changed_area_alone_is_a_change(z):
    load({"type": "organization", "id": "z", "offices": [SHOP | {"service_area": {"remote": True}}, AFAR]})
    assert not OfficeArea.objects.filter(office__organization=z).exists()


def test_a_person_keeps_the_row_by_account_then_by_name(z):
    hanako, taro = z.experts.order_by("pk")
    load(
        {"type": "organization", "id": "z", "experts": [TARO | {"title": "顧問"}, HANAKO | {"name": "架空 新姓花子"}]},
        *PEOPLE,
    )
    hanako.refresh_from_db()
    taro.refresh_from_db()
    assert (hanako.name, hanako.version, taro.title, taro.version) == ("架空 新姓花子", 2, "顧問", 2)


def test_two_people_of_one_name_stay_two(z):
    twins = [{"name": "架空 双子", "title": title} for title in ("姉", "妹")]
    load({"type": "organization", "id": "z", "experts": twins})
    first = {expert.title: expert.pk for expert in z.experts.all()}
    load({"type": "organization", "id": "z", "experts": twins[::-1]})
    assert {expert.title: expert.pk for expert in z.experts.all()} == first
    assert len(first) == 2


def test_a_person_who_is_left_out_of_the_list_is_forgotten(z):
    load({"type": "organization", "id": "z", "experts": [TARO | {"title": "顧問"}, HANAKO]}, *PEOPLE)
    taro = z.experts.get(name="架空 太郎")
    load({"type": "organization", "id": "z", "experts": [HANAKO]}, *PEOPLE)
    assert "太郎" not in str(list(Change.objects.values_list("changes", flat=True)))
    assert z.changes.first().changes == {f"expert.{taro.pk}": [{"removed": True}, None]}
    assert not Evidence.objects.filter(organization=z).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"offices": [SHOP, SHOP]}, "offices[1].name"),
        ({"offices": [SHOP | {"postal_code": "432"}]}, "offices[0].postal_code"),
        ({"offices": [SHOP | {"prefecture": "13"}]}, "offices[0].municipality"),
        ({"offices": [{"name": "どこか"}]}, "offices[0].prefecture"),
        ({"offices": [{"name": "どこか", "prefecture": "99"}]}, "offices[0].prefecture"),
        ({"offices": [SHOP | {"on_site": False, "service_area": {}}]}, "offices[0].on_site"),
        ({"offices": [SHOP | {"phone": "電話なし"}]}, "offices[0].phone"),
        ({"offices": [SHOP | {"service_area": {"municipalities": ["99999"]}}]}, "offices[0].service_area"),
        ({"offices": {}}, "offices"),
        ({"experts": [{"name": ""}]}, "experts[0].name"),
        ({"experts": [{"name": "a", "account": "nobody@example.jp"}]}, "experts[0].account"),
        ({"experts": [{"name": "a", "credentials": [{"credential": "magic"}]}]}, "experts[0].credentials"),
        ({"experts": [{"name": "a", "credentials": [{"credential": "it_passport"}] * 2}]}, "experts[0].credentials"),
        ({"experts": [{"name": "a", "agreed_on": "きのう"}]}, "experts[0].agreed_on"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"contact_email": "at"}, "contact_email"),
        ({"weakness_audience": "public"}, "weakness_audience"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_saved(z, wrong, field):
    before = exported()
    with pytest.raises(TransferError) as refused:
        load({"type": "organization", "id": "z", **wrong})
    assert refused.value.errors[0].field.startswith(field)
    assert exported() == before


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_asks_a_fixed_number_of_questions(count, django_assert_num_queries):
    for number in range(count):
        load(LINE | {"id": f"z{number}", "experts": [TARO, TARO | {"name": "架空 次郎"}]}, *PEOPLE[1:])
    with django_assert_num_queries(EXPORT_QUERIES):
        exported()


EXPORT_QUERIES = 21
