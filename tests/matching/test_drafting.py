"""Requirements read from a description: suggestions with the words they came from."""

import pytest

from matching.drafting import suggest
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
