"""Requirements read from a description: suggestions with the words they came from."""

import pytest
from django.test import Client

from matching.drafting import read, suggest
from matching.intake import READ
from network.models import Capability


def capability(pk: int, name: str, *synonyms: str) -> Capability:
    return Capability(pk=pk, code=f"c{pk}", name_ja=name, synonyms=list(synonyms))


STOCK = capability(1, "在庫管理", "在庫", "棚卸が合わない")
SHOP = capability(2, "EC・ネット販売", "EC", "ネット通販")
ORDERS = capability(3, "受発注管理", "FAX")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在庫管理を直したい", [(1, ["在庫管理"])]),
        ("注文はFAXで、在庫も合わない", [(3, ["fax"]), (1, ["在庫"])]),
        ("注文はＦＡＸと電話", [(3, ["fax"])]),
        ("ECを始めたい", [(2, ["ec"])]),
        ("SPECを決めたい", []),
        ("", []),
        ("在庫、在庫、在庫", [(1, ["在庫"])]),
    ],
)
def test_words_lead_to_capabilities_in_their_order(text, expected):
    found = [(each.capability.pk, each.words) for each in suggest(text, [STOCK, SHOP, ORDERS])]
    assert found == expected


@pytest.mark.django_db
def test_an_owner_s_own_words_are_understood():
    text = "受発注はFAXと電話。棚卸のたびに在庫が合わない。補助金も使いたい。"
    codes = {each.capability.code for each in suggest(text, Capability.objects.all())}
    assert {"order_processing", "inventory", "subsidy"} <= codes


# --- Other spellings ----------------------------------------------------------------------------

QUOTE = capability(4, "見積もり管理", "見積もり", "問い合わせ窓口")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("見積りが遅い", ["見積り"]),
        ("見積もりが遅い", ["見積もり"]),
        ("見積が遅い", ["見積"]),
        ("問合せ窓口がない", ["問合せ窓口"]),
        ("ミツモリ", []),
    ],
)
def test_another_spelling_of_a_word_is_found_by_its_normalised_form(text, words):
    assert [word for found in suggest(text, [QUOTE]) for word in found.words] == words


def test_what_says_too_little_is_matched_as_it_is_written_only():
    little = capability(5, "できる", "あれ")
    assert suggest("出来るように、彼の", [little]) == []
    assert [found.words for found in suggest("あれをできるように", [little])] == [["あれ", "できる"]]


# --- Stage, industry, size ----------------------------------------------------------------------


def hints(text: str) -> dict[str, str]:
    return {name: hint.value for name, hint in read(text, []).hints.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("注文はFAXと電話、台帳は手書き", {"stage": "1"}),
        ("顧客はエクセル、給与は会計ソフト", {"stage": "2"}),
        ("基幹システムとクラウドを使っている", {"stage": "3"}),
        ("基幹システムを入れたい。いまは手書きの台帳", {"stage": "1"}),
        ("エクセルもない", {}),
        ("金属加工の町工場", {"industry": "E"}),
        ("老舗の旅館。宿泊客が減った", {"industry": "M"}),
        ("従業員は50人くらい", {"employees": "50"}),
        ("社員１，２００名", {"employees": "1200"}),
        ("従業員99999999人", {}),
        ("", {}),
    ],
)
def test_stage_industry_and_size_are_read(text, expected):
    assert hints(text) == expected


def test_the_text_comes_back_whole_with_what_was_read_marked():
    text = "注文は ＦＡＸ。\n在庫が合わない㌔"
    found = read(text, [STOCK, ORDERS])
    assert "".join(piece for piece, _read in found.marked) == text
    assert [piece for piece, marked in found.marked if marked] == ["ＦＡＸ", "在庫"]


@pytest.mark.parametrize("text", ["ﾊﾞ" * 3000, "\u200b", "\ud800在庫", "<script>在庫</script>", "在庫" * 2000])
def test_no_text_breaks_it(text):
    found = read(text, [STOCK])
    assert "".join(piece for piece, _read in found.marked) == text


# --- On the form --------------------------------------------------------------------------------


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.people["facilitator"])
    return client


TEXT = "金属加工、従業員は50人。注文はFAXと電話。在庫が合わない。<b>補助金</b>も使いたい。"


def test_reading_changes_no_field(client):
    answer = client.post("/needs/new/", {"action": "read", "text": TEXT, "req-TOTAL_FORMS": 0, "req-INITIAL_FORMS": 0})
    html = answer.content.decode()
    assert not answer.context["form"]["stage"].value()
    assert not answer.context["form"]["industry"].value()
    assert len(answer.context["rows"].forms) == 0
    assert "<mark>FAX</mark>" in html
    assert "&lt;b&gt;" in html
    assert "<b>補助金" not in html


@pytest.mark.parametrize(("name", "value"), [("stage", "1"), ("industry", "E"), ("employees", "50")])
def test_one_press_takes_over_one_value_and_the_reading_stays(client, name, value):
    assert name in READ
    given = {"text": TEXT, "req-TOTAL_FORMS": 0, "req-INITIAL_FORMS": 0}
    answer = client.post("/needs/new/", {"action": f"{name}:{value}", **given})
    assert str(answer.context["form"][name].value()) == value
    assert [hint["name"] for hint in answer.context["hints"] if hint["taken"]] == [name]
    assert answer.context["was_read"]


def test_adding_a_requirement_keeps_the_reading(client):
    given = {"text": TEXT, "req-TOTAL_FORMS": 0, "req-INITIAL_FORMS": 0, "was_read": 1}
    answer = client.post("/needs/new/", {"action": "add:inventory", **given})
    assert [row["capability"].value() for row in answer.context["rows"]] == ["inventory"]
    assert "inventory" not in [found.capability.code for found in answer.context["suggestions"]]
    assert answer.context["hints"]


def test_a_verb_alone_speaks_for_nothing_in_another_form():
    adoption = capability(6, "定着支援", "使われない")
    assert suggest("補助金を使いたい。使える人がいない", [adoption]) == []
    assert [found.words for found in suggest("入れても使われない", [adoption])] == [["使われない"]]
