"""Who complements an organization that has no client in mind."""

from dataclasses import replace

from matching.core.complement import Partner, complements, lacking
from matching.core.model import Network, Organization, Weights
from matching.core.places import hop_table

HOPS = hop_table([("22", "23")])
BANK = Organization("bank", "bank", ("22",), {"pmo": 4, "dev": -1, "training": 2}, slots=0)
HOUSE = Organization("house", "vendor", ("22",), {"dev": 4, "pmo": -1})
FAR = Organization("far", "vendor", ("23",), {"dev": 4, "training": 3})
SHY = Organization("shy", "vendor", ("22",), {"dev": 1})
NETWORK = Network((BANK, FAR, HOUSE, SHY), {}, HOPS)
WEIGHTS = Weights()


def test_weaknesses_weigh_twice_what_a_low_level_does():
    assert [(item.capability, item.level, item.weight) for item in lacking(BANK)] == [
        ("dev", 3, 2.0),
        ("training", 3, 1.0),
    ]


def test_the_best_partner_covers_most_and_one_sees_what_goes_both_ways():
    found = complements(BANK, NETWORK, WEIGHTS)
    assert found[0].organization == "far"
    assert found[0].gives == ("dev", "training")
    assert Partner("house", found[1].score, ("dev",), ("pmo",)) == found[1]
    assert found[0].score > found[1].score > 0
    assert found[0].score - found[1].score == 333_333 - 222_222 - 20_000


def test_who_helps_less_than_it_costs_is_not_named():
    dear = replace(SHY, levels={"training": 1}, availability=0.0)
    assert (
        complements(BANK, Network((BANK, replace(dear, levels={"training": 0}), HOUSE), {}, HOPS), WEIGHTS)[0] != dear
    )
    assert all(each.score > 0 for each in complements(BANK, NETWORK, WEIGHTS))


def test_who_lacks_nothing_needs_nobody():
    assert complements(replace(BANK, levels={"pmo": 4}), NETWORK, WEIGHTS) == ()


def test_at_most_so_many():
    assert len(complements(BANK, NETWORK, WEIGHTS, top=1)) == 1
