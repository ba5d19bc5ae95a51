"""Cases near a case and near a need: by words, capabilities and facts, from what the reader may read of either."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casebook.models import Case, Grant, LogEntry
from matching.actions import Wanted, save_need
from matching.models import Need
from network.models import Capability, Lab, LabFacilitator
from network.topics import Topic, topic_of
from search.similar import like_topic
from search.similar import topic_of as topic_of_case
from tests.search.cast import make_case, make_member


@pytest.fixture
def cases(bank):
    return {
        "near": make_case(bank, "食品工場の在庫", "紙の台帳をやめ、棚卸の時間が半分になった。", industry="E",
                          prefecture="22", stage_before=1, capabilities=["inventory"]),
        "words": make_case(bank, "旅館の棚卸", "台帳と棚卸を見直した。", industry="M", prefecture="17"),
        "far": make_case(bank, "会計の話", "請求書を電子化した。", industry="G", prefecture="13"),
    }  # fmt: skip


TOPIC = Topic(
    title="相談",
    address="",
    text="台帳が紙で、棚卸に三日かかる",
    capabilities=("inventory",),
    industry="E",
    stage="1",
    prefecture="22",
)


def titles(found):
    return [row.case.title for row in found]


def test_the_nearest_comes_first_and_what_shares_nothing_does_not_come(cases, anyone):
    found = like_topic(TOPIC, anyone, most=5)
    assert titles(found) == ["食品工場の在庫", "旅館の棚卸"]
    assert found[0].why == ["capability", "industry", "stage", "prefecture"]
    assert found[1].why == []
    assert set(found[1].words) == {"台帳", "棚卸"}


def test_facts_order_cases_of_the_same_words(bank, anyone):
    for title, facts in (("遠い", {"industry": "M"}), ("近い", {"industry": "E"})):
        make_case(bank, title, "棚卸の台帳", **facts)
    make_case(bank, "さらに遠い", "棚卸の台帳", industry="G")
    assert titles(like_topic(TOPIC, anyone, most=1)) == ["近い"]


def test_an_empty_topic_is_near_to_nothing(cases, anyone):
    assert like_topic(Topic("", ""), anyone, most=5) == []


def test_hidden_text_makes_no_case_near_and_is_no_word_in_common(bank, banker, anyone, cases):
    hidden = make_case(bank, "朝礼の話", {"summary": ("朝礼", "public"), "lessons": ("台帳と棚卸", f"org:{bank.pk}")})
    assert "朝礼の話" not in titles(like_topic(TOPIC, anyone, most=9))
    # There is something that would leak: who may read it finds it near.
    assert "朝礼の話" in titles(like_topic(TOPIC, banker, most=9))
    assert like_topic(topic_of_case(hidden, anyone), anyone, most=9, besides=hidden.pk) == []
    assert "旅館の棚卸" in titles(like_topic(topic_of_case(hidden, banker), banker, most=9, besides=hidden.pk))


def test_hidden_cases_change_no_order(bank, anyone, cases):
    before = titles(like_topic(TOPIC, anyone, most=9))
    for number in range(5):
        make_case(bank, f"秘密{number}", {"summary": ("棚卸 " * 40, "network")})
    assert titles(like_topic(TOPIC, anyone, most=9)) == before


def test_a_case_is_not_like_itself_and_the_page_says_why(client, cases):
    shown = client.get(reverse("search:like_case", args=[cases["near"].pk]))
    assert titles(shown.context["found"]) == ["旅館の棚卸"]
    body = shown.content.decode()
    assert "「棚卸」" in body
    assert "TLP:" in body


def test_a_case_that_may_not_be_seen_has_no_likes(client, bank, cases):
    hidden = make_case(bank, "秘密", {"summary": ("在庫", f"org:{bank.pk}")})
    for pk in (hidden.pk, 10**9):
        assert client.get(reverse("search:like_case", args=[pk])).status_code == 404


def test_looking_leaves_no_trace_in_the_owners_log(client, bank, developer):
    one = make_case(bank, "甲", {"summary": ("棚卸の台帳", "network")})
    make_case(bank, "乙", {"summary": ("棚卸の台帳", "network")})
    client.force_login(developer)
    assert "乙" in client.get(reverse("search:like_case", args=[one.pk])).content.decode()
    assert not LogEntry.objects.exists()


# For a need


@pytest.fixture
def facilitator(db):
    person = make_member()
    LabFacilitator.objects.create(user=person, lab=Lab.objects.get(name="静岡県"))
    return person


@pytest.fixture
def need(facilitator):
    lab = Lab.objects.get(name="静岡県")
    need = Need(title="食品工場の棚卸", lab=lab, prefecture="22", industry="E", stage=1, text="台帳が紙")
    wanted = [Wanted(Capability.objects.get(code="inventory"), "analysis", 3, 1.0, must=True)]
    return save_need(need, requirements=wanted, must_include=[], exclude=[], by=facilitator)


def test_a_need_tells_its_topic_to_who_may_see_it(need, facilitator, developer):
    found = topic_of("need", need.pk, facilitator)
    assert (found.capabilities, found.industry, found.stage, found.prefecture) == (("inventory",), "E", "1", "22")
    assert topic_of("need", need.pk, developer) is None
    assert topic_of("need", 10**9, facilitator) is None
    assert topic_of("nothing", need.pk, facilitator) is None


def test_the_fragment_beside_a_need(client, need, facilitator, developer, cases):
    address = reverse("search:like_matter", args=["need", need.pk])
    client.force_login(facilitator)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.index("食品工場の在庫") < part.index("旅館の棚卸")
    assert "会計の話" not in part
    assert "<html" in client.get(address).content.decode()
    beside = client.get(reverse("matching:need", args=[need.pk])).content.decode()
    assert f'href="{address}"' in beside
    assert f'hx-get="{address}"' in beside
    client.force_login(developer)
    assert client.get(address).status_code == 404


def test_a_case_closed_meanwhile_is_not_near(client, need, facilitator, cases):
    Grant.objects.filter(section__case=cases["near"]).delete()
    Case.objects.filter(pk=cases["words"].pk).update(state="archived")
    assert like_topic(topic_of("need", need.pk, facilitator), facilitator, most=9) == []


def test_it_costs_the_same_for_any_number(bank, anyone):
    costs = []
    for place in range(3):
        make_case(bank, f"倉庫{place}", "棚卸の台帳", capabilities=["inventory"])
        with CaptureQueriesContext(connection) as queries:
            assert len(like_topic(TOPIC, anyone, most=5)) == place + 1
        costs.append(len(queries))
    assert costs[0] == costs[2] <= 20


def test_only_names_of_things_are_looked_for(bank, anyone):
    make_case(bank, "別の話", "いい急ぎの50件を頼んで入る。ほとんどの場合")
    topic = Topic(title="", address="", text="いい話を50件、急ぎで頼んで入る。ほとんどの場合は別")
    assert all(
        word not in {"いい", "50", "頼ん", "入る", "ほとんど"}
        for row in like_topic(topic, anyone, most=5)
        for word in row.words
    )
