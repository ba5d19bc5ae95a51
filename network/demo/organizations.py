"""Some 300 invented organizations over all prefectures."""

from datetime import timedelta
from random import Random

from network.codes import PREFECTURES, rows
from network.demo.lists import TODAY, Kind, Line, Place, kinds, neighbours, places

SIZE = 310
LEAST_PER_PREFECTURE = 4
FIRST_KINDS = (
    ("shinkin_bank", "regional_bank", "credit_cooperative", "second_regional_bank"),
    ("local_it_vendor",),
    ("it_coordinator", "sme_consultant"),
)
"""The first organizations of a prefecture: someone to lead, someone to build, someone to plan."""

ANYONE_CAN = (
    "dx_awareness",
    "case_intake",
    "paperless",
    "spreadsheet_improvement",
    "digital_literacy",
    "issue_structuring",
    "effect_measurement",
    "knowledge_transfer",
    "groupware",
)


def sizes() -> dict[str, int]:
    """How many organizations a prefecture gets: a few everywhere, the rest by its number of corporations."""
    corporations = {row["jis_code"]: int(row["corporations"]) for row in rows("prefecture_figures")}
    free = SIZE - LEAST_PER_PREFECTURE * len(PREFECTURES)
    total = sum(corporations.values())
    return {code: LEAST_PER_PREFECTURE + free * corporations[code] // total for code in PREFECTURES}


def invented_organizations(rng: Random) -> list[Line]:
    """Organization lines, prefecture by prefecture; no name stands twice."""
    lines: list[Line] = []
    names: set[str] = set()
    for prefecture, size in sizes().items():
        for number in range(1, size + 1):
            kind = _pick_kind(rng, number)
            place, suffix = _pick_name(rng, prefecture, kind, names)
            names.add(place.stem + suffix[0])
            lines.append(_organization(rng, f"demo-{prefecture}-{number:02}", place, kind, suffix))
    return lines


def _pick_kind(rng: Random, number: int) -> Kind:
    known = kinds()
    if number <= len(FIRST_KINDS):
        return known[rng.choice(FIRST_KINDS[number - 1])]
    return rng.choices(list(known.values()), [kind.share for kind in known.values()])[0]


def _pick_name(rng: Random, prefecture: str, kind: Kind, names: set[str]) -> tuple[Place, tuple[str, str]]:
    """A place and a suffix that no organization has yet."""
    free = [
        (place, suffix)
        for place in places()[prefecture]
        for suffix in kind.suffixes
        if place.stem + suffix[0] not in names
    ]
    return rng.choice(free)


def _organization(rng: Random, id_: str, place: Place, kind: Kind, suffix: tuple[str, str]) -> Line:
    name, kana = suffix
    everywhere = kind.code in {"saas_provider", "major_it_vendor"}
    near = [code for code in neighbours()[place.prefecture] if rng.random() < 0.3]
    return {
        "type": "organization",
        "id": id_,
        "name": f"架空 {place.stem}{name}",
        "kana": f"カクウ{place.kana}{kana}",
        "kind": kind.code,
        "municipality": place.municipality,
        "about": kind.about,
        "service_area": {
            "prefectures": [] if everywhere else sorted([place.prefecture, *near]),
            "municipalities": [],
            "nationwide": everywhere,
            "remote": everywhere or rng.random() < 0.35,
        },
        "industries": sorted(rng.sample(kind.industries, rng.randint(2, min(5, len(kind.industries))))),
        "capacity": _capacity(rng),
        "labs": _labs(rng, place),
        "ratings": _ratings(rng, kind),
    }


def _capacity(rng: Random) -> Line:
    status = rng.choices(["open", "limited", "waitlist", "closed"], [70, 15, 10, 5])[0]
    slots = {"open": rng.randint(1, 4), "limited": 1}.get(status, 0)
    until = rng.choice([None, "2026-12-28", "2027-03-31", "2027-09-30"])
    return {"status": status, "slots": slots, "until": until}


def _labs(rng: Random, place: Place) -> list[str]:
    """Most join a lab of their whole prefecture; a city's lab is joined by its own and by some from around."""
    joined = []
    for lab in rows("labs"):
        if lab["prefecture"] == place.prefecture:
            own = lab["area_kind"] != "municipality" or place.municipality in lab["areas"]
            if rng.random() < (0.85 if own else 0.3):
                joined.append(lab["name"])
    return joined


def _ratings(rng: Random, kind: Kind) -> list[Line]:
    """Eight to sixteen ratings: what the kind is good at, a little of what anyone can do, one to four weaknesses."""
    weak = rng.sample(kind.weak, rng.randint(1, min(4, len(kind.weak))))
    strong = rng.sample(kind.strong, min(len(kind.strong), rng.randint(6, 10)))
    others = [code for code in ANYONE_CAN if code not in strong and code not in kind.weak]
    common = rng.sample(others, max(8 - len(weak) - len(strong), rng.randint(0, 2)))
    confirmed = (TODAY - timedelta(days=rng.randint(0, 600))).isoformat()
    lines = [
        *(_strong(rng, kind, code) for code in strong),
        *({"capability": code, "level": rng.randint(1, 2)} for code in common),
        *({"capability": code, "stance": "weakness"} for code in weak),
    ]
    return [{**line, "confirmed_at": confirmed} for line in lines]


def _strong(rng: Random, kind: Kind, code: str) -> Line:
    level = rng.choices([1, 2, 3, 4], [10, 30, 40, 20])[0]
    if code == "pmo" and kind.code == "shinkin_bank":
        level = min(level, 3)  # the tour's shinkin bank is the one that can teach this
    stance = "strength" if level >= 3 and rng.random() < 0.4 else "neutral"
    return {"capability": code, "level": level, "stance": stance}
