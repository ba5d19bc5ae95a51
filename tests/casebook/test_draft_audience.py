"""Deciding who reads: by label or one by one in a draft, for one section on the case's page; and never too far."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casebook.models import Case, Consent, Grant
from casebook.writing.content import Planned, Took
from network.models import Lab
from tests.casebook.drafting import address, begun, content_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(small):
    return small.client("editor")


def as_it_is(
    kinds=("summary", "background", "action", "result", "lessons", "team", "identity", "attachment"), **chosen
):
    """Every section as a new draft shows it, but for what is chosen (`summary="CLEAR"`)."""
    return {f"how-{kind}": chosen.get(kind, "AMBER+STRICT") for kind in kinds}


# --- In a draft ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "keys"), [("CLEAR", {"public"}), ("GREEN", {"network"}), ("AMBER", {"OWNER", "PARTNER", "LAB"})]
)
def test_a_label_sets_its_keys(small, editor, label, keys):
    case = begun(small, participants=(Took(small.partner.pk),))
    named = {"OWNER": f"org:{small.owner.pk}", "PARTNER": f"org:{small.partner.pk}", "LAB": f"lab:{small.lab.pk}"}
    assert send(editor, case, "audience", **as_it_is(summary=label)).status_code == 302
    wanted = tuple(sorted(named.get(key, key) for key in keys))
    assert content_of(case).audience == {"summary": Planned(wanted)}
    html = editor.get(address(case, "audience")).content.decode()
    assert f'name="how-summary" value="{label}" id=' in html
    assert html.split(f'name="how-summary" value="{label}"')[1].split(">")[0].endswith("checked")


def test_keys_are_chosen_one_by_one_with_a_last_day(small, editor):
    case = begun(small, participants=(Took(small.partner.pk),))
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    keys = ["team", f"lab:{small.lab.pk}", f"org:{small.partner.pk}"]
    send(editor, case, "audience", **as_it_is(lessons="each"), **{"keys-lessons": keys, "until-lessons": day})
    assert content_of(case).audience == {"lessons": Planned(tuple(sorted(keys)), day)}


def test_the_last_day_lies_ahead(small, editor):
    case = begun(small)
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = send(editor, case, "audience", **as_it_is(summary="CLEAR"), **{"until-summary": day})
    assert answer.status_code == 422
    assert "今日以降" in answer.content.decode()
    assert content_of(case).audience == {}


def test_red_needs_a_person_and_gets_one_by_mail_address(small, editor):
    case = begun(small)
    answer = send(editor, case, "audience", **as_it_is(identity="RED"))
    assert answer.status_code == 422
    assert "名指しした方だけ" in answer.content.decode()
    person = small["stranger"]
    typed = {"add_email": person.email.upper(), "add_to": ["identity"], "add": "1"}
    assert send(editor, case, "audience", **as_it_is(identity="RED"), **typed)["Location"] == address(case, "audience")
    assert content_of(case).audience == {"identity": Planned((f"user:{person.pk}",))}
    answer = send(editor, case, "audience", **as_it_is(identity="RED"), **{"keys-identity": [f"user:{person.pk}"]})
    assert answer.status_code == 302
    assert content_of(case).audience == {"identity": Planned((f"user:{person.pk}",))}


def test_a_lab_an_organization_and_a_person_are_added_to_sections(small, editor):
    case = begun(small)
    osaka = Lab.objects.get(name="大阪市")
    typed = {"add_lab": osaka.pk, "other": small.partner.pk, "add_email": small["far"].email}
    send(editor, case, "audience", **as_it_is(result="GREEN"), **typed, add_to=["result", "lessons"], add="1")
    added = {f"lab:{osaka.pk}", f"org:{small.partner.pk}", f"user:{small['far'].pk}"}
    found = {kind: set(planned.keys) for kind, planned in content_of(case).audience.items()}
    assert found == {"result": added | {"network"}, "lessons": added}
    html = editor.get(address(case, "audience")).content.decode()
    assert "大阪市のラボ" in html
    assert "架空 天竜システム" in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"add_email": "nobody@example.jp", "add_to": ["summary"]}, "登録している方はいません"),
        ({"add_email": "stranger", "add_to": ["summary"]}, "有効なメールアドレス"),
        ({"add_lab": "999999", "add_to": ["summary"]}, "正しく選択"),
        ({"other_q": "どこにもない", "add_to": ["summary"]}, "見つかりません"),
        ({"add_lab": "LAB"}, "開く節を選んで"),
        ({"keys-summary": ["steward"], "how-summary": "each"}, "正しく選択"),
        ({"keys-summary": ["user:1"], "how-summary": "each"}, "正しく選択"),
        ({"how-summary": "EVERYBODY"}, "正しく選択"),
        ({"opens_on": "いつか"}, "日付"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_opened(small, editor, typed, said):
    case = begun(small)
    osaka = str(Lab.objects.get(name="大阪市").pk)
    typed = {name: osaka if value == "LAB" else value for name, value in typed.items()}
    answer = send(editor, case, "audience", **{**as_it_is(), **typed}, add="1")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert content_of(case).audience == {}


def test_an_embargo_is_planned_and_lifted(small, editor):
    case = begun(small)
    send(editor, case, "audience", **as_it_is(), opens_on="2030-04-01")
    assert content_of(case).opens_on == "2030-04-01"
    send(editor, case, "audience", **as_it_is(), opens_on="")
    assert content_of(case).opens_on is None


def test_a_published_sections_grants_stay_unless_something_else_is_chosen(small, editor):
    case = begun(small)
    section = case.sections.create(kind="summary", text="公開中")
    day = timezone.localdate() + timedelta(days=9)
    Grant.objects.create(section=section, key=f"user:{small['far'].pk}", until=day)
    Grant.objects.create(section=section, key="network")
    html = editor.get(address(case, "audience")).content.decode()
    assert "いまの公開範囲のまま" in html
    send(editor, case, "audience", **as_it_is(summary="keep"))
    assert content_of(case).audience == {}
    add = {"add_email": small["stranger"].email, "add_to": ["summary"], "add": "1"}
    answer = send(editor, case, "audience", **as_it_is(summary="keep"), **add)
    assert answer.status_code == 422, "a last day would be lost"
    send(editor, case, "audience", **as_it_is(summary="AMBER+STRICT"))
    assert content_of(case).audience == {"summary": Planned(())}


def test_the_matrix_says_who_reads_what(small, editor):
    case = begun(small, participants=(Took(small.partner.pk),), audience={"team": Planned(("team",))})
    html = editor.get(address(case)).content.decode().split('id="who-reads"')[1]
    row = html.split("架空 天竜システム")[1].split("</tr>")[0]
    assert row.count('class="reads"') == 1
    assert html.split("だれでも（公開）")[1].split("</tr>")[0].count('class="reads"') == 0
    assert html.split("自機関（すべて）")[1].split("</tr>")[0].count('class="reads"') == 7


# --- One section of a published case ------------------------------------------------------------


@pytest.fixture
def owner(world):
    client = Client()
    client.force_login(world.people["editor"])
    return client


def place(section) -> str:
    return f"/cases/{section.case_id}/sections/{section.pk}/audience/"


def grants(section):
    return set(section.grants.values_list("key", "until"))


def test_the_cases_page_leads_to_it_for_editors_only(world, owner):
    section = world.section("network", "summary")
    assert place(section) in owner.get(f"/cases/{section.case_id}/").content.decode()
    client = Client()
    client.force_login(world.people["colleague"])
    assert place(section) not in client.get(f"/cases/{section.case_id}/").content.decode()
    assert client.get(place(section)).status_code == 403


@pytest.mark.parametrize(("label", "keys"), [("CLEAR", {"public"}), ("GREEN", {"network"}), ("AMBER+STRICT", set())])
def test_a_section_is_shared_by_its_label(world, owner, label, keys):
    section = world.section("mixed", "lessons")
    answer = owner.post(place(section), {"how-lessons": label})
    assert answer["Location"] == f"/cases/{section.case_id}/"
    assert grants(section) == {(key, None) for key in keys}


def test_a_section_is_shared_one_by_one_until_a_day_and_with_one_more(world, owner):
    section = world.section("network", "lessons")
    day = timezone.localdate() + timedelta(days=3)
    partner, osaka = world.organizations["partner"].pk, world.labs["osaka"].pk
    typed = {"how-lessons": "each", "keys-lessons": [f"org:{partner}"], "until-lessons": day.isoformat()}
    owner.post(place(section), {**typed, "add_lab": osaka, "add_email": world.people["stranger"].email})
    stranger = world.people["stranger"].pk
    assert grants(section) == {(f"org:{partner}", day), (f"lab:{osaka}", day), (f"user:{stranger}", day)}
    html = owner.get(place(section)).content.decode()
    assert f'value="{day.isoformat()}"' in html


def test_the_supporting_team_is_made_when_a_section_is_opened_to_it(world, owner):
    section = world.section("draft", "lessons")
    owner.post(place(section), {"how-lessons": "each", "keys-lessons": ["team"]})
    case = Case.objects.get(pk=section.case_id)
    assert grants(section) == {(f"team:{case.team_id}", None)}
    partner = Client()
    partner.force_login(world.people["partner"])
    assert partner.get(f"/cases/{case.pk}/").status_code == 200


def test_beyond_the_consents_nothing_is_opened_and_the_way_is_named(world, owner):
    section = world.section("org", "lessons")
    agreed = {"person": "架空 花子", "means": "written", "scope": "network", "state": "given", "binding": True}
    Consent.objects.create(case=section.case, **agreed)
    before = grants(section)
    answer = owner.post(place(section), {"how-lessons": "CLEAR"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "だれでも（公開）まで及んでいません" in html
    assert "同意を取り直して" in html
    assert grants(section) == before
    assert owner.post(place(section), {"how-lessons": "GREEN"}).status_code == 302


def test_looking_for_an_organization_shares_nothing(world, owner):
    section = world.section("draft", "lessons")
    answer = owner.post(place(section), {"how-lessons": "CLEAR", "other_q": "天竜", "pick": "1"})
    assert "架空 天竜システム" in answer.content.decode()
    assert grants(section) == set()
