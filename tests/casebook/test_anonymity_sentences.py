"""Sentences as people write them: what must be found in them, and what must not."""

import pytest

from casebook.anonymity import findings
from casebook.writing.content import Content
from network.models import User

pytestmark = pytest.mark.django_db

FOUND = [
    # telephone
    ("お電話は053-456-7890までどうぞ。", [("phone", "053-456-7890")]),
    ("ＴＥＬ：０５３ー４５６ー７８９０", [("phone", "０５３ー４５６ー７８９０")]),
    ("携帯は090−1234−5678です。", [("phone", "090−1234−5678")]),
    ("代表番号（053）456−7890に連絡した。", [("phone", "（053）456−7890")]),
    ("0534567890へ電話した。", [("phone", "0534567890")]),
    ("夜間は070 1234 5678 につながる。", [("phone", "070 1234 5678")]),
    ("フリーダイヤル0120-123-456を設けた。", [("phone", "0120-123-456")]),
    ("海外からは+81-53-456-7890です。", [("phone", "+81-53-456-7890")]),
    ("海外からは＋81 (0)90 1234 5678です。", [("phone", "＋81 (0)90 1234 5678")]),
    ("0 5 3 - 4 5 6 - 7 8 9 0 にかける。", [("phone", "0 5 3 - 4 5 6 - 7 8 9 0")]),
    ("番号は053.456.7890と053-456-7891。", [("phone", "053.456.7890"), ("phone", "053-456-7891")]),
    ("担当は053-456-7890 5名で受けた。", [("phone", "053-456-7890")]),
    # mail, numbers, links
    ("info@kakuu.example.jpに送る。", [("email", "info@kakuu.example.jp")]),
    ("ｉｎｆｏ＠ｋａｋｕｕ．ｅｘａｍｐｌｅ．ｊｐ まで", [("email", "ｉｎｆｏ＠ｋａｋｕｕ．ｅｘａｍｐｌｅ．ｊｐ")]),
    ("info(at)kakuu.example.jpまで", [("email", "info(at)kakuu.example.jp")]),
    ("info [at] kakuu [dot] example [dot] jpまで", [("email", "info [at] kakuu [dot] example [dot] jp")]),
    ("法人番号は7000012050002です。", [("corporate_number", "7000012050002")]),
    ("登録番号Ｔ７０００ー０１２０ー５０００２。", [("corporate_number", "７０００ー０１２０ー５０００２")]),
    ("登録番号T7000012050002の会社。", [("corporate_number", "7000012050002")]),
    ("番号は７-００００-１２０５-０００２。", [("corporate_number", "７-００００-１２０５-０００２")]),
    ("くわしくはhttps://kakuu.example.jp/news/1をご覧ください。", [("url", "https://kakuu.example.jp/news/1")]),
    # addresses
    ("〒430-0911へ送った。", [("address", "〒430-0911")]),
    ("静岡県浜松市中央区新津町1-2-3の倉庫。", [("address", "静岡県浜松市中央区新津町1-2-3")]),
    ("本社は静岡県架空市砂山町12番地の3にある。", [("address", "静岡県架空市砂山町12番地の3")]),
    ("架空市中央１丁目２番３号に移った。", [("address", "架空市中央１丁目２番３号")]),
    ("430-0911 静岡県の倉庫。", [("address", "430-0911")]),
    # companies
    ("株式会社架空サンプルは受注をFAXで受けていた。", [("company", "株式会社架空サンプル")]),
    ("架空サンプル株式会社の工場。", [("company", "架空サンプル株式会社")]),
    ("納入先は㈱みのりだった。", [("company", "㈱みのり")]),
    ("納入先は（株）みのりと有限会社つなぐ。", [("company", "（株）みのり"), ("company", "有限会社つなぐ")]),
    ("医療法人社団架空会の受付。", [("company", "医療法人社団架空会")]),
    ("とぴあ架空農業協同組合に出荷する。", [("company", "とぴあ架空農業協同組合")]),
    ("合同会社 架空工房が開発した。", [("company", "合同会社 架空工房")]),
    ("Kakuu Trading Co., Ltd. に輸出する。", [("company", "Kakuu Trading Co., Ltd.")]),
    ("鈴木製作所の二代目が始めた。", [("company", "鈴木製作所")]),
    ("地元の三河酒造を訪ねた。", [("company", "三河酒造")]),
    ("社会福祉法人架空の里の給食。", [("company", "社会福祉法人架空")]),
    # people
    ("山田太郎氏が決断した。", [("person", "山田太郎氏")]),
    ("鈴木社長に説明した。", [("person", "鈴木社長")]),
    ("代表取締役 山田 花子", [("person", "山田 花子")]),
    ("担当の佐藤さんが続けた。", [("person", "佐藤さん")]),
    ("石川様からの紹介。", [("person", "石川様")]),
    ("髙橋部長と渡邊様。", [("person", "髙橋部長"), ("person", "渡邊様")]),
    ("工場長の中村は反対した。", [("person", "中村")]),
    ("ジョン・スミス氏が来た。", [("person", "ジョン・スミス氏")]),
    ("渡辺が一人で入力していた。", [("person", "渡辺")]),
    ("山口専務が音頭をとった。", [("person", "山口専務")]),
    ("現場リーダーの伊藤さん。", [("person", "伊藤さん")]),
    # headcounts
    ("従業員47名の会社。", [("exact_headcount", "従業員47名")]),
    ("社員１２人の町工場。", [("exact_headcount", "社員１２人")]),
    ("従業員数は1,200名に増えた。", [("exact_headcount", "従業員数は1,200名")]),
    ("47名の従業員のうち", [("exact_headcount", "47名の従業員")]),
    ("従業員四十七名の会社。", [("exact_headcount", "従業員四十七名")]),
    # several of them
    (
        "株式会社架空サンプルの鈴木社長（053-456-7890）は従業員47名とともに始めた。",
        [
            ("company", "株式会社架空サンプル"),
            ("person", "鈴木社長"),
            ("phone", "053-456-7890"),
            ("exact_headcount", "従業員47名"),
        ],
    ),
]
HARMLESS = [
    "支援担当者が現場に入り、経営者と話し合った。",
    "浜松と静岡の製造業を支援した。",
    "三河地方の部品会社である。",
    "静岡県西部の食品加工業。",
    "豊田市の部品会社と松本市の旅館。",
    "豊田と小林、松本の工場を回った。",
    "2024-01-15に始め、2025-03-31に終えた。",
    "投資は10,000,000円、効果は年1,200,000円。",
    "0 10 20 30 40 50",
    "在庫差異は0.1234567890だった。",
    "01-02-2024 10:00に会議をした。",
    "品番は1234567890123だった。",
    "お客様、皆様、取引先様、業者さん、職人さん。",
    "パートさんや職人さんと仕様を決めた。",
    "同氏と両氏の意見は同様だった。",
    "株式会社化を検討し、株式会社と有限会社の違いを学んだ。",
    "地域の農業協同組合や協同組合とも話した。",
    "在庫(有)と単位(名)の列がある。",
    "kintoneとマネーフォワード、弥生会計、勘定奉行を比べた。",
    "地方銀行と信用金庫、商工会議所に相談した。",
    "従業員約50名の会社。",
    "従業員21〜50人の会社。",
    "社員2人が研修を受け、3人で運用した。",
    "職員3名で対応した。",
    "市内3-5社、1工程2-3名で回した。",
    "段階は1-2-3と進んだ。",
    "営業利益率は4.5%上がった。",
    "出典はhttps://www.meti.go.jp/policy/index.htmlである。",
    "RPAとWMS、BIを入れ、IT導入補助金を使った。",
    "浜松工場長が決めた。",
    "社長の息子が戻り、専務になった。",
    "前社長と現社長、二代目社長の考え。",
    "商店街の商店と酒造業界。",
    "ITコーディネータと中小企業診断士が入った。",
    "平日9:00-18:00に受け付ける。",
    "千葉県と長野県、山口市の事例も読んだ。",
    "経済産業省のガイドを使った。",
]


