"""Invented past work and interests between organizations."""

from datetime import date, timedelta
from random import Random

from network.codes import KINDS
from network.demo.lists import TODAY, Line, neighbours, prefecture_of


def _group(line: Line) -> str:
    return KINDS[line["kind"]].fields["group"]


def invented_collaborations(
    rng: Random, extras: list[Line], everyone: list[Line], pairs: set[frozenset[str]]
) -> list[Line]:
    """Past work, mostly with another kind of organization in the same prefecture or next door."""
    lines = []
    for line in extras:
        here = prefecture_of(line)
        near = [
            other for other in everyone if other is not line and prefecture_of(other) in {here, *neighbours()[here]}
        ]
        weights = [
            (4 if prefecture_of(other) == here else 1) * (3 if _group(other) != _group(line) else 1) for other in near
        ]
        for partner in rng.choices(near, weights, k=rng.choice([1, 2, 2, 2, 3])):
            pair = frozenset([line["id"], partner["id"]])
            if pair not in pairs:
                pairs.add(pair)
                lines.append(_collaboration(rng, pair))
    return lines


def _collaboration(rng: Random, pair: frozenset[str]) -> Line:
    """Few engagements with the cast: whom the tour's team knows well is written down in its file."""
    with_cast = any(not id_[len("demo-") :][:2].isdigit() for id_ in pair)
    last = TODAY - timedelta(days=rng.randint(0, 5 * 365))
    engagements = rng.randint(1, 2 if with_cast else 8)
    return {"type": "collaboration", "between": sorted(pair), "engagements": engagements, "last": last.isoformat()}


def invented_ties(rng: Random, extras: list[Line], number: int = 37) -> list[Line]:
    """Interests: who resells whose service, who is paid for introductions, who owns a part of whom."""
    by_group: dict[str, list[Line]] = {}
    for line in extras:
        by_group.setdefault(_group(line), []).append(line)
    deals = [
        ("it_vendor", "saas", "resale", "クラウドサービスの販売代理"),
        ("licensed", "saas", "referral_fee", "紹介1件ごとの手数料"),
        ("consultant", "it_vendor", "referral_fee", "開発案件の紹介手数料"),
        ("financial", "it_vendor", "capital", "地域ファンドを通じた出資"),
        ("financial", "consultant", "group", "同じグループの会社"),
    ]
    found: dict[tuple[str, ...], Line] = {}
    while len(found) < number:
        one, other, kind, note = deals[len(found) % len(deals)]
        first = rng.choice(by_group[one])
        local = [line for line in by_group[other] if prefecture_of(line) == prefecture_of(first)]
        second = rng.choice(local or by_group[other])
        pair = sorted([first["id"], second["id"]])
        since = date(rng.randint(2015, 2025), rng.randint(1, 12), 1).isoformat()
        if first is not second:
            found[*pair, kind] = {"type": "tie", "between": pair, "kind": kind, "since": since, "note": note}
    return list(found.values())
