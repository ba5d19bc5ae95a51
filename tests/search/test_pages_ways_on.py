"""Ways on where nothing was found: each finds something that this reader may read, and is made from nothing hidden."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from search.helping import help_for
from search.records import Spelling
from search.spelling import corrections, distance, keys_of, learn, learn_everything
from tests.search.cast import make_case


@pytest.fixture(autouse=True)
def _cases(bank):
    make_case(bank, "倉庫の話", {"summary": ("倉庫で在庫管理の台帳をやめた", "public")}, industry="E", prefecture="22")
    make_case(bank, "旅館の話", {"summary": ("クラウドの会計に移した", "public")}, industry="M", prefecture="23")


def ways(kind, query, reader, **chosen):
    found = help_for(query, {name: frozenset(values) for name, values in chosen.items()}, reader)
    return [(way.label, way.count) for way in getattr(found, kind)]


# もしかして


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("財庫", "在庫"),  # read the same, converted wrongly
        ("クラウト", "クラウド"),
        ("クラド", "クラウド"),
        ("クラウウド", "クラウド"),
        ("クウラド", "クラウド"),
        ("ｸﾗｳﾄ", "クラウド"),
        ("くらうど", "クラウド"),
        ("台超", "台帳"),
    ],
)
def test_what_is_written_or_read_almost_the_same_is_offered(typed, meant, anyone):
    assert meant in corrections(typed, anyone)


def test_each_slip_is_put_right_and_the_other_words_stay(anyone):
    assert corrections("倉庫の財庫とクラウト", anyone)[0] == "倉庫の在庫とクラウド"


@pytest.mark.parametrize("typed", ["在庫", "クラウド", "倉庫 会計", "", " ", "😀", "1234"])
def test_words_that_stand_somewhere_are_left_alone(typed, anyone):
    assert corrections(typed, anyone) == []


@pytest.mark.parametrize("typed", ["翡翠", "改定"])  # カイテイ and カイケイ are near, 改定 and 会計 are not
def test_words_that_are_not_alike_are_not_offered(typed, anyone):
    assert corrections(typed, anyone) == []


def test_a_word_of_hidden_text_is_never_offered(bank, banker, anyone):
    make_case(bank, "秘密", {"summary": ("プロトタイプの試作", f"org:{bank.pk}")})
    assert corrections("プロトタイフ", anyone) == []
    # There is something that would leak: who may read it is offered it.
    assert corrections("プロトタイフ", banker) == ["プロトタイプ"]


def test_what_the_index_no_longer_holds_is_not_offered(bank, anyone):
    case = make_case(bank, "消える", "プロトタイプの試作")
    assert corrections("プロトタイフ", anyone) == ["プロトタイプ"]
    case.delete()
    assert corrections("プロトタイフ", anyone) == []


def test_learning_everything_again_gives_the_same(anyone):
    before = set(Spelling.objects.values_list("key", "word"))
    Spelling.objects.all().delete()
    learn_everything()
    assert set(Spelling.objects.values_list("key", "word")) == before


def test_learning_is_idempotent(db):
    learn(["クラウド", "x", "12345678", "在" * 30])
    learn(["クラウド"])
    assert set(Spelling.objects.filter(word="クラウド").values_list("key", flat=True)) == keys_of("クラウド")
    assert not Spelling.objects.filter(word__in=["x", "12345678", "在" * 30]).exists()


@given(st.text("あいう", max_size=6), st.text("あいう", max_size=6))
def test_the_distance_is_a_distance(left, right):
    far = distance(left, right)
    assert far == distance(right, left)
    assert (far == 0) == (left == right)
    assert abs(len(left) - len(right)) <= far <= max(len(left), len(right))


@given(st.text("アイウエオ", min_size=4, max_size=8), st.integers(0, 7), st.sampled_from("アイウエオカ"))
def test_words_one_edit_apart_share_a_key(word, place, char):
    place %= len(word)
    edited = [
        word[:place] + char + word[place + 1 :],
        word[:place] + char + word[place:],
        word[:place] + word[place + 1 :],
    ]
    for other in edited:
        if len(other) >= 4:
            assert keys_of(word) & keys_of(other)


# Regions, choices, wordings, fewer words


def test_the_prefectures_around_come_before_the_whole_country(anyone):
    found = ways("regions", "会計", anyone, prefecture={"22"})
    assert [count for _label, count in found] == [1, 1]
    assert "愛知県" in found[0][0]
    assert found[1][0] == "全国で探す"
    assert ways("regions", "会計", anyone, prefecture={"01"}) == [("全国で探す", 1)]
    assert ways("regions", "翡翠", anyone, prefecture={"22"}) == []


def test_a_choice_that_is_in_the_way_is_offered_to_be_taken_away(anyone):
    assert ways("wider", "会計", anyone, industry={"E"}) == [("「業種」の条件を外す", 1)]
    found = ways("wider", "会計", anyone, industry={"E"}, prefecture={"22"})
    assert found == [("条件をすべて外す", 1)]


def test_the_capability_that_words_tell_of_is_offered(bank, anyone):
    make_case(bank, "店の話", "朝礼の話", capabilities=["inventory"])
    assert ("支援領域「在庫管理」の事例", 1) in ways("wordings", "欠品", anyone)


def test_fewer_words_are_offered(anyone):
    assert ways("fewer", "会計 翡翠", anyone, industry={"M"}) == [("会計", 1)]


def test_nothing_hidden_is_counted(bank, banker, anyone):
    make_case(bank, "秘密", {"summary": ("翡翠", f"org:{bank.pk}")}, prefecture="14")
    assert not help_for("翡翠", {"prefecture": frozenset({"22"})}, anyone).is_any
    assert help_for("翡翠", {"prefecture": frozenset({"22"})}, banker).is_any


# The page


def test_the_empty_page_asks_for_ways_on_and_leads_there_without_scripts(client):
    shown = client.get(reverse("search:cases"), {"q": "財庫の翡翠x", "industry": "M"}).content.decode()
    assert f'hx-get="{reverse("search:ways_on")}?q=' in shown
    assert f'href="{reverse("search:ways_on")}?q=' in shown


def test_the_fragment_and_the_page_offer_what_finds_something(client, developer):
    address = reverse("search:ways_on")
    part = client.get(address, {"q": "財庫"}, headers={"HX-Request": "true"}).content.decode()
    assert "もしかして" in part
    assert "<html" not in part
    assert "/cases/?q=%E5%9C%A8%E5%BA%AB" in part
    assert reverse("search:ask") not in part
    client.force_login(developer)
    whole = client.get(address, {"q": "財庫"}).content.decode()
    assert "<html" in whole
    assert f"{reverse('search:ask')}?q=%E8%B2%A1%E5%BA%AB" in whole


@pytest.mark.parametrize(
    "text", ["\x00", "\u202e在庫", "%", "在" * 5000, "あ" * 1000, "𠮷 😀 *", "a b c d e f g h i j k l m n"]
)
def test_no_text_breaks_it(client, text):
    assert client.get(reverse("search:ways_on"), {"q": text}).status_code == 200


def test_where_little_is_found_another_spelling_is_offered_above(client, bank):
    make_case(bank, "財の話", "財を数えた")
    shown = client.get(reverse("search:cases"), {"q": "財 クラウト"}).content.decode()
    assert "もしかして" in shown
    assert "財 クラウド（" in shown
    typing = {"HX-Request": "true", "HX-Trigger": "cases-q"}
    assert (
        "もしかして" not in client.get(reverse("search:cases"), {"q": "財 クラウト"}, headers=typing).content.decode()
    )


def test_another_spelling_is_offered_without_choices_where_these_are_in_the_way_too(anyone):
    found = ways("spelling", "クラウト", anyone, industry={"A"}, prefecture={"01"})
    assert found == [("クラウド・条件なし", 1)]
    assert ways("spelling", "クラウト", anyone, industry={"M"}) == [("クラウド", 1)]
