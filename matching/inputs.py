"""Everything a run was computed from, kept with it: so it can be run again, and two runs compared by one hash."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from matching.core import model as core
from matching.weights import values_of

ENGINE = "branch-and-bound/2"
"""Changes with anything that could change an answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the matcher beside the need and the registry."""

    weights: core.Weights
    top: int
    diverse: bool


def need_as_json(need: core.Need) -> dict[str, Any]:
    """A need as the matcher read it."""
    return {
        "title": need.title,
        "prefecture": need.prefecture,
        "industry": need.industry,
        "requirements": [
            [item.capability, item.phase, item.level, item.weight, item.must] for item in need.requirements
        ],
        "lead_kinds": None if need.lead_kinds is None else sorted(need.lead_kinds),
        "lead_min_suitability": need.lead_min_suitability,
        "max_size": need.max_size,
        "must_include": sorted(need.must_include),
        "exclude": sorted(need.exclude),
        "max_hops": need.max_hops,
        "remote": need.remote,
        "locked": [list(lock) for lock in sorted(need.locked)],
        "forbidden_ties": sorted(need.forbidden_ties),
    }


def need_from_json(kept: dict[str, Any]) -> core.Need:
    """The need that `need_as_json` wrote down."""
    return core.Need(
        title=kept["title"],
        prefecture=kept["prefecture"],
        industry=kept["industry"],
        requirements=tuple(core.Requirement(*item) for item in kept["requirements"]),
        lead_kinds=None if kept["lead_kinds"] is None else frozenset(kept["lead_kinds"]),
        lead_min_suitability=kept["lead_min_suitability"],
        max_size=kept["max_size"],
        must_include=frozenset(kept["must_include"]),
        exclude=frozenset(kept["exclude"]),
        max_hops=kept["max_hops"],
        remote=kept["remote"],
        locked=tuple((seat, owner) for seat, owner in kept["locked"]),
        forbidden_ties=frozenset(kept["forbidden_ties"]),
    )


def inputs_hash(need: core.Need, registry_version: str, question: Question) -> str:
    """SHA-256 over everything the answer depends on."""
    facts = {
        "engine": ENGINE,
        "need": need_as_json(need),
        "registry": registry_version,
        "weights": [question.weights.name, question.weights.version, values_of(question.weights)],
        "top": question.top,
        "diverse": question.diverse,
    }
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
