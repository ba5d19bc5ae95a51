"""The workbench: what a deed does, that its scores are the matcher's, that nobody overwrites anybody, and its pages."""

import copy
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import actions as verbs
from matching.core.whatif import tried
from matching.models import BenchEvent, TeamPlan, Variant
from matching.models.workbench import letters
from matching.rescoring import Bench
from matching.trying import Wish, outcome
from matching.vocabulary import BenchDeed
from matching.workbench import actions
from matching.workbench.changing import MOST_MEMBERS, Hand, changed
from network.actions import ConflictError
from network.models import Organization, Rating
from tests.matching.bench_cast import BEST, build_scene, hide


@pytest.fixture(scope="module")
def _built(django_db_setup, django_db_blocker):
    """Built once for this file, inside a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_scene()
        transaction.set_rollback(True)


@pytest.fixture
def scene(_built, db):
    return copy.deepcopy(_built)


# --- What a deed makes of a hand: the table -------------------------------------------------------

AB = Hand(frozenset("ab"))
TABLE = [
    # hand                                     deed       on   other  members locked excluded
    (AB, "add", "c", "", "abc", "", ""),
    (AB, "add", "a", "", None, "", ""),
    (Hand(frozenset("ab"), excluded=frozenset("c")), "add", "c", "", "abc", "", ""),
    (AB, "drop", "a", "", "b", "", ""),
    (AB, "drop", "c", "", None, "", ""),
    (Hand(frozenset("a")), "drop", "a", "", None, "", ""),
    (Hand(frozenset("ab"), frozenset("a")), "drop", "a", "", None, "", ""),
    (Hand(frozenset("ab"), frozenset("a")), "drop", "b", "", "a", "a", ""),
    (AB, "swap", "a", "c", "bc", "", ""),
    (AB, "swap", "a", "b", None, "", ""),
    (AB, "swap", "c", "d", None, "", ""),
    (Hand(frozenset("a")), "swap", "a", "b", "b", "", ""),
    (Hand(frozenset("ab"), frozenset("a")), "swap", "a", "c", None, "", ""),
    (Hand(frozenset("ab"), excluded=frozenset("c")), "swap", "a", "c", "bc", "", ""),
    (AB, "lock", "a", "", "ab", "a", ""),
    (AB, "lock", "c", "", None, "", ""),
    (Hand(frozenset("ab"), frozenset("ab")), "unlock", "a", "", "ab", "b", ""),
    (AB, "exclude", "a", "", "b", "", "a"),
    (AB, "exclude", "c", "", "ab", "", "c"),
    (Hand(frozenset("ab"), frozenset("a")), "exclude", "a", "", None, "", ""),
    (Hand(frozenset("ab"), excluded=frozenset("cd")), "readmit", "c", "", "ab", "", "d"),
    (Hand(frozenset(f"m{n}" for n in range(MOST_MEMBERS))), "add", "c", "", None, "", ""),
    (AB, "rescore", "", "", "ab", "", ""),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: "-".join(map(str, row[1:4])))
def test_what_a_deed_makes_of_a_hand(row):
    hand, deed, organization, other, members, locked, excluded = row
    if members is None:
        with pytest.raises(ValidationError):
            changed(hand, BenchDeed(deed), organization, other)
    else:
        wanted = Hand(*(frozenset(names) for names in (members, locked, excluded)))
        assert changed(hand, BenchDeed(deed), organization, other) == wanted


def test_letters_go_on_after_z():
    assert [letters(n) for n in (1, 2, 26, 27, 52, 53, 703)] == ["A", "B", "Z", "AA", "AZ", "BA", "AAA"]


# --- Scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        [("swap", "b-house", "c-far")],
        [("drop", "d-coach", "")],
        [("add", "c-far", ""), ("drop", "b-house", "")],
        [("exclude", "a-shinkin", "")],
    ],
)
def test_a_variant_scores_as_the_trial_and_the_core_do(scene, steps):
    variant = scene.begin()
    for deed, organization, other in steps:
        variant = scene.change(variant, deed, organization, other)
    bench = Bench.of(scene.proposal)
    facts = (bench.need, bench.network, bench.weights)
    trial = tried(variant.members, *facts)
    wish = Wish(0, tuple(variant.members), "", ("",) * 3, blind=False)
    by_trial = outcome(scene.proposal, wish)
    assert variant.team is not None
    assert variant.team["score"] == trial.team.score == by_trial.trial.team.score
    assert variant.team["lead"] == trial.team.lead
    assert variant.answer["change"]["score"] == by_trial.change.score == trial.team.score - by_trial.base.score
    assert sum(variant.team["parts"].values()) == variant.team["score"]
    assert (variant.engine, variant.registry_version) == (scene.proposal.engine, bench.network.version)


def test_a_team_without_a_lead_has_no_score_and_says_why(scene):
    scene.need.lead_kinds = ["shinkin_bank"]
    scene.need.save()
    variant = scene.change(scene.begin(), "exclude", "a-shinkin")
    assert variant.team is None
    html = scene.client("first").get(scene.path()).content.decode()
    assert "主担当になれる機関がいません。" in html
    assert "このままでは点を出せません。" in html
    assert scene.change(variant, "add", "a-shinkin").team is not None


def test_rebuilding_is_the_best_team_with_the_locked_and_without_the_excluded(scene):
    variant = scene.change(scene.begin(), "swap", "b-house", "c-far")
    variant = scene.change(variant, "lock", "c-far")
    variant = scene.change(variant, "exclude", "d-coach")
    variant = scene.change(variant, "rebuild")
    assert variant.members == ["a-shinkin", "c-far"]
    variant = scene.change(variant, "unlock", "c-far")
    assert scene.change(variant, "rebuild").members == ["a-shinkin", "b-house"]
    scene.need.lead_kinds = ["shinkin_bank"]
    scene.need.save()
    with pytest.raises(ValidationError, match="固定か除外を減らしてください"):
        scene.change(scene.change(variant, "exclude", "a-shinkin"), "rebuild")


# --- Together -------------------------------------------------------------------------------------


def test_who_read_an_older_version_changes_nothing_and_is_told_what_was_done(scene):
    variant = scene.begin()
    scene.change(variant, "swap", "b-house", "c-far", who="second", expected=1)
    with pytest.raises(ConflictError):
        scene.change(variant, "drop", "d-coach", expected=1)
    body = {"drop": "d-coach", "version": "1"}
    answer = scene.client("first").post(scene.path("variant_change", variant.pk), body)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert (
        "secondさんが、案Aの「架空 天竜システム」を「架空 尾張ソフト」に入れ替えました。点の変化は−2.0点です。" in html
    )
    assert Variant.objects.get(pk=variant.pk).members == ["a-shinkin", "c-far", "d-coach"]
    assert list(BenchEvent.objects.values_list("seq", flat=True)) == [2, 1]


def test_what_is_sent_twice_is_done_once(scene):
    variant, client = scene.begin(), scene.client("first")
    body = {"drop": "d-coach", "version": "1"}
    first, second = (client.post(scene.path("variant_change", variant.pk), body) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Variant.objects.get(pk=variant.pk).version == 2


def test_a_note_that_met_another_one_is_lost_by_nobody(scene):
    variant = scene.begin()
    actions.write_note(variant, text="社長は信金をよく知る", expected=1, by=scene.people["second"])
    answer = scene.client("first").post(
        scene.path("variant_note", variant.pk), {"note": "見積りは来週", "version": "1"}
    )
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "見積りは来週</textarea>" in html
    assert "社長は信金をよく知る" in html
    again = re.search(r'data-note.*?name="version" value="(\d+)"', html, re.DOTALL)
    assert again
    body = {"note": "見積りは来週", "version": again[1]}
    assert scene.client("first").post(scene.path("variant_note", variant.pk), body).status_code == 302
    assert Variant.objects.get(pk=variant.pk).note == "見積りは来週"


def test_nobody_from_elsewhere_does_anything(scene):
    variant, by = scene.begin(), scene.people["elsewhere"]
    deeds = [
        lambda: actions.begin(scene.proposal, place=0, by=by),
        lambda: scene.change(variant, "drop", "d-coach", who="elsewhere"),
        lambda: actions.write_note(variant, text="x", expected=None, by=by),
        lambda: actions.mark(variant, deed=BenchDeed.KEEP, by=by),
        lambda: actions.remove(variant, expected=None, by=by),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()
    assert BenchEvent.objects.count() == 1


def test_marks_and_the_end_of_a_variant(scene):
    one, two = scene.begin(), scene.begin()
    by = scene.people["first"]
    assert actions.mark(two, deed=BenchDeed.FORWARD, by=by) is not None
    assert [variant.title for variant in scene.need.variants.all()] == ["案B", "案A"]
    assert actions.mark(two, deed=BenchDeed.FORWARD, by=by) is None
    assert actions.mark(one, deed=BenchDeed.KEEP, by=by) is not None
    assert actions.mark(one, deed=BenchDeed.KEEP, by=by) is None
    actions.remove(one, expected=1, by=by)
    assert [variant.title for variant in scene.need.variants.all()] == ["案B"]
    assert scene.begin().title == "案C"
    assert "案Aを消しました。" in scene.client("second").get(scene.path()).content.decode()


# --- Pages ----------------------------------------------------------------------------------------


def test_the_page_has_everything_of_each_team_and_says_what_was_done(scene):
    scene.begin()
    client = scene.client("first")
    answer = client.post(scene.path("variant_new"), {"team": "1", "swap": "b-house", "other": "c-far"}, follow=True)
    assert answer.status_code == 200
    html = answer.content.decode()
    done = re.search(r'id="outcome".*?</div>', html, re.DOTALL)
    assert done
    assert "firstさんが、提案1をもとに案Bをつくりました。" in done[0]
    assert "点の変化は−2.0点です。" in done[0]
    assert "提案1と比べて−2.0点" in html
    for said in (
        "根拠: 倉庫管理の導入12件",
        "弱み: 「システム開発」",
        "架空 天竜システムが補います。",
        "架空 尾張ソフト: 愛知県（隣の県）",
        "点の内訳",
        "利害関係",
    ):
        assert said in html, said
    assert html.count('class="radar"') == html.count('class="area-map"') == html.count("data-column=")


def test_options_are_the_best_and_a_search_and_never_who_is_excluded(scene):
    variant = scene.change(scene.begin(), "drop", "b-house")
    client = scene.client("first")

    def offered(**asked: str) -> list[str]:
        shown = client.get(scene.path("workbench_options"), {"c": f"v{variant.pk}", **asked})
        assert shown.status_code == 200
        return [one.id for one in shown.context["best"]]

    assert offered()[0] == "b-house"
    scene.change(variant, "exclude", "b-house")
    assert offered()[0] == "c-far"
    assert offered(swap="d-coach") == ["c-far"]
    found = client.get(scene.path("workbench_options"), {"c": "p1", "q": "尾張"})
    assert [one.external_id for one in found.context["found"]] == ["c-far"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "何をするかを選んでください。"),
        ({"add": "nobody"}, "登録されている機関を選んでください。"),
        ({"add": "closed"}, "登録されている機関を選んでください。"),
        ({"add": "\0"}, "登録されている機関を選んでください。"),
        ({"add": "x" * 1_000_000}, "登録されている機関を選んでください。"),
        ({"add": ""}, "機関を選んでください。"),
        ({"swap": "b-house"}, "機関を選んでください。"),
        ({"drop": "c-far"}, "その機関は、この案に入っていません。"),
        ({"add": "b-house"}, "その機関は、すでにこの案に入っています。"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(scene, body, said):
    variant = scene.begin()
    path = scene.path("variant_change", variant.pk)
    answer = scene.client("first").post(path, {**body, "version": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Variant.objects.get(pk=variant.pk).version == 1


def test_odd_notes_and_addresses(scene):
    variant, client = scene.begin(), scene.client("first")
    for text in ("a\0b", "\u200b", "\u202eabc", "あ" * 2001):
        answer = client.post(scene.path("variant_note", variant.pk), {"note": text, "version": "1"})
        assert answer.status_code == 422, text
    for body in ({"mark": "x"}, {"mark": "remove"}):
        assert client.post(scene.path("variant_mark", variant.pk), body).status_code == 422
    for team in ("", "0", "9", "²", "9" * 500):
        assert client.post(scene.path("variant_new"), {"team": team}).status_code == 422, team
    for name, query in (
        ("workbench", "proposal=x"),
        ("workbench", f"proposal={10**30}"),
        ("workbench_changes", "after=-1"),
        ("workbench_options", "c=v999999"),
        ("workbench_options", "c=%00"),
        ("workbench_sheet", "c=p9"),
        ("workbench_compare", "c=p1&c=v0"),
    ):
        assert client.get(f"{scene.path(name)}?{query}").status_code == 404, (name, query)
    assert client.get(scene.path("workbench"), {"done": "x" * 999}).status_code == 200


def test_one_or_three_variants_take_the_same_queries(scene):
    client = scene.client("first")

    def count() -> int:
        client.get(scene.path())
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(scene.path()).status_code == 200
        return len(found)

    scene.begin()
    one = count()
    for _ in range(2):
        scene.change(scene.begin("second"), "swap", "b-house", "c-far")
    assert count() == one


def test_what_is_old_is_said_and_computed_anew(scene):
    variant, client = scene.begin(), scene.client("first")
    Rating.objects.filter(organization__external_id="b-house").update(level=2)
    scene.need.max_hops = 0
    scene.need.save()
    html = client.get(scene.path()).content.decode()
    assert "架空 天竜システムの「システム開発」が、レベル4からレベル2に変わりました。" in html
    assert "計算のあとに、案件の条件が変わりました。" in html
    before = variant.team["score"]
    after = scene.change(variant, "rescore")
    assert after.team["score"] < before
    page = client.get(scene.path())
    assert [one.old for one in page.context["columns"] if one.variant] == [[]]


def test_a_hidden_weakness_is_told_nowhere(scene):
    """Of an organization that left the lab no page says that it declares a weakness, or what that costs."""
    variant = scene.begin()
    hide("a-shinkin", scene)
    scene.change(variant, "drop", "b-house")
    client = scene.client("first")
    pages = [client.get(scene.path()), client.get(scene.path("workbench_options"), {"c": f"v{variant.pk}"})]
    for html in (page.content.decode() for page in pages):
        assert "弱み: 「システム開発」" not in html
        assert "架空 浜名信金の弱み" not in html
        assert "補われない弱み −" not in html


def test_comparing_tells_what_differs_first(scene):
    variant = scene.change(scene.begin(), "swap", "b-house", "c-far")
    shown = scene.client("first").get(scene.path("workbench_compare"), {"c": ["p1", f"v{variant.pk}"]})
    told = shown.context["compared"]
    different = {fact.name: fact.values for fact in told.different}
    assert different["架空 天竜システム"] == ["入る", "–"]
    assert different["いちばん遠い機関"] == ["県内", "隣の県"]
    assert different["開発 · システム開発"] == ["架空 天竜システム", "架空 尾張ソフト"]
    assert {fact.name for fact in told.same} >= {"充足", "主担当", "架空 浜名信金"}
    assert [axis.percent for axis in told.axes] == [100, 100, 100]
    one = scene.client("first").get(scene.path("workbench_compare"), {"c": "p1"})
    assert "比べる案を、2つか3つ選んでください。" in one.content.decode()


def test_the_sheet_for_the_client_keeps_what_is_internal(scene):
    variant = scene.begin()
    actions.write_note(variant, text="ひみつのメモ", expected=1, by=scene.people["first"])
    html = scene.client("first").get(scene.path("workbench_sheet"), {"c": f"v{variant.pk}"}).content.decode()
    sheet = re.search(r'<article class="sheet.*?</article>', html, re.DOTALL)
    assert sheet
    assert "架空 浜名信金が主担当となり、3機関でお手伝いします" in sheet[0]
    for internal in ("浜松の金属加工", "聞いたままの話", "ひみつのメモ", "弱み", "△", "点の内訳", "補われない"):
        assert internal not in sheet[0], internal


def test_changes_after_a_number_are_told_in_order(scene):
    variant = scene.begin()
    scene.change(variant, "drop", "d-coach", who="second")
    told = scene.client("first").get(scene.path("workbench_changes"), {"after": "0"}).json()
    assert [(event["seq"], event["own"]) for event in told["events"]] == [(1, True), (2, False)]
    assert "「架空 遠州コーチ」を外しました。" in told["events"][1]["sentence"]
    assert (told["last"], told["more"]) == (2, False)
    assert scene.client("first").get(scene.path("workbench_changes"), {"after": "2"}).json()["events"] == []


# --- To invitations -------------------------------------------------------------------------------


def choose(scene, variant, **more):
    path = reverse("matching:choose_team", args=[scene.need.pk, scene.proposal.pk])
    body = {"variant": variant.pk, "version": variant.version, "title": "在庫の支援", "shows": "kinds", **more}
    return scene.client("first").post(path, body)


def test_a_variant_goes_to_invitations_as_it_was_chosen(scene):
    variant = scene.change(scene.begin(), "swap", "b-house", "c-far")
    Organization.objects.filter(is_active=True).update(capacity_status="open", capacity_slots=2)
    assert choose(scene, variant, version="1").status_code == 409
    assert choose(scene, variant).status_code == 302
    plan = TeamPlan.objects.get()
    assert plan.seats.get(role="development").proposed.external_id == "c-far"
    scene.change(variant, "drop", "c-far")
    plan.refresh_from_db()
    assert plan.result["teams"][0]["members"] == ["a-shinkin", "c-far", "d-coach"]
    invitation = verbs.invite(
        plan.seats.get(role="development"), organization=Organization.objects.get(external_id="c-far"),
        by=scene.people["first"],
    )  # fmt: skip
    assert invitation.profile["levels"]["system_development"] == 4
    assert plan.proposal.result["teams"][0]["members"] == BEST


def test_a_variant_that_breaks_a_condition_is_not_chosen(scene):
    scene.need.max_hops = 0
    scene.need.remote = False
    scene.need.save()
    variant = scene.change(scene.begin(), "swap", "b-house", "c-far")
    answer = choose(scene, variant)
    assert answer.status_code == 422
    assert "この案は、案件の条件に合いません。" in answer.content.decode()
    assert not TeamPlan.objects.exists()
