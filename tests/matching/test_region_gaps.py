"""自地域の空白: what the needs of a region ask for and too few organizations there can do."""

import pytest

from matching.actions.needs import Wanted, save_need
from matching.models import Need
from matching.regiongaps import ABLE, region_gaps
from network.models import Capability, LabArea, Organization, ServiceArea
from tests.cast import make_organization, make_rating

ASKED = ("pmo", "inventory", "rfp")


@pytest.fixture
def need(small) -> Need:
    """Asks for three things in Shizuoka; two houses beside the owner can do project management there."""
    for number in (1, 2):
        make_rating(serving(f"house-{number}", "22"), "pmo", ABLE)
    ServiceArea.objects.create(organization=small.owner, prefecture="22")
    return asking(small, *ASKED)


def asking(small, *codes: str) -> Need:
    wanted = [Wanted(Capability.objects.get(code=code), "development", 3, 2.0, True) for code in codes]
    need = Need(title="在庫が合わない", lab=small.lab, prefecture="22", industry="E", text="在庫が合わない")
    return save_need(need, requirements=wanted, must_include=[], exclude=[], by=small["facilitator"])


def serving(name: str, prefecture: str) -> Organization:
    made = make_organization(name, prefecture=prefecture)
    ServiceArea.objects.create(organization=made, prefecture=prefecture)
    return made


def told(small, name: str = "facilitator") -> dict[str, tuple[int, int]]:
    return {gap.capability.code: (gap.able, gap.needs) for gap in region_gaps(small[name])}


def test_what_needs_ask_for_and_nobody_can_do_stands_first(small, need):
    found = region_gaps(small["facilitator"])
    assert len(found) == 3
    assert {gap.capability.code for gap in found[:2]} == {"inventory", "rfp"}
    assert [(gap.able, gap.needs) for gap in found] == [(0, 1), (0, 1), (0, 0)]
    assert "pmo" not in told(small), "three can do it: that is a choice"


def test_the_fewer_can_do_it_and_the_more_needs_ask_the_larger(small, need):
    make_rating(serving("stock", "22"), "inventory", ABLE)
    asking(small, "rfp", "inventory")
    assert list(told(small).items())[:2] == [("rfp", (0, 2)), ("inventory", (1, 2))]
    make_rating(small.partner, "rfp", ABLE - 1)
    assert told(small)["rfp"] == (0, 2), "below the level that a team needs"


def test_a_need_at_work_asks_no_more(world):
    from matching import actions
    from tests.matching.forming import facilitator, ready

    before = {gap.capability.code: gap.needs for gap in region_gaps(facilitator(world))}
    actions.start(ready(world), by=facilitator(world))
    after = {gap.capability.code: gap.needs for gap in region_gaps(facilitator(world))}
    lost = [code for code, n in before.items() if n > after.get(code, 0)]
    assert lost


def test_where_nobody_is_able_the_nearest_place_is_named(small, need):
    for name, prefecture in (("osaka", "27"), ("aichi-1", "23"), ("aichi-2", "23"), ("yamanashi", "19")):
        make_rating(serving(name, prefecture), "inventory", ABLE)
    [gap] = [gap for gap in region_gaps(small["facilitator"]) if gap.capability.code == "inventory"]
    assert (gap.near, gap.near_able) == ("愛知県", 2), "of two neighbours, where more are"
    assert gap.query == "?capability=inventory&min_level=3&prefecture=23"
    page = small.client("facilitator").get("/needs/gaps/").content.decode()
    assert "いちばん近いのは愛知県（2機関）" in page
    assert "全国でもまだ登録がありません" in page, "nobody at all declares the other"


def test_every_link_opens_exactly_who_was_counted(small, need):
    make_rating(serving("one", "22"), "rfp", ABLE)
    make_rating(serving("far", "19"), "inventory", ABLE)
    for gap in region_gaps(small["facilitator"])[:2]:
        page = small.client("facilitator").get(f"/organizations/{gap.query}")
        assert page.context["page"].paginator.count == (gap.able or gap.near_able) == 1


def test_a_weakness_and_who_is_inactive_count_for_nothing(small, need):
    make_rating(serving("weak", "22"), "inventory", 0, "weakness")
    gone = serving("gone", "22")
    make_rating(gone, "inventory", ABLE)
    Organization.objects.filter(pk=gone.pk).update(is_active=False)
    assert told(small)["inventory"] == (0, 1)


def test_others_needs_are_not_counted(small, need):
    LabArea.objects.create(lab_id=small["far"].facilitated.get().lab_id, prefecture="22")
    far = told(small, "far")
    assert far
    assert not any(needs for _able, needs in far.values())


def test_who_facilitates_for_nobody_sees_nothing(small, need):
    assert region_gaps(small["editor"]) == []
    assert small.client("editor").get("/needs/gaps/").content.decode().strip() == ""


def test_a_region_without_gaps_says_so(small, need, monkeypatch):
    monkeypatch.setattr("matching.regiongaps.SCARCE", 0)
    page = small.client("facilitator").get("/needs/gaps/").content.decode()
    assert "担える機関が足りない支援領域は見つかりませんでした。" in page
