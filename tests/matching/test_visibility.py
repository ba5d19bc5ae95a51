"""Needs are the business of their lab; weaknesses are told only to those who may know of them."""

import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from matching import actions
from matching.core.model import WEAKNESS
from matching.explaining import Lexicon, changes, lexicon, reasons, visible_covers
from matching.models import Need, Proposal
from matching.presentation import WEAK, team_views
from network.models import LabFacilitator, Membership, Organization, Rating
from network.vocabulary import Role, Stance
from tests.access.truth import REGISTRY_RIGHTS, SHARED_RIGHTS
from tests.cast import READERS, make_person, make_rating

NOBODY = Lexicon({}, {}, lambda _organization: False)
EVERYBODY = Lexicon({}, {}, lambda _organization: True)
REQUIREMENT = {"capability": "pmo", "phase": "procurement", "level": 3, "must": True, "weight": 1.0}
TEAM = {
    "members": ["weak", "strong"],
    "lead": "strong",
    "owners": {"0": "strong"},
    "gaps": [],
    "open_must": 0,
    "covers": [{"weakness_of": "weak", "capability": "pmo", "by": "strong"}],
}


def answer_with(levels):
    return {"teams": [TEAM], "requirements": [REQUIREMENT], "levels": levels}


# --- Needs and proposals ------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_needs_and_their_proposals_are_visible_to_the_facilitators_of_their_lab_alone(world, reader):
    person, rights = world.people[reader], REGISTRY_RIGHTS[reader]
    wanted = {world.needs[name].pk for name in ("need", "other_need") if rights[name] == "v"}
    wanted |= {world.needs["shared_need"].pk} if SHARED_RIGHTS[reader]["shared_need"] == "v" else set()
    assert set(Need.objects.visible_to(person).values_list("pk", flat=True)) == wanted
    assert set(Need.objects.editable_by(person).values_list("pk", flat=True)) == wanted
    proposed = set(Proposal.objects.visible_to(person).values_list("need", flat=True))
    assert proposed == wanted - {world.needs["shared_need"].pk}


def test_neither_office_nor_membership_nor_a_joined_lab_opens_a_need(world):
    person = make_person("everything-else", is_steward=True, is_superuser=True)
    for organization in world.organizations.values():
        Membership.objects.create(user=person, organization=organization, role=Role.EDITOR)
    assert not Need.objects.visible_to(person).exists()
    LabFacilitator.objects.create(user=person, lab=world.labs["osaka"])
    assert set(Need.objects.visible_to(person)) == {world.needs["other_need"], world.needs["shared_need"]}


def test_a_facilitator_who_steps_down_sees_no_need_from_the_next_call_on(world):
    person = world.people["facilitator"]
    assert Need.objects.visible_to(person).exists()
    LabFacilitator.objects.filter(user=person).delete()
    assert not Need.objects.visible_to(person).exists()


@pytest.mark.parametrize("reader", [name for name in READERS if name not in {"anonymous", "facilitator"}])
def test_verbs_refuse_who_does_not_serve_the_needs_lab(world, reader):
    need, person = world.needs["need"], world.people[reader]
    before = (need.proposals.count(), need.requirements.count())
    with pytest.raises(PermissionDenied):
        actions.make_proposal(need, by=person)
    with pytest.raises(PermissionDenied):
        actions.save_need(need, requirements=[], must_include=[], exclude=[], by=person)
    assert (need.proposals.count(), need.requirements.count()) == before


def test_a_need_cannot_be_handed_to_a_lab_that_its_writer_does_not_serve(world):
    need = world.needs["need"]
    need.lab = world.labs["osaka"]
    with pytest.raises(PermissionDenied):
        actions.save_need(need, requirements=[], must_include=[], exclude=[], by=world.people["facilitator"])


# --- Sentences ----------------------------------------------------------------------------------


def test_a_covered_weakness_is_a_reason_only_for_those_who_may_know_of_it():
    levels = {"weak": {"pmo": WEAKNESS}, "strong": {"pmo": 4}}
    assert visible_covers(TEAM, EVERYBODY) == TEAM["covers"]
    assert visible_covers(TEAM, NOBODY) == []
    told = "".join(reasons(TEAM, [REQUIREMENT], EVERYBODY, levels))
    untold = "".join(reasons(TEAM, [REQUIREMENT], NOBODY, levels))
    assert "弱み" in told
    assert "weak" in told
    assert "弱み" not in untold
    assert "weak" not in untold


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (WEAKNESS, 3, ["weakの「pmo」の申告が、申告なしからレベル3に変わりました。"]),
        (3, WEAKNESS, ["weakの「pmo」の申告が、レベル3から申告なしに変わりました。"]),
        (0, WEAKNESS, []),
        (WEAKNESS, 0, []),
    ],
)
def test_to_those_who_may_not_know_a_weakness_reads_like_no_declaration(then, now, told):
    before, after = answer_with({"weak": {"pmo": then}}), answer_with({"weak": {"pmo": now}})
    assert changes(before, after, NOBODY) == told
    assert changes(before, after, NOBODY) == changes(
        answer_with({"weak": {"pmo": max(then, 0)}}), answer_with({"weak": {"pmo": max(now, 0)}}), EVERYBODY
    )
    [full] = changes(before, after, EVERYBODY)
    assert "弱み" in full


def test_a_change_between_levels_is_told_to_everybody_in_full():
    before, after = answer_with({"weak": {"pmo": 1}}), answer_with({"weak": {"pmo": 3}})
    assert changes(before, after, NOBODY) == changes(before, after, EVERYBODY)


