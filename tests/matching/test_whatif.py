"""The what-if and why-not pages: differences in words, addresses that carry the whole question, nothing told that the
reader may not know."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from matching import actions
from matching.models import Need, Proposal
from network.models import Organization, Rating
from network.vocabulary import Stance
from tests.access.walking import SECRETS
from tests.cast import make_organization, make_rating, word

ORGANIZATIONS = (
    ("a-shinkin", "架空 浜名信金", "shinkin_bank", "22", {"pmo": 4, "system_development": -1}),
    ("b-house", "架空 天竜システム", "local_it_vendor", "22", {"system_development": 4}),
    ("c-far", "架空 尾張ソフト", "local_it_vendor", "23", {"system_development": 4}),
    ("d-coach", "架空 遠州コーチ", "it_coordinator", "22", {"inventory": 3, "system_development": 2}),
)


@pytest.fixture
def desk(world):
    """A registry of its own beside the cast, all of it in the need's lab; the facilitator's browser."""
    Organization.objects.exclude(external_id="closed").update(is_active=False)
    for identifier, name, kind, prefecture, levels in ORGANIZATIONS:
        made = make_organization(identifier, name=name, kind=kind, prefecture=prefecture)
        made.labs.add(world.labs["shizuoka"])
        for code, level in levels.items():
            make_rating(made, code, max(level, 0), Stance.WEAKNESS if level < 0 else Stance.NEUTRAL)
        Rating.objects.filter(organization=made).update(stated_confidence=1.0)
    client = Client()
    client.force_login(world.people["facilitator"])
    return client


@pytest.fixture
def proposal(world, desk) -> Proposal:
    need = world.needs["need"]
    return actions.make_proposal(need, by=world.people["facilitator"])


def address(name: str, proposal: Proposal) -> str:
    return reverse(f"matching:{name}", args=[proposal.need_id, proposal.pk])


def text_of(answer) -> str:
    """The page without what differs from one request to the next."""
    return SECRETS.sub("SECRET", answer.content.decode())


def trial(client: Client, proposal: Proposal, *members: str, **asked: str):
    return client.get(address("trial", proposal), {"m": members, **asked} if members else asked)


def test_the_best_team_is_the_one_by_hand(proposal):
    assert proposal.result["teams"][0]["members"] == ["a-shinkin", "b-house", "d-coach"]


def test_at_first_the_trial_is_the_proposed_team(desk, proposal):
    shown = trial(desk, proposal)
    assert shown.status_code == 200
    assert "提案と同じチームです。" in shown.content.decode()


def test_a_worse_swap_says_by_how_much_and_from_where(desk, proposal):
    """Nothing but the distance differs: one prefecture away, two points."""
    html = trial(desk, proposal, "a-shinkin", "c-far", "d-coach").content.decode()
    assert "提案1と比べて−2.0点" in html


def test_leaving_somebody_out_names_every_part(desk, proposal):
    html = trial(desk, proposal, "a-shinkin", "d-coach").content.decode()
    assert "必須の空白+1件" in html
    assert "補われない弱み −16.7点" in html
    assert "必須の要件が1件、必要なレベルに届いていません。" in html


def test_the_best_partner_is_offered_and_its_address_adds_it(desk, proposal):
    shown = trial(desk, proposal, "a-shinkin", "d-coach")
    partner = shown.context["partners"][0]
    assert partner["name"] == "架空 天竜システム"
    asked = parse_qs(urlsplit(partner["address"]).query)
    assert asked["m"] == ["a-shinkin", "b-house", "d-coach"]
    assert "提案と同じチームです。" in desk.get(partner["address"]).content.decode()


def test_replacements_are_the_best_others(desk, proposal):
    shown = trial(desk, proposal, "a-shinkin", "b-house", "d-coach", swap="b-house")
    assert [option["name"] for option in shown.context["swaps"]] == ["架空 尾張ソフト"]
    assert shown.context["swaps"][0]["shift"] == "−2.0点"


def test_what_stands_against_a_team_is_said(world, desk, proposal):
    need = world.needs["need"]
    need.max_hops = 0
    need.max_size = 2
    need.save()
    html = trial(desk, proposal, "a-shinkin", "c-far", "d-coach").content.decode()
    assert "架空 尾張ソフトは、距離の上限より遠くにあります。" in html
    assert "機関の数が上限をこえています。" in html


def test_another_weight_shows_the_best_team_under_it(world, desk, proposal):
    html = trial(desk, proposal, "a-shinkin", "b-house", "d-coach", **{"importance-2": "nice"}).content.decode()
    assert "この重みでも、これがいちばん良いチームです。" in html


def test_single_weights_are_changed_within_their_bounds(desk, proposal):
    """With nothing to pay for distance the farther vendor is as good: the smaller id decides."""
    far = trial(desk, proposal, "a-shinkin", "c-far", "d-coach", **{"w-hop": "０"})
    assert far.context["change"]["points"] == "±0点"
    refused = trial(desk, proposal, "a-shinkin", "c-far", "d-coach", **{"w-hop": "9", "w-lead": "たくさん"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "県境一つの負担: 0から0.1の数値で書いてください。" in html
    assert "主担当の適性: 数字で入力してください。" in html
    assert 'value="たくさん"' in html
    assert trial(desk, proposal, "a-shinkin", **{"w-hop": "nan"}).status_code == 422


def test_another_profile_is_compared(desk, proposal):
    shown = trial(desk, proposal, "a-shinkin", "c-far", "d-coach", weights="regional")
    assert shown.context["change"]["points"] == "−5.0点"
    assert "この重みでいちばん良いのは架空 浜名信金" in shown.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "team=99",
        "team=０",
        "m=%00",
        "m=nobody",
        "swap=x",
        "weights=x",
        "importance-0=x",
        "add_q=%00",
        "m=" + "x" * 9000,
    ],
)
def test_nonsense_in_the_address_is_no_error(desk, proposal, query):
    assert desk.get(f"{address('trial', proposal)}?{query}").status_code == 200


def test_an_organization_that_may_not_be_seen_is_as_one_that_does_not_exist(world, desk, proposal):
    def shown(member: str) -> str:
        html = text_of(trial(desk, proposal, "a-shinkin", member))
        return html.replace(member, "ID")

    assert word("closed", "name") not in shown("closed")
    assert shown("closed") == shown("nobody")


def test_nothing_is_stored(world, desk, proposal):
    before = (Proposal.objects.count(), Need.objects.get(pk=proposal.need_id).updated_at)
    trial(desk, proposal, "a-shinkin", "c-far")
    desk.get(address("why_not", proposal), {"other_q": "尾張"})
    assert (Proposal.objects.count(), Need.objects.get(pk=proposal.need_id).updated_at) == before


# --- Why not ------------------------------------------------------------------------------------


def why_not(client: Client, proposal: Proposal, words: str) -> str:
    return text_of(client.get(address("why_not", proposal), {"other_q": words}))


def test_why_not_says_by_how_much_the_best_team_with_it_is_worse(desk, proposal):
    html = why_not(desk, proposal, "尾張ソフト")
    assert "なぜ架空 尾張ソフトは入らないのか" in html
    team = "架空 浜名信金、架空 尾張ソフト、架空 遠州コーチ"
    assert f"架空 尾張ソフトを入れると、いちばん良い組み方（{team}）でも−2.0点です。" in html
    assert "開発の「システム開発」はレベル4。架空 天竜システムはレベル4です。" in html


def test_why_not_names_what_bars_it(world, desk, proposal):
    world.needs["need"].exclude.add(Organization.objects.get(external_id="c-far"))
    assert "架空 尾張ソフトは、この案件の「外したい機関」です。" in why_not(desk, proposal, "尾張ソフト")
    Organization.objects.filter(external_id="c-far").update(capacity_status="closed")
    assert "いま新しい案件を受け付けていません。" in why_not(desk, proposal, "尾張ソフト")


def test_a_member_is_said_to_be_one_and_several_matches_are_offered(desk, proposal):
    assert "このチームに入っています。" in why_not(desk, proposal, "天竜システム")
    html = why_not(desk, proposal, "架空")
    assert html.count("この機関についてたずねる") == 4


def test_why_not_of_a_hidden_organization_is_as_of_a_missing_one(desk, proposal):
    hidden, missing = (why_not(desk, proposal, words) for words in ("closed", "nowhere"))
    assert hidden.replace("closed", "X") == missing.replace("nowhere", "X")
    pk = Organization.objects.get(external_id="closed").pk

    def asked(other: object) -> str:
        page = text_of(desk.get(address("why_not", proposal), {"other": other}))
        return page.replace(f"other={other}", "other=X")

    assert asked(pk) == asked(10**9) == asked("9" * 5000)


@pytest.mark.parametrize("outsider", ["c-far", "b-house"])
def test_no_difference_tells_a_weakness_that_the_lab_may_not_know(world, desk, proposal, outsider):
    """Why-not and every trial read the same whether an organization of no lab declares a weakness or nothing."""
    stranger = Organization.objects.get(external_id=outsider)
    stranger.labs.clear()

    def told() -> list[str]:
        pages = [trial(desk, proposal, "a-shinkin", outsider), trial(desk, proposal, "a-shinkin", "d-coach", outsider)]
        return [text_of(page) for page in pages] + [why_not(desk, proposal, stranger.name)]

    make_rating(stranger, "inventory", 0, Stance.WEAKNESS)
    with_weakness = told()
    stranger.ratings.filter(stance=Stance.WEAKNESS).delete()
    assert told() == with_weakness
    make_rating(stranger, "inventory", 0, Stance.WEAKNESS)
    stranger.labs.add(world.labs["shizuoka"])
    assert told() != with_weakness


def test_a_stored_difference_keeps_its_parts_to_itself_once_a_weakness_is_hidden(world, desk, proposal):
    page = reverse("matching:need", args=[proposal.need_id])
    assert "補われない弱み −16.7点" in desk.get(page).content.decode()
    Organization.objects.get(external_id="a-shinkin").labs.clear()
    shown = desk.get(page).content.decode()
    assert "補われない弱み −16.7点" not in shown
    assert "架空 天竜システムを外すと" in shown
