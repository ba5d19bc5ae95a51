"""A case born from a finished engagement."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from casebook import actions
from casebook.actions import FinishedEngagement
from casebook.models import Case, Draft
from casebook.writing.content import Content, Figure, Took
from network.models import Evidence, Membership
from network.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(world):
    partner = world.organizations["partner"].pk
    return FinishedEngagement(
        reference="engagement:3",
        owner=world.organizations["owner"].pk,
        title="倉庫の入出荷を見直す",
        industry="H",
        municipality="22130",
        size_band="",
        stage_before=1,
        stage_after=3,
        year=2026,
        phases=("development", "analysis"),
        participants=(Took(partner, "開発", ("system_development", "inventory")),),
        measures=(Figure("入力時間", "分", 80.0, 5.0, on="2026-10-01"),),
        texts={"action": "棚から見直した。", "identity": "架空倉庫株式会社", "lessons": " "},
        labs=(world.labs["shizuoka"].pk,),
        team=world.team.pk,
    )


def begin(world, finished, by="editor"):
    return actions.begin_from_engagement(finished, by=world.people[by])


def test_everything_known_stands_in_the_draft(world, finished):
    case = begin(world, finished)
    content = Content.from_json(Draft.objects.get(case=case).content)
    assert (case.state, case.born_of, case.owner_id) == ("draft", "engagement:3", finished.owner)
    assert (content.title, content.industry, content.prefecture, content.municipality) == (
        "倉庫の入出荷を見直す", "H", "22", "22130",
    )  # fmt: skip
    assert (content.stage_before, content.stage_after, content.year, content.basis) == (1, 3, 2026, "client")
    assert set(content.phases) == {"development", "analysis"}
    assert set(content.capabilities) == {"system_development", "inventory"}
    assert [(took.organization, took.role) for took in content.participants] == [
        (world.organizations["partner"].pk, "開発")
    ]
    assert content.measures == finished.measures
    assert content.sections == {"action": "棚から見直した。", "identity": "架空倉庫株式会社"}


def test_it_is_planned_for_the_engagement_s_own_circle(world, finished):
    case = begin(world, finished)
    plans = Content.from_json(Draft.objects.get(case=case).content).audience
    team, lab = f"team:{world.team.pk}", f"lab:{world.labs['shizuoka'].pk}"
    assert (plans["action"].keys, plans["identity"].keys) == ((team, lab), (team,))
    assert case.team is None  # publishing keeps a case's own team in step with who took part; this one is not ours


def test_without_a_team_it_is_planned_for_those_who_took_part(world, finished):
    case = begin(world, replace(finished, team=None, labs=()))
    plans = Content.from_json(Draft.objects.get(case=case).content).audience
    assert plans["action"].keys == plans["identity"].keys == ("team",)


def test_nobody_else_reads_it_yet(world, finished):
    case = begin(world, finished)
    readers = {name for name, person in world.people.items() if Case.objects.visible_to(person).contains(case)}
    assert readers == {"colleague", "editor"}


def test_one_case_for_one_engagement(world, finished):
    first = begin(world, finished)
    again = begin(world, replace(finished, title="別の題名"))
    assert again == first
    assert Case.objects.filter(born_of="engagement:3").count() == 1
    assert Draft.objects.get(case=first).content["title"] == "倉庫の入出荷を見直す"
    assert begin(world, replace(finished, reference="engagement:4")) != first


@pytest.mark.parametrize("person", ["colleague", "partner", "facilitator", "steward", "stranger", "former", "delegate"])
def test_only_editors_of_the_owner(world, finished, person):
    with pytest.raises(PermissionDenied):
        begin(world, finished, by=person)
    assert not Case.objects.filter(born_of="engagement:3").exists()


def test_an_engagement_s_case_is_not_handed_to_another_owner(world, finished):
    begin(world, finished)
    partner = world.organizations["partner"]
    Membership.objects.create(user=world.people["teammate"], organization=partner, role=Role.EDITOR)
    with pytest.raises(PermissionDenied):
        begin(world, replace(finished, owner=partner.pk), by="teammate")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"reference": " "}, "reference"),
        ({"title": "a\0b"}, "title"),
        ({"industry": "ZZ"}, "industry"),
        ({"municipality": "99999"}, "municipality"),
        ({"phases": ("never",)}, "phases"),
        ({"year": 1800}, "year"),
        ({"texts": {"poem": "はな"}}, "sections"),
        ({"texts": {"action": "a\u202eb"}}, "sections"),
        ({"participants": (Took(987_654_321),)}, "participants"),
        ({"participants": (Took(1, capabilities=("nothing",)),)}, "capabilities"),
        ({"measures": (Figure("", "分", 1.0, 2.0),)}, "measures"),
        ({"measures": (Figure("時間", "分", float("nan"), 2.0),)}, "measures"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(world, finished, values, name):
    with pytest.raises(ValidationError) as refused:
        begin(world, replace(finished, **values))
    assert name in refused.value.message_dict
    assert not Case.objects.filter(born_of="engagement:3").exists()


def test_little_may_be_known(world, finished):
    case = begin(world, FinishedEngagement(reference="engagement:9", owner=finished.owner, title=""))
    assert case.title


def test_published_it_is_evidence_for_everybody_who_was_in_the_team(desk):
    took = (Took(desk.owner.pk, "進行", ("pmo",)), Took(desk.partner.pk, "開発", ("system_development",)))
    known = FinishedEngagement(reference="engagement:9", owner=desk.owner.pk, title="出荷の見直し", participants=took)
    case = actions.begin_from_engagement(known, by=desk["editor"])
    keep = {"participants", "capabilities", "title"}
    rest = {name: value for name, value in desk.content().as_json().items() if name not in keep}
    draft = Draft.objects.get(case=case)
    actions.save_draft(case, changes=rest, expected=draft.revision, by=desk["editor"])
    actions.submit(case, by=desk["editor"])
    desk.agreed(case)
    assert not Evidence.objects.filter(reference=case.external_id).exists()
    actions.publish(case, by=desk["second"])
    found = Evidence.objects.filter(reference=case.external_id)
    members = {organization.pk for organization in (desk.owner, desk.partner)}
    assert set(found.values_list("organization", "capability__code")) == {
        (organization, code) for organization in members for code in ("pmo", "system_development")
    }
