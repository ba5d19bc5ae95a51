"""Verbs of matching: each is atomic and says who did it."""

import hashlib
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from matching.answer import Answer, answer, as_json, confidences_of, drop_differences, levels_of, relaxations
from matching.facts import need_facts, network
from matching.models import Need, Proposal, Requirement
from matching.weights import PROFILES
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
        )
        for position, wanted in enumerate(requirements)
    )
    need.must_include.set(must_include)
    need.exclude.set(exclude)
    if suppliers is not None:
        need.suppliers.set(suppliers)
    return need


def make_proposal(
    need: Need, *, by: User, top: int = SHOWN_TEAMS, diverse: bool = True, time_limit: float = PAGE_TIME_LIMIT
) -> Proposal:
    """Run the matcher on the registry as it is now and keep the answer.

    Raises PermissionDenied unless `by` may change the need. The search runs outside any transaction:
    it only reads, and a long search must not hold the database.
    """
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied
    facts = need_facts(need)
    given = answer(
        facts,
        network(timezone.localdate(), need.lab, facts.must_include),
        top=top,
        weights=PROFILES["default"],
        time_limit=time_limit,
        diverse=diverse,
    )
    earlier = need.proposals.first()
    result = as_json(given)
    named = {member for team in result["teams"] for member in team["members"]}
    if earlier:
        named |= {member for team in earlier.result["teams"] for member in team["members"]}
    result["requirements"] = [asdict(requirement) for requirement in given.need.requirements]
    result["levels"] = levels_of(given, named)
    result["confidences"] = confidences_of(given, named)
    result["drops"] = drop_differences(given)
    result["relax"] = relaxations(given)
    return Proposal.objects.create(
        need=need,
        made_by=by,
        engine=result["engine"],
        weights=f"{given.weights.name}/{given.weights.version}",
        registry_version=given.network.version,
        inputs_hash=inputs_hash(given),
        result=result,
    )


def inputs_hash(given: Answer) -> str:
    """A fingerprint of everything the answer depends on."""
    facts = (
        given.need.title,
        given.need.prefecture,
        given.need.industry,
        given.need.requirements,
        sorted(given.need.lead_kinds or ()),
        given.need.lead_min_suitability,
        given.need.max_size,
        sorted(given.need.must_include),
        sorted(given.need.exclude),
        given.need.max_hops,
        given.weights,
        given.network.version,
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()
