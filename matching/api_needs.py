"""A need as the API takes it: NEED.json, the lab that answers for it, and the words it came in."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from matching import actions
from matching.actions import Wanted
from matching.models import Need
from matching.needfile import industry_major, need_shape
from matching.weights import DEFAULT
from network.access import lab_ids_facilitated_by
from network.models import Capability, Lab, Organization, User
from network.transfer.shapes import Refusal, Shape, one_of, text

BESIDE = ("lab", "text")
"""The keys that a need file does not have."""

Given = dict[str, Any]


def checked(sent: Given, need: Need, *, by: User) -> Given:
    """What was sent, complete and true to the registry; raises Refusal with every mistake."""
    ours = Q(pk__in=lab_ids_facilitated_by(by)) | Q(pk=need.lab_id)  # a co-facilitator leaves it where it is
    labs = {lab.name: lab for lab in Lab.objects.filter(ours)}
    beside = Shape(
        optional={"lab": one_of(labs, called=_("担当するラボ")), "text": text(4000, blank=True, multiline=True)}
    )
    problems: list[tuple[str, str]] = []
    given: Given = {}
    for shape, part in (
        (need_shape(Organization.objects.visible_to(by)), {name: sent[name] for name in sent if name not in BESIDE}),
        (beside, {name: sent[name] for name in BESIDE if name in sent}),
    ):
        try:
            given |= shape(part)
        except Refusal as refusal:
            problems += refusal.problems
    if not problems:
        problems = [*_repeated(given["requirements"]), *_without_lab(given, need, labs)]
    if problems:
        raise Refusal(*problems)
    return given | {"lab": labs[given["lab"]] if "lab" in given else _default_lab(need, labs)}


def _default_lab(need: Need, labs: dict[str, Lab]) -> Lab:
    return need.lab if need.pk else next(iter(labs.values()))


def _without_lab(given: Given, need: Need, labs: dict[str, Lab]) -> Iterator[tuple[str, str]]:
    if "lab" not in given and not need.pk and len(labs) > 1:
        yield "lab", _("必須です。担当するラボが複数あるので、どのラボの案件かを書いてください。")


def _repeated(lines: list[Given]) -> Iterator[tuple[str, str]]:
    """A stored need has each capability once in a phase."""
    seen: set[tuple[str, str]] = set()
    for position, line in enumerate(lines):
        if (line["capability"], line["phase"]) in seen:
            yield f"requirements[{position}].capability", _("同じ支援領域が同じ局面に2回書かれています。")
        seen.add((line["capability"], line["phase"]))


def store(need: Need, given: Given, *, by: User) -> Need:
    """Everything a need says, from a checked body; what was left out takes its default."""
    client, lead = given["client"], given.get("lead") or {}
    need.lab, need.title, need.text = given["lab"], given["title"], given.get("text", "")
    need.prefecture, need.municipality_id = client["prefecture"], client.get("municipality") or None
    need.industry, need.demand = industry_major(client.get("industry")), client.get("demand") or ""
    need.employees, need.stage = client.get("employees"), client.get("stage")
    need.lead_kinds, need.lead_min_suitability = lead.get("kinds") or [], lead.get("min_suitability") or 0.0
    need.max_size, need.max_hops = given.get("max_size", 6), given.get("max_hops")
    need.remote, need.forbidden_ties = given.get("remote", True), given.get("forbidden_ties", [])
    need.weights = given.get("weights", DEFAULT)
    return actions.save_need(
        need,
        requirements=_wanted(given["requirements"], by),
        must_include=_organizations(given.get("must_include", []), by),
        exclude=_organizations(given.get("exclude", []), by),
        suppliers=_organizations(given.get("suppliers", []), by),
        by=by,
    )


def _wanted(lines: list[Given], by: User) -> list[Wanted]:
    capabilities = Capability.objects.in_bulk({line["capability"] for line in lines}, field_name="code")
    owners = {owner.external_id: owner for owner in _organizations([line.get("locked") or "" for line in lines], by)}
    return [
        Wanted(
            capabilities[line["capability"]],
            line["phase"],
            line["level"],
            line["weight"],
            line.get("must", False),
            owners.get(line.get("locked") or ""),
            keeps_lock=False,
        )
        for line in lines
    ]


def _organizations(ids: list[str], by: User) -> list[Organization]:
    return list(Organization.objects.visible_to(by).filter(external_id__in=ids))
