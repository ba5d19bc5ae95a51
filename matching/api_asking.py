"""What a request for proposals may ask for: how many teams, with which weights, for how long, under which key."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from matching.models import Need, Run
from matching.weights import PROFILES, adjusted
from network.transfer.shapes import Refusal, Shape, flag, number, one_of, refuse, whole

MOST_TEAMS = 10
LONGEST = 60.0
"""Seconds that one request may search."""


def asked(sent: Any, need: Need) -> dict[str, Any]:
    """The options of `actions.make_proposal`; raises Refusal with every mistake."""
    options: dict[str, Any] = Shape(
        optional={
            "top": whole(1, MOST_TEAMS),
            "diverse": flag,
            "time_limit": number(0.1, LONGEST),
            "weights": Shape(
                optional={"profile": one_of(PROFILES, called=_("重みの組")), "adjust": _numbers},
            ),
            "run": _key,
        }
    )(sent)
    if given := options.pop("weights", None):
        options["weights"] = _weights(given, need)
    return options


def _weights(given: dict[str, Any], need: Need) -> Any:
    try:
        return adjusted(given.get("profile", need.weights), given.get("adjust", {}))
    except Refusal as refusal:
        raise Refusal(*refusal.under("weights.adjust")) from None


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        raise refuse(_("名前と数値の組で書いてください。"))
    problems: list[tuple[str, str]] = []
    found: dict[str, float] = {}
    for name, each in value.items():
        try:
            found[name] = number(-1e9, 1e9)(each)
        except Refusal as refusal:
            problems += refusal.under(name)
    if problems:
        raise Refusal(*problems)
    return found


def _key(value: Any) -> UUID:
    try:
        found = UUID(value)
    except (TypeError, ValueError, AttributeError):
        raise refuse(_("鍵はUUIDで書いてください。")) from None
    if Run.objects.filter(key=found).exists():
        raise refuse(_("この鍵はもう使われています。新しいUUIDにしてください。"))
    return found
