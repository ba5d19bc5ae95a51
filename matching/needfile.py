"""NEED.json: a need as a file or an API client gives it."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matching.core import model as core
from matching.vocabulary import MAX_REQUIREMENTS
from matching.weights import PROFILES
from network.codes import DEMAND_LAYERS, INDUSTRIES, KINDS, PHASES, PREFECTURES
from network.models import Capability, Municipality, Organization
from network.transfer.shapes import Refusal, Shape, flag, list_of, nullable, number, one_of, refuse, text, whole
from network.vocabulary import MAX_LEVEL, TieKind

IDENTIFIER = text(64)


def need_shape(organizations: QuerySet[Organization] | None = None) -> Shape:
    """What a NEED.json may say; capabilities and organizations are those of the registry as it is now.

    With `organizations` it may name only these: for a writer who may not see them, the others do not exist.
    """
    known = (Organization.objects.all() if organizations is None else organizations).filter(is_active=True)
    return Shape(
        required={"title": text(120), "client": _client(), "requirements": _requirements()},
        optional={
            "lead": nullable(_lead()),
            "max_size": whole(1, 6),
            "must_include": list_of(IDENTIFIER),
            "exclude": list_of(IDENTIFIER),
            "suppliers": list_of(IDENTIFIER),
            "max_hops": nullable(whole(0, 46)),
            "remote": flag,
            "forbidden_ties": list_of(one_of(TieKind.values, called=_("利害関係の種類"))),
            "weights": one_of(PROFILES, called=_("重みの組")),
        },
        make=partial(_of_known_organizations, known),
    )


def weight(value: Any) -> float:
    """A positive number; the need normalises its weights to the sum 1."""
    found: float = number(0.0, 1e9)(value)
    if found <= 0:
        raise refuse(_("0より大きい数値で書いてください。"))
    return found


def _client() -> Shape:
    return Shape(
        required={"prefecture": one_of(PREFECTURES, called=_("都道府県"))},
        optional={
            "municipality": nullable(text(6)),
            "industry": nullable(one_of(INDUSTRIES, called=_("業種"))),
            "employees": nullable(whole(0, 1_000_000)),
            "stage": nullable(whole(1, 4)),
            "demand": nullable(one_of(DEMAND_LAYERS, called=_("需要の層"))),
        },
        make=_same_place,
    )


def _lead() -> Shape:
    return Shape(
        optional={
            "kinds": nullable(list_of(one_of(KINDS, called=_("機関の種類")), at_least=1)),
            "min_suitability": nullable(number(0.0, 1.0)),
        }
    )


def _requirement() -> Shape:
    return Shape(
        required={
            "capability": one_of(frozenset(Capability.objects.values_list("code", flat=True)), called=_("支援領域")),
            "phase": one_of(PHASES, called=_("局面")),
            "level": whole(1, MAX_LEVEL),
            "weight": weight,
        },
        optional={"must": flag, "locked": nullable(IDENTIFIER)},
    )


def _requirements() -> Any:
    lines = list_of(_requirement(), unique=False, at_least=1)

    def check(value: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = lines(value)
        if len(found) > MAX_REQUIREMENTS:
            raise refuse(_("要件は%(n)d件までです。") % {"n": MAX_REQUIREMENTS})
        return found

    return check


def _same_place(client: dict[str, Any]) -> dict[str, Any]:
    code = client.get("municipality")
    if code:
        place = Municipality.objects.filter(code=code[:5]).first()
        if place is None or (len(code) == 6 and code[5] != place.check_digit):
            raise Refusal(("municipality", _("市区町村コード「%(code)s」は登録されていません。") % {"code": code}))
        if place.prefecture != client["prefecture"]:
            raise Refusal(
                ("municipality", _("市区町村が都道府県「%(code)s」の中にありません。") % {"code": client["prefecture"]})
            )
        client["municipality"] = place.code
    return client


def _of_known_organizations(organizations: QuerySet[Organization], given: dict[str, Any]) -> dict[str, Any]:
    """The lists name organizations that are known here, and none is both included and excluded."""
    include, exclude, suppliers = (given.get(name, []) for name in ("must_include", "exclude", "suppliers"))
    locked = {position: line["locked"] for position, line in enumerate(given["requirements"]) if line.get("locked")}
    named = organizations.filter(external_id__in=[*include, *exclude, *suppliers, *locked.values()])
    known = set(named.values_list("external_id", flat=True))
    problems = [
        (f"{name}[{position}]", _("機関「%(id)s」は登録されていません。") % {"id": identifier})
        for name, listed in (("must_include", include), ("exclude", exclude), ("suppliers", suppliers))
        for position, identifier in enumerate(listed)
        if identifier not in known
    ]
    problems += [
        ("exclude", _("機関「%(id)s」が must_include と exclude の両方にあります。") % {"id": identifier})
        for identifier in include
        if identifier in exclude
    ]
    problems += [
        (f"requirements[{position}].locked", _("機関「%(id)s」は登録されていません。") % {"id": identifier})
        for position, identifier in locked.items()
        if identifier not in known
    ]
    if problems:
        raise Refusal(*problems)
    return given


def industry_major(code: str | None) -> str:
    """The JSIC major of a major or middle class; empty when unknown."""
    return (INDUSTRIES[code].fields["parent"] or code) if code else ""


def core_need(given: dict[str, Any]) -> core.Need:
    """The checked object as the matcher reads it."""
    lead = given.get("lead") or {}
    return core.Need(
        title=given["title"],
        prefecture=given["client"]["prefecture"],
        industry=industry_major(given["client"].get("industry")),
        requirements=tuple(
            core.Requirement(line["capability"], line["phase"], line["level"], line["weight"], line.get("must", False))
            for line in given["requirements"]
        ),
        lead_kinds=frozenset(lead["kinds"]) if lead.get("kinds") else None,
        lead_min_suitability=lead.get("min_suitability") or 0.0,
        max_size=given.get("max_size", 6),
        must_include=frozenset(given.get("must_include", [])),
        exclude=frozenset(given.get("exclude", [])),
        max_hops=given.get("max_hops"),
        remote=given.get("remote", True),
        locked=tuple((seat, line["locked"]) for seat, line in enumerate(given["requirements"]) if line.get("locked")),
        forbidden_ties=frozenset(given.get("forbidden_ties", [])),
    )
