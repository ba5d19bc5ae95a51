"""Verbs of matching: each is atomic and says who did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from matching import exposing, running
from matching.answer import Answer, answer, as_json
from matching.core.model import Weights
from matching.core.progress import Watch, unwatched
from matching.explained import kept
from matching.facts import need_facts, network
from matching.inputs import need_from_json
from matching.models import Need, Proposal, Requirement, Run
from matching.vocabulary import RunState
from matching.weights import PROFILES, label
from network.access import lab_ids_facilitated_by
from network.models import Capability, Organization, User

SHOWN_TEAMS = 3
PAGE_TIME_LIMIT = 20.0
"""Seconds after which a page shows the best teams so far and the gap instead of a proof."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement as a form or a file gives it."""

    capability: Capability
    phase: str
    level: int
    weight: float
    must: bool
    locked: Organization | None = None
    keeps_lock: bool = True
    """Where `locked` is None: whether a lock that the stored requirement has stays."""


@transaction.atomic
def save_need(
    need: Need,
    *,
    requirements: list[Wanted],
    must_include: list[Organization],
    exclude: list[Organization],
    suppliers: list[Organization] | None = None,
    by: User,
) -> Need:
    """Store a need with its requirements in their order; replaces what was there. `suppliers` None keeps them.

    Raises PermissionDenied unless `by` facilitates for the need's lab (the old one and the new),
    ValidationError for bad fields.
    """
    if not lab_ids_facilitated_by(by).filter(lab=need.lab).exists():
        raise PermissionDenied
    if need.pk and not Need.objects.editable_by(by).filter(pk=need.pk).exists():
        raise PermissionDenied
    need.created_by = need.created_by or by
    need.full_clean()
    need.save()
    _replace_requirements(need, requirements)
    need.must_include.set(must_include)
    need.exclude.set(exclude)
    if suppliers is not None:
        need.suppliers.set(suppliers)
    return need


def make_proposal(
    need: Need,
    *,
    by: User,
    top: int = SHOWN_TEAMS,
    diverse: bool = True,
    time_limit: float = PAGE_TIME_LIMIT,
    weights: Weights | None = None,
    run: UUID | None = None,
) -> Proposal:
    """Run the matcher on the registry as it is now and keep the answer.

    `weights` None takes the need's own profile. Under `run` a key of the caller's own says how far it is, and
    `cancel_run` with it ends the search with the best teams so far. Raises PermissionDenied unless `by` may change
    the need, RunTaken for a key in use. The search runs outside any transaction: it only reads, and a long search
    must not hold the database.
    """
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied
    if run is None:
        return _proposed(need, by, Asked(top, diverse, time_limit, weights or PROFILES[need.weights]))
    telling = running.begin(need, run, by=by)
    asked = Asked(top, diverse, time_limit, weights or PROFILES[need.weights], telling.cancelled, telling.watch)
    try:
        made = _proposed(need, by, asked)
    except Exception:
        telling.ended(None, RunState.FAILED)
        raise
    telling.ended(made, RunState.CANCELLED if made.result["stopped"] == "cancelled" else RunState.DONE)
    return made


def _replace_requirements(need: Need, requirements: list[Wanted]) -> None:
    held = need.requirements.filter(locked__isnull=False).values_list("capability", "phase", "locked")
    locks = {(capability, phase): organization for capability, phase, organization in held}
    need.requirements.all().delete()
    Requirement.objects.bulk_create(
        Requirement(
            need=need,
            capability=wanted.capability,
            phase=wanted.phase,
            level=wanted.level,
            weight=wanted.weight,
            must=wanted.must,
            position=position,
            locked_id=_lock(wanted, locks),
        )
        for position, wanted in enumerate(requirements)
    )


def _lock(wanted: Wanted, locks: Mapping[tuple[int, str], int]) -> int | None:
    if wanted.locked is None and wanted.keeps_lock:
        return locks.get((wanted.capability.pk, wanted.phase))
    return wanted.locked.pk if wanted.locked else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run is asked for."""

    top: int
    diverse: bool
    time_limit: float
    weights: Weights
    cancelled: Callable[[], bool] = lambda: False
    watch: Watch = unwatched


def _proposed(need: Need, by: User, asked: Asked) -> Proposal:
    facts = need_facts(need)
    registry = network(timezone.localdate(), need.lab, facts.required)
    given = answer(
        facts,
        registry,
        top=asked.top,
        weights=asked.weights,
        time_limit=asked.time_limit,
        diverse=asked.diverse,
        cancelled=asked.cancelled,
        watch=asked.watch,
    )
    return _kept(need, by, given)


def _kept(need: Need, by: User, given: Answer) -> Proposal:
    """The answer stored with what explains it later."""
    earlier = need.proposals.first()
    teams = earlier.result["teams"] if earlier else []
    result = kept(given, {member for team in teams for member in team["members"]})
    exposing.note(need, timezone.localdate(), result)
    return Proposal.objects.create(
        need=need,
        made_by=by,
        engine=result["engine"],
        weights=label(given.weights),
        registry_version=given.network.version,
        inputs_hash=result["run"]["inputs"],
        result=result,
    )


def cancel_run(run: Run, *, by: User) -> None:
    """Call a run off: it ends soon, with the best teams so far. Nothing happens to one that has ended."""
    if not Need.objects.editable_by(by).filter(pk=run.need_id).exists():
        raise PermissionDenied
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(cancelled=True)


@dataclass(frozen=True, slots=True)
class Rerun:
    """A stored run, run again on the registry of today."""

    same_inputs: bool
    """Whether need, weights, engine and registry are what they were; only then must the answer be."""
    same_answer: bool


def rerun(proposal: Proposal, *, by: User) -> Rerun:
    """Run again what a stored proposal was asked, and say whether the answer is the same; keeps nothing.

    Raises PermissionDenied unless `by` may change the need.
    """
    if not Need.objects.editable_by(by).filter(pk=proposal.need_id).exists():
        raise PermissionDenied
    past = proposal.result
    facts = need_from_json(past["inputs"])
    weights = replace(PROFILES.get(past["weights"]["profile"], Weights()), **past["weights"]["values"])
    given = answer(
        facts,
        network(timezone.localdate(), proposal.need.lab, facts.required),
        top=past["run"]["top"],
        weights=weights,
        time_limit=past["limit"],
        diverse=past["diverse"],
    )
    again = as_json(given)
    same = [team["members"] for team in again["teams"]] == [team["members"] for team in past["teams"]]
    same = same and [team["score"] for team in again["teams"]] == [team["score"] for team in past["teams"]]
    return Rerun(again["run"]["inputs"] == proposal.inputs_hash, same)
