"""The same thing written differently is one term; different things stay different."""

import threading
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.text import QUERY_CHARACTERS, QUERY_TERMS, Use, query, tokens

SAME = [
    ("サーバ", "サーバー"),
    ("サーバ", "ｻｰﾊﾞｰ"),
    ("サーヴァー", "サーバ"),
    ("ＤＸ", "DX"),
    ("dx", "DX"),
    ("デジタルトランスフォーメーション", "DX"),
    ("デジタル・トランスフォーメーション", "ＤＸ"),
    ("信金", "信用金庫"),
    ("地銀", "地方銀行"),
    ("見積り", "見積もり"),
    ("見積", "見積もり"),
    ("見積書", "見積り"),
    ("受発注", "受注・発注"),
    ("受け発注", "受発注"),
    ("打合せ", "打ち合わせ"),
    ("問合せ", "問い合わせ"),
    ("引継ぎ", "引き継ぎ"),
    ("売上", "売り上げ"),
    ("棚卸", "棚卸し"),
    ("ユーザ", "ユーザー"),
    ("コンピュータ", "コンピューター"),
    ("セキュリティ", "セキュリティー"),
    ("レガシ", "レガシー"),
    ("ITコーディネータ", "ＩＴコーディネーター"),
    ("人材", "人財"),
    ("ものづくり", "モノ作り"),
    ("FAX", "ファックス"),
    ("ファクス", "ファクシミリ"),
    ("Web", "ウェブ"),
    ("Excel", "エクセル"),
    ("kintone", "キントーン"),
    ("ホームページ", "ウェブサイト"),
    ("㈱高島屋", "株式会社髙島屋"),
    ("（株）高島屋", "㍿高島屋"),
    ("高橋", "髙橋"),
    ("渡辺", "渡邊"),
    ("山崎", "山﨑"),
    ("吉野", "𠮷野"),
    ("葛\U000e0100城", "葛城"),
    ("1,000円", "１０００円"),
    ("五十人", "50人"),
    ("㌔", "キロ"),
    ("ガス", "カ\u3099ス"),
    ("在\u200b庫", "在庫"),
    ("在庫管理", "在庫の管理"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_thing_is_asked_for_by_the_same_terms(one, other):
    assert query(one).words == query(other).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("京都", "東京都"),
        ("ボート", "ボード"),
        ("医師", "石"),
        ("信用金庫", "信用組合"),
        ("開発", "発注"),
        ("2023", "2024"),
    ],
)
def test_different_things_share_no_term(one, other):
    assert not set(query(one).words) & {token.term for token in tokens(other)}


def test_particles_auxiliaries_and_signs_are_no_terms():
    assert query("在庫が、合っていないのです。★").words == ("在庫", "合う")


def test_numbers_and_latin_words_stay():
    assert query("2024年のRPAは8.4%").words == ("2024", "年", "rpa", "8.4", "%")


def test_a_phrase_with_one_meaning_is_one_term_and_its_words_still_lead_to_it():
    found = tokens("架空 浜名信用金庫")
    assert ("信用金庫", Use.WORD) in {(token.term, token.use) for token in found}
    assert {token.term for token in found if token.use is Use.PART} == {"信用", "金庫"}
    assert query("金庫").words == ("金庫",)


def test_a_wording_tells_of_a_capability():
    assert query("棚卸が合わない").ideas == ("xcapinventory",)
    assert query("在庫の管理").ideas == ("xcapinventory",)
    assert query("京都の天気").ideas == ()


@pytest.mark.parametrize("text", ["の", "★", "これは", "・・・", "です", "ー", "㈱", "?!"])
def test_a_text_of_particles_and_signs_alone_still_has_terms(text):
    assert query(text)


@pytest.mark.parametrize("text", ["", " ", "　", "\n\t", "\u200b", "\ufeff", "\x00"])
def test_a_text_without_a_visible_character_has_none(text):
    assert tokens(text) == []
    assert not query(text)


def test_tokens_point_to_where_they_come_from():
    text = "ｻｰﾊﾞの㈱浜名、在\u200b庫の管理と信用金庫"
    shown = {token.term: text[token.start : token.end] for token in tokens(text)}
    assert shown["サーバ"] == "ｻｰﾊﾞ"
    assert shown["株式"] == "㈱"
    assert shown["在庫"] == "在\u200b庫"
    assert shown["信用金庫"] == "信用金庫"


@given(st.text(st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_analysed(text):
    found = tokens(text)
    assert all(0 <= token.start <= token.end <= len(text) for token in found)
    assert all(token.term.strip() and len(token.term) <= 64 for token in found)
    assert not any(unicodedata.category(char) in {"Cs", "Cc"} for token in found for char in token.term)


def test_long_texts_are_analysed_in_pieces():
    # Sudachi itself refuses more than 49,149 bytes.
    assert len(tokens("在庫" * 20_000)) >= 20_000
    last = tokens("あ" * 19_990 + "。棚卸し。")[-3:]
    assert "棚卸し" in {token.term for token in last}


def test_a_query_is_cut():
    assert len(query(" ".join(f"単語{number}" for number in range(2000))).terms) <= QUERY_TERMS
    assert (
        query("在庫 " + "あ " * QUERY_CHARACTERS + "倉庫").words
        == query("在庫 " + "あ " * (QUERY_CHARACTERS - 3)).words
    )


def test_threads_do_not_disturb_each_other():
    texts = [text for pair in SAME for text in pair]
    expected = [query(text) for text in texts]
    wrong = []

    def analyse():
        wrong.extend(
            text for text, terms in zip(texts, expected, strict=True) for _ in range(5) if query(text) != terms
        )

    threads = [threading.Thread(target=analyse) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_katakana_compound_leads_to_its_halves():
    assert query("ﾀﾌﾞﾚｯﾄﾚｼﾞ").words == ("タブレットレジ", "タブレット", "レジ")
    assert query("ハマナソウコ").words == ("ハマナソウコ",)


def test_neighbouring_words_make_pairs():
    assert query("在庫の管理").pairs == query("在庫 管理").pairs == ("在庫\x1f管理",)
    assert query("在庫。それは、その、そして、管理").pairs == ()
    assert query("在庫").pairs == ()
    # Of a compound its units are meant, not the compound beside its own first unit.
    assert not any("タブレットレジ" in pair for pair in query("ﾀﾌﾞﾚｯﾄﾚｼﾞ 会計").pairs)