def test_the_lexicon_knows_of_each_reader_whose_weaknesses_it_may_name(world):
    result = answer_with({"owner": {"system_development": WEAKNESS}, "elsewhere": {"pmo": WEAKNESS}})
    for reader in READERS:
        words = lexicon([result], world.people[reader])
        for organization in ("owner", "elsewhere"):
            may = REGISTRY_RIGHTS[reader][f"{organization}_weakness"] == "v"
            assert words.may_know_weaknesses_of(organization) == may, f"{reader} {organization}"
    assert lexicon([result], None).may_know_weaknesses_of("elsewhere")


def test_the_matrix_of_a_team_marks_a_weakness_only_for_those_who_may_know_of_it(world):
    result = answer_with({"weak": {"pmo": WEAKNESS}, "strong": {"pmo": 4}})
    result |= {"drops": [{}], "teams": [TEAM | {"score": 0, "parts": dict.fromkeys(PARTS, 0)}]}
    need = SimpleNamespace(prefecture="22")

    def marks(words):
        [view] = team_views(need, result, words)
        return {cell.mark for row in view.rows for cell in row.cells}, view.covers

    assert WEAK in marks(EVERYBODY)[0]
    assert marks(EVERYBODY)[1]
    assert WEAK not in marks(NOBODY)[0]
    assert marks(NOBODY)[1] == []


PARTS = ("coverage", "lead", "member_cost", "cohesion", "open_weakness")


# --- Pages and API ------------------------------------------------------------------------------


def test_pages_and_api_of_a_proposal_hide_the_weakness_once_the_organization_has_left_the_lab(world, client):
    """The same stored answer, the same team; only the right to know differs."""
    need, organization = world.needs["need"], world.organizations["elsewhere"]
    organization.labs.add(world.labs["shizuoka"])
    proposal = actions.make_proposal(need, by=world.people["facilitator"])
    assert any(cover["weakness_of"] == "elsewhere" for team in proposal.result["teams"] for cover in team["covers"])
    client.force_login(world.people["facilitator"])
    page, api = reverse("matching:need", args=[need.pk]), reverse("api-proposal-detail", args=[need.pk, proposal.pk])

    def told():
        covers = [cover for team in json.loads(client.get(api).content)["teams"] for cover in team["covers"]]
        mine = f"{organization.name}の弱み" in client.get(page).content.decode()
        return mine, any(cover["weakness_of"] == "elsewhere" for cover in covers)

    assert told() == (True, True)
    assert '"levels"' not in client.get(api).content.decode()
    organization.labs.remove(world.labs["shizuoka"])
    assert told() == (False, False)


def test_no_number_of_an_answer_tells_a_weakness_that_the_lab_may_not_know(world):
    """An outsider who puts an organization alone into a team learns the same whether it declares a weakness or not."""
    need, weak = world.needs["need"], world.organizations["elsewhere"]
    need.max_size, need.lead_kinds = 1, []
    need.save()
    need.must_include.add(weak)

    def answered():
        result = actions.make_proposal(need, by=world.people["facilitator"]).result
        return {name: result[name] for name in result if name != "took_ms"}

    answered()
    with_weakness = answered()
    weak.ratings.filter(stance=Stance.WEAKNESS).delete()
    assert answered() == with_weakness
    weak.labs.add(world.labs["shizuoka"])
    make_rating(weak, "pmo", 0, Stance.WEAKNESS)
    assert answered()["teams"][0]["parts"] != with_weakness["teams"][0]["parts"]


def test_an_inactive_must_include_makes_no_team_and_says_so(world, client):
    need, gone = world.needs["need"], world.organizations["partner"]
    need.must_include.add(gone)
    Organization.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(world.people["facilitator"])
    assert client.post(reverse("matching:propose", args=[need.pk])).status_code == 302
    assert f"{gone.name}を必須から外す" in client.get(reverse("matching:need", args=[need.pk])).content.decode()
    form = client.get(reverse("matching:edit_need", args=[need.pk])).content.decode()
    assert gone.name in form
    assert "無効" in form


def test_narrowing_the_registry_by_a_capability_does_not_find_who_is_weak_in_it(world, client):
    Rating.objects.filter(stance=Stance.WEAKNESS).update(level=3)
    for reader in ("steward", "facilitator", "editor"):
        client.force_login(world.people[reader])
        shown = client.get(reverse("network:organizations"), {"capability": "system_development"}).content.decode()
        assert world.organizations["partner"].name in shown
        assert reverse("network:organization", args=[world.organizations["owner"].pk]) not in shown
        listed = client.get(reverse("api-organization-list"), {"capability": "system_development"}).json()
        assert [organization["id"] for organization in listed["results"]] == ["partner"]


def test_the_profile_names_weaknesses_to_those_who_may_know_of_them(world, client):
    path = reverse("network:organization", args=[world.organizations["owner"].pk])
    for reader in READERS:
        if REGISTRY_RIGHTS[reader]["registry"] == "v":
            client.force_login(world.people[reader])
            shown = "補ってほしいこと" in client.get(path).content.decode()
            assert shown == (REGISTRY_RIGHTS[reader]["owner_weakness"] == "v"), reader


@pytest.mark.parametrize("both", [False, True])
def test_an_organization_that_may_not_be_seen_is_refused_like_one_that_does_not_exist(world, client, both):
    client.force_login(world.people["facilitator"])

    def refusal(organization):
        line = {"capability": "inventory", "phase": "analysis", "level": 3, "weight": 1.0}
        body = {"title": "在庫", "client": {"prefecture": "22"}, "requirements": [line], "must_include": [organization]}
        if both:
            body["exclude"] = [organization]
        answer = client.post(reverse("api-need-list"), body, content_type="application/json")
        assert answer.status_code == 422
        return answer.content.decode().replace(organization, "ID")

    assert refusal("closed") == refusal("nobody")
