"""Proposals made for needs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import exposing, running
from matching.answer import Answer, answer, as_json
from matching.core import model as core
from matching.core.model import Weights
from matching.core.progress import Watch, unwatched
from matching.explained import kept
from matching.facts import need_facts, network
from matching.inputs import need_from_json
from matching.models import Need, Proposal, Run
from matching.vocabulary import RunState
from matching.weights import PROFILES, label
from network.models import User

SHOWN_TEAMS = 3
PAGE_TIME_LIMIT = 20.0
"""Seconds after which a page shows the best teams so far and the gap instead of a proof."""


def make_proposal(
    need: Need,
    *,
    by: User,
    top: int = SHOWN_TEAMS,
    diverse: bool = True,
    time_limit: float = PAGE_TIME_LIMIT,
    weights: Weights | None = None,
    run: UUID | None = None,
    keeping: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
) -> Proposal:
    """Run the matcher on the registry as it is now and keep the answer.

    `weights` None takes the need's own profile. Under `run` a key of the caller's own says how far it is, and
    `cancel_run` with it ends the search with the best teams so far. Every team has those in `keeping`, who gave their
    place to it already, and none in `without`. Raises PermissionDenied unless `by` may change the need,
    ValidationError where it asks for nothing yet, RunTaken for a key in use. The search runs outside any transaction:
    it only reads, and a long search must not hold the database.
    """
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied
    if not need.requirements.exists():
        raise ValidationError(_("まだ要件がありません。1件以上加えてから、提案をつくってください。"))
    asked = Asked(top, diverse, time_limit, weights or PROFILES[need.weights], keeping=keeping, without=without)
    if run is None:
        return _proposed(need, by, asked)
    telling = running.begin(need, run, by=by)
    asked = replace(asked, cancelled=telling.cancelled, watch=telling.watch)
    try:
        made = _proposed(need, by, asked)
    except Exception:
        telling.ended(None, RunState.FAILED)
        raise
    telling.ended(made, RunState.CANCELLED if made.result["stopped"] == "cancelled" else RunState.DONE)
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run is asked for."""

    top: int
    diverse: bool
    time_limit: float
    weights: Weights
    cancelled: Callable[[], bool] = lambda: False
    watch: Watch = unwatched
    keeping: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


def _proposed(need: Need, by: User, asked: Asked) -> Proposal:
    facts = _in_context(need_facts(need), asked)
    registry = network(timezone.localdate(), need.lab, facts.required, taken=asked.keeping)
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


def _in_context(facts: core.Need, asked: Asked) -> core.Need:
    """The need with those who stay demanded, and those who said no left out, whatever it demanded of these before."""
    if not asked.keeping and not asked.without:
        return facts
    return replace(
        facts,
        must_include=(facts.must_include - asked.without) | asked.keeping,
        exclude=(facts.exclude - asked.keeping) | asked.without,
        max_size=max(facts.max_size, len(asked.keeping)),
        locked=tuple(lock for lock in facts.locked if lock[1] not in asked.without),
    )


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