@pytest.fixture
def reader() -> User:
    return User.objects.create(email="reader@example.jp", name="読む人")


def found_in(text: str, reader: User, **content: object) -> list[tuple[str, str]]:
    """(kind, words) of what is found in a section; the offsets are those of the words."""
    sections = Content(sections={"summary": text}, **content)
    found = findings(sections, reader=reader, naming="region")
    assert all(text[finding.start : finding.end] == finding.text for finding in found if finding.place == "summary")
    return [(finding.kind.value, finding.text) for finding in found]


@pytest.mark.parametrize(("text", "expected"), FOUND, ids=[text for text, _expected in FOUND])
def test_what_must_be_found(text, expected, reader):
    assert found_in(text, reader) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_what_must_not(text, reader):
    assert found_in(text, reader, municipality="22130", prefecture="22") == []


def test_there_are_enough_sentences():
    assert len(FOUND) + len(HARMLESS) >= 60


def test_every_sentence_among_others_is_found_at_its_place(reader):
    text = "\n\n".join(f"## 見出し\n- {sentence}" for sentence, _expected in FOUND)
    expected = [one for _sentence, wanted in FOUND for one in wanted]
    assert found_in(text, reader) == expected


@pytest.mark.parametrize("text", ["", "\u200b", "\x00053-456-7890\x00", "\ud800", "ー" * 20_000, "1-" * 10_000])
def test_odd_texts_are_looked_through(text, reader):
    assert len(found_in(text, reader)) == ("053" in text)
