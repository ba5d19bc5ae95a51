"""Hand-written cases: the expected team and the sentences a facilitator would defend it with."""

import pytest
from django.test import Client
from django.urls import reverse

from matching import actions
from matching.actions import Wanted, save_need
from matching.models import Need
from network.models import Capability, Lab, LabFacilitator, Organization, Rating, Tie
from network.vocabulary import Stance
from tests.cast import make_organization, make_person, make_rating

CAST = {
    "bank": ("架空 浜名信用金庫", "shinkin_bank", "22", {"pmo": 4, "vendor_selection": 3, "system_development": -1}),
    "city-bank": ("架空 駿府銀行", "regional_bank", "22", {"pmo": 3, "vendor_selection": 3}),
    "coach": ("架空 遠州ITコーディネータ", "it_coordinator", "22", {"business_requirements": 4, "process_review": 4}),
    "house": (
        "架空 天竜システム",
        "local_it_vendor",
        "22",
        {"system_development": 4, "system_operation": 3, "tool_training": 3},
    ),
    "other-house": ("架空 尾張ソフト", "local_it_vendor", "23", {"system_development": 3, "system_operation": 3}),
    "weaver": ("架空 三河織機", "local_it_vendor", "23", {"robotics": 4}),
    "guide": ("架空 伊豆コンサル", "local_consultant", "22", {"tool_training": 1}),
}
BANK_PMO = (
    ("process_review", "analysis", 3, 2.0, False),
    ("business_requirements", "requirements", 3, 3.0, True),
    ("pmo", "procurement", 3, 3.0, True),
    ("vendor_selection", "procurement", 3, 2.0, False),
    ("system_development", "development", 3, 3.0, True),
    ("system_operation", "operation", 3, 2.0, False),
    ("tool_training", "training", 2, 1.0, False),
)


class Case:
    """A lab with the cast, its facilitator, and needs made in one line."""

    def __init__(self) -> None:
        self.lab = Lab.objects.get(name="静岡県")
        self.by = make_person("facilitator")
        LabFacilitator.objects.create(user=self.by, lab=self.lab)
        self.client = Client()
        self.client.force_login(self.by)
        for identifier, (name, kind, prefecture, levels) in CAST.items():
            made = make_organization(identifier, name=name, kind=kind, prefecture=prefecture)
            made.labs.add(self.lab)
            for code, level in levels.items():
                make_rating(made, code, max(level, 0), Stance.WEAKNESS if level < 0 else Stance.NEUTRAL)
        Rating.objects.update(stated_confidence=1.0)

    def need(self, wanted, *, must_include=(), **values) -> Need:
        lines = [Wanted(Capability.objects.get(code=code), *rest) for code, *rest in wanted]
        need = Need(title="金属加工業の受発注", lab=self.lab, prefecture="22", **values)
        demanded = list(Organization.objects.filter(external_id__in=must_include))
        return save_need(need, requirements=lines, must_include=demanded, exclude=[], by=self.by)

    def page(self, need: Need) -> str:
        self.result = actions.make_proposal(need, by=self.by).result
        return self.client.get(reverse("matching:need", args=[need.pk])).content.decode()

    @property
    def members(self) -> list[str]:
        return self.result["teams"][0]["members"]


@pytest.fixture
def case(db) -> Case:
    return Case()


def test_the_bank_leads_as_pmo_and_the_local_vendor_builds(case):
    page = case.page(case.need(BANK_PMO))
    assert (case.members, case.result["teams"][0]["lead"]) == (["bank", "coach", "house"], "bank")
    seats = {seat["role"]: seat["responsible"] for seat in case.result["seats"][0]["seats"]}
    assert seats == {
        "pmo": "bank",
        "analysis": "coach",
        "requirements": "coach",
        "procurement": "bank",
        "development": "house",
        "operation": "house",
        "training": "house",
    }
    for sentence in (
        "架空 浜名信用金庫の弱み「システム開発」は<strong>架空 天竜システム</strong>が補います。",
        "「PMO（プロジェクト全体管理）」レベル4（必要3）",
        "チームの外の次点は架空 駿府銀行（レベル3・県内）。架空 浜名信用金庫と入れ替えると−",
        "チームの外の次点は架空 尾張ソフト（レベル3・隣の県）。架空 天竜システムと入れ替えると−",
        "空白はありません。",
    ):
        assert sentence in page, sentence


