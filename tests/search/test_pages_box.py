"""The search box of the shell: groups, what each reader finds in them, and the options under the box."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casebook.models import LogEntry
from matching.models import Need
from network.models import Lab, LabFacilitator, Organization
from search.box import seek
from tests.search.cast import make_case, make_member


@pytest.fixture(autouse=True)
def _cases(bank):
    make_case(bank, "<b>倉庫</b>の在庫", "在庫が合わない", industry="E", tlp="CLEAR")
    make_case(bank, "ネットワークの在庫", {"summary": ("在庫", "network")})


@pytest.fixture
def facilitator(db):
    person = make_member()
    lab = Lab.objects.get(name="静岡県")
    LabFacilitator.objects.create(user=person, lab=lab)
    Need.objects.create(title="食品工場の在庫", lab=lab, prefecture="22", text="紙の台帳")
    return person


def found(text, reader):
    return {group.name: [row.title for row in group.rows] for group in seek(text, reader, 10)}


def test_each_group_holds_what_its_reader_may_see(anyone, developer, facilitator, bank):
    assert found("在庫", anyone)["cases"] == ["<b>倉庫</b>の在庫"]
    assert set(found("在庫", developer)["cases"]) == {"<b>倉庫</b>の在庫", "ネットワークの在庫"}
    assert found("在庫", facilitator)["needs"] == ["食品工場の在庫"]
    assert "needs" not in found("在庫", developer)
    assert found("信用金庫", developer)["organizations"] == [bank.name]
    assert "organizations" not in found("信用金庫", anyone)


def test_needs_of_another_lab_are_not_there(facilitator):
    Need.objects.update(lab=Lab.objects.get(name="大阪市"))
    assert "needs" not in found("在庫", facilitator)


def test_an_organization_that_is_closed_is_not_there(developer, bank):
    Organization.objects.filter(pk=bank.pk).update(is_active=False)
    assert "organizations" not in found("信用金庫", developer)


@pytest.mark.parametrize("typed", ["在庫管理", "ざいこ", "zaiko", "在庫管"])
def test_capabilities_by_whatever_is_typed(anyone, typed):
    assert "在庫管理" in found(typed, anyone)["capabilities"]


def test_half_a_word_finds_cases(anyone):
    assert found("ざいこ", anyone)["cases"] == ["<b>倉庫</b>の在庫"]


@pytest.mark.parametrize("text", ["", "  ", "\x00", "\u200b"])
def test_no_words_find_nothing(anyone, text):
    assert [group for group in seek(text, anyone, 10) if group.name != "cases"] == []
    assert not seek("", anyone, 10)


@pytest.mark.parametrize("text", ["%", "_", "'", "\u202e在庫", "在" * 5000, "𠮷", "😀", "\x00在庫"])
@pytest.mark.parametrize("route", ["search:suggest", "search:everything"])
def test_no_text_breaks_it(client, developer, route, text):
    client.force_login(developer)
    assert client.get(reverse(route), {"q": text}).status_code == 200


def test_the_options_are_options_in_named_groups_and_markup_is_text(client, developer):
    client.force_login(developer)
    shown = client.get(reverse("search:suggest"), {"q": "在庫"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    assert 'role="group" aria-labelledby="find-cases"' in shown
    assert 'id="find-cases-1" role="option" aria-selected="false"' in shown
    assert "&lt;b&gt;倉庫" in shown
    assert "TLP:CLEAR" in shown
    assert shown.count('id="find-all"') == 1
    assert client.get(reverse("search:suggest"), {"q": " "}).content.decode().strip() == ""


def test_the_page_works_without_scripts_and_leads_to_each_list(client, developer):
    client.force_login(developer)
    home = client.get(reverse("home")).content.decode()
    assert f'action="{reverse("search:everything")}"' in home
    shown = client.get(reverse("search:everything"), {"q": "信用金庫"}).content.decode()
    assert "/organizations/?q=%E4%BF%A1%E7%94%A8%E9%87%91%E5%BA%AB" in shown
    assert 'id="group-organizations"' in shown


def test_nothing_found_says_what_to_do_next(client):
    shown = client.get(reverse("search:everything"), {"q": "翡翠"}).content.decode()
    assert f"{reverse('search:ways_on')}?q=" in shown


def test_a_glance_leaves_no_trace_in_the_owners_log(client, developer):
    client.force_login(developer)
    client.get(reverse("search:suggest"), {"q": "在庫"})
    client.get(reverse("search:everything"), {"q": "在庫"})
    assert not LogEntry.objects.exists()


def test_it_costs_the_same_for_one_and_three(client, facilitator, bank):
    client.force_login(facilitator)
    costs = []
    for place in range(3):
        make_case(bank, f"棚卸{place}", "棚卸の台帳")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("search:suggest"), {"q": "棚卸"}).status_code == 200
        costs.append(len(queries))
    # Within a test's transaction each question reads the columns anew: the figure outside is a third of it.
    assert costs[0] == costs[2] <= 100
