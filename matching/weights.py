"""The named profiles of the objective's weights: versioned data, and how far a facilitator may change them for one run.

A changed value in `PROFILES` needs a new version: a stored run keeps the values it was made with.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.core.model import Weights
from network.transfer.shapes import Refusal

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """One answer to what matters most, with its name and what it does, in words."""

    weights: Weights
    name: Promise
    says: Promise


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a weight may be set, both ends included."""

    least: float
    most: float
    name: Promise


NAMED = (
    Profile(
        Weights(),
        gettext_lazy("既定"),
        gettext_lazy("要件の充足を最も重く、距離・空き・偏り・組んだ実績をほどよく見ます。"),
    ),
    Profile(
        Weights(name="regional", hop=0.05, hop_cap=6, cohesion=0.03),
        gettext_lazy("地域優先"),
        gettext_lazy("企業に近い機関を優先します。県境を一つ越えるごとの負担を既定の2.5倍に数えます。"),
    ),
    Profile(
        Weights(name="track_record", lead=0.2, cohesion=0.09, exposure=0.02),
        gettext_lazy("実績優先"),
        gettext_lazy("主担当の適性と、主担当と組んだ実績を優先します。"),
    ),
    Profile(
        Weights(name="new_combinations", cohesion=0.0, exposure=0.09),
        gettext_lazy("新しい組み合わせ"),
        gettext_lazy("組んだ実績を問わず、最近提案されていない機関を優先します。"),
    ),
)
BY_NAME: Mapping[str, Profile] = {profile.weights.name: profile for profile in NAMED}
PROFILES: Mapping[str, Weights] = {name: profile.weights for name, profile in BY_NAME.items()}
NAMES = tuple(PROFILES)

BOUNDS: Mapping[str, Bounds] = {
    "lead": Bounds(0.0, 0.5, gettext_lazy("主担当の適性")),
    "size": Bounds(0.0, 0.2, gettext_lazy("機関が一つ増える負担")),
    "hop": Bounds(0.0, 0.1, gettext_lazy("県境一つの負担")),
    "hop_cap": Bounds(0, 10, gettext_lazy("距離を数える上限")),
    "unavailability": Bounds(0.0, 0.2, gettext_lazy("空きの少なさ")),
    "exposure": Bounds(0.0, 0.2, gettext_lazy("提案の偏り")),
    "industry": Bounds(0.0, 0.2, gettext_lazy("業種の経験がない負担")),
    "cohesion": Bounds(0.0, 0.2, gettext_lazy("組んだ実績の不足")),
    "open_weakness": Bounds(0.0, 1.0, gettext_lazy("補われない弱み")),
}


def adjusted(profile: str, changes: Mapping[str, float]) -> Weights:
    """The profile with some weights changed; raises Refusal for an unknown name or a value out of bounds."""
    problems = []
    for name, value in changes.items():
        if name not in BOUNDS:
            problems.append((name, _("この名前の重みはありません。")))
        elif not BOUNDS[name].least <= value <= BOUNDS[name].most:
            told = {"least": BOUNDS[name].least, "most": BOUNDS[name].most}
            problems.append((name, _("%(least)gから%(most)gの数値で書いてください。") % told))
        elif name == "hop_cap" and value != int(value):
            problems.append((name, _("整数で書いてください。")))
    if problems:
        raise Refusal(*problems)
    values: dict[str, Any] = {name: _number(name, value) for name, value in changes.items()}
    return replace(PROFILES[profile], **values)


def _number(name: str, value: float) -> float | int:
    return int(value) if name == "hop_cap" else float(value)


def values_of(weights: Weights) -> dict[str, float]:
    """The numbers by name."""
    given = asdict(weights)
    return {name: given[name] for name in BOUNDS}


def adjusted_names(weights: Weights) -> list[str]:
    """Which weights differ from the profile whose name they carry."""
    profile = PROFILES.get(weights.name, Weights())
    usual = values_of(profile)
    return [name for name, value in values_of(weights).items() if value != usual[name]]


def label(weights: Weights) -> str:
    """As it is kept with a run: name and version, and a plus where something was changed."""
    return f"{weights.name}/{weights.version}" + ("+" if adjusted_names(weights) else "")
