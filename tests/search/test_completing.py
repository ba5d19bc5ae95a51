"""Half-typed words: kanji, kana and Latin letters lead to the taxonomy, and nothing tells of hidden sections."""

import pytest

from network.models import Capability
from search.completing import MOST, completions
from search.readings import kana, roman, typed
from tests.search.cast import make_case

pytestmark = pytest.mark.django_db


def words(text, reader):
    return [offer.word for offer in completions(text, reader)]


@pytest.mark.parametrize(
    "start",
    ["在", "在庫", "ざいこ", "ザイコ", "ｻﾞｲｺ", "zaiko", "zaik", "ZAIK", "ｚａｉｋ", "ざいk", "ざいｋ", "倉庫 zaik"],
)
def test_however_it_is_typed_it_leads_to_the_capability(start, anyone):
    offer = completions(start, anyone)[0]
    assert (offer.word, offer.capability) == ("在庫管理", "inventory")
    assert offer.text == ("倉庫 在庫管理" if " " in start else "在庫管理")


@pytest.mark.parametrize("start", ["shinkin", "sinkin", "shink", "sin'kin", "しんきん", "信金"])
def test_both_systems_of_latin_letters_are_understood(start, anyone):
    assert "信金" in words(start, anyone)


@pytest.mark.parametrize("start", ["chuusho", "chusho", "tyuusyou", "chus", "tyus", "ちゅうしょ"])
def test_long_vowels_may_be_left_out(start, anyone):
    assert "中小企業" in words(start, anyone)


@pytest.mark.parametrize("start", ["", " ", "在庫 ", "d", "%", "_", "★", "\x00", "\u200b", "どこにもない翡翠"])
def test_what_begins_nothing_is_offered_nothing(start, anyone):
    assert completions(start, anyone) == []


def test_a_capability_that_was_added_is_offered_too(anyone):
    assert words("ひすい", anyone) == []
    Capability.objects.create(code="x-jade", name_ja="翡翠の目利き", synonyms=["玉の鑑定"])
    assert [(o.word, o.capability) for o in completions("ひすい", anyone)] == [("翡翠の目利き", "x-jade")]
    assert words("hisui", anyone) == ["翡翠の目利き"]
    assert words("玉", anyone) == ["玉の鑑定"]


def test_a_meaning_is_offered_once_and_the_offers_are_few(anyone):
    for start in ("し", "し", "デ", "mitsumori", "在"):
        offers = completions(start, anyone)
        assert len(offers) <= MOST
        assert len({offer.word for offer in offers}) == len(offers)
        named = [offer.capability for offer in offers if offer.capability]
        assert len(set(named)) == len(named)


def test_words_come_from_sections_the_reader_may_read(bank, banker, developer, anyone):
    make_case(
        bank, "題名", {"summary": ("翡翠の話", "public"), "lessons": ("翠玉の話", "network"), "team": ("翠雨の話",)}
    )
    assert words("翡", anyone) == ["翡翠"]
    assert words("翠", anyone) == []
    assert words("翠", developer) == ["翠玉"]
    assert set(words("翠", banker)) == {"翠玉", "翠雨"}


def test_two_queries_answer(bank, anyone, django_assert_max_num_queries):
    make_case(bank, "題名", "翡翠の話")
    completions("ひ", anyone)
    with django_assert_max_num_queries(2):
        completions("翡", anyone)


@pytest.mark.parametrize(
    ("word", "reading", "letters"),
    [
        ("受発注", "じゅはっちゅう", "zyuhattyuu"),
        ("信用金庫", "しんようきんこ", "sinyoukinko"),
        ("ペーパーレス", "ぺーぱーれす", "pe-pa-resu"),
        ("DX", "dx", "dx"),
    ],
)
def test_readings(word, reading, letters):
    assert kana(word) == reading
    assert roman(reading) == letters


@pytest.mark.parametrize(
    ("letters", "same"),
    [("juhatchu", "zyuhattyu"), ("shoukai", "syoukai"), ("fax", "hax"), ("sh", "sy"), ("konnichi", "konniti")],
)
def test_typed_letters_are_brought_to_one_system(letters, same):
    assert typed(letters) == same