def test_a_need_that_nobody_in_the_prefecture_can_serve_says_where_the_nearest_is(case):
    page = case.page(case.need([("pmo", "procurement", 3, 3.0, True), ("robotics", "development", 4, 0.1, False)]))
    assert case.members == ["bank"]
    assert "静岡県の中に、担える機関はありません。いちばん近いのは愛知県（隣の県）です。" in page
    assert "近くで担えるのは架空 三河織機（隣の県）です。" in page


def test_what_nobody_in_the_country_can_do_is_said_plainly(case):
    page = case.page(case.need([("pmo", "procurement", 3, 3.0, True), ("iot", "development", 2, 1.0, False)]))
    assert "受け付けている機関の中に、担えるところは全国にありません。" in page


def test_two_banks_with_capital_ties_stand_together_and_the_page_says_so(case):
    banks = [Organization.objects.get(external_id=name) for name in ("bank", "city-bank")]
    Tie.objects.create(first=banks[0], second=banks[1], kind="capital", note="出資15%")
    page = case.page(case.need(BANK_PMO, must_include=["bank", "city-bank"]))
    assert {"bank", "city-bank"} <= set(case.members)
    assert "資本関係" in page
    assert "出資15%" in page


def test_a_lead_with_a_declared_weakness_in_the_key_requirement_is_covered_or_named(case):
    key = [("system_development", "development", 3, 3.0, True), ("pmo", "procurement", 3, 1.0, False)]
    page = case.page(case.need(key, lead_kinds=["shinkin_bank"]))
    assert (case.members, case.result["teams"][0]["lead"]) == (["bank", "house"], "bank")
    assert "架空 浜名信用金庫の弱み「システム開発」は<strong>架空 天竜システム</strong>が補います。" in page
    assert "架空 天竜システムを外すと" in page
    assert "補われない弱み −37.5点" in page
    Organization.objects.exclude(external_id="bank").update(capacity_status="closed")
    alone = case.page(case.need(key, lead_kinds=["shinkin_bank"]))
    assert case.members == ["bank"]
    assert "架空 浜名信用金庫の弱み「システム開発」を補う機関がいません。" in alone


def test_a_must_include_that_makes_the_team_worse_says_by_how_much(case):
    free = case.need(BANK_PMO)
    case.page(free)
    best = case.result["teams"][0]["score"]
    page = case.page(case.need(BANK_PMO, must_include=["guide"]))
    price = case.result["teams"][0]["score"] - best
    assert price < 0
    assert case.result["demands"]["guide"]["score"] == price
    assert (
        "「架空 伊豆コンサル」を必ず入れる条件があるため、入れない場合の最良のチーム（架空 浜名信用金庫、"
        f"架空 遠州ITコーディネータ、架空 天竜システム）より−{abs(price) / 10_000:.1f}点" in page
    )


def test_a_must_include_that_is_best_anyway_costs_nothing(case):
    page = case.page(case.need(BANK_PMO, must_include=["house"]))
    assert case.result["demands"] == {"house": None}
    assert "「架空 天竜システム」は、条件がなくても最良のチームに入ります。" in page


def test_what_each_member_adds_is_the_difference_without_it(case):
    case.page(case.need(BANK_PMO))
    for member, change in case.result["adds"][0].items():
        drop = case.result["drops"][0][member]
        assert (change["score"], change["open_must"]) == (-drop["score"], -drop["open_must"])
        assert sum(change["parts"].values()) == change["score"]


def test_an_answer_from_before_is_still_shown(case):
    need = case.need(BANK_PMO)
    case.page(need)
    stored = need.proposals.get()
    for key in ("adds", "next_best", "seats", "supplies", "demands", "fairness", "places"):
        stored.result.pop(key)
    stored.save()
    page = case.client.get(reverse("matching:need", args=[need.pk]))
    assert page.status_code == 200
    assert "席の割り振り" not in page.content.decode()
