"""The only place that turns rows into what the matcher computes with."""

import hashlib
from collections import defaultdict
from datetime import date
from functools import cache
from typing import TypeVar

from django.db.models import F, Q

from matching.core import model as core
from matching.core.places import hop_table
from matching.models import Need
from network.believing.evidence import CONFIRMED, Confidences
from network.codes import prefecture_links, primary_doctor_kinds
from network.graph.strength import strength
from network.models import Capability, Collaboration, Lab, Office, Organization, OrganizationIndustry, Rating
from network.vocabulary import LEAD_CAPABILITY, MAX_LEVEL, CapacityStatus, Stance

DEFAULT_MAX_REQUIREMENTS = 3
Number = TypeVar("Number", int, float)
AVAILABILITY: dict[str, float] = {CapacityStatus.OPEN: 1.0, CapacityStatus.LIMITED: 0.5}


@cache
def prefecture_hops() -> dict[str, dict[str, int]]:
    """Hops between all prefectures; the graph never changes while the process lives."""
    return hop_table(prefecture_links())


def lead_suitability(kind: str, pmo_level: int) -> float:
    """How suited an organization is to lead, in [0, 1]: half for a 主治医 kind, half for its PMO level."""
    return 0.5 * (kind in primary_doctor_kinds()) + 0.5 * max(pmo_level, 0) / MAX_LEVEL


def network(today: date, lab: Lab | None = None, demanded: frozenset[str] = frozenset()) -> core.Network:
    """The active registry as of `today`, in the order of external ids; its version is a fingerprint of all of it.

    For a lab, declared weaknesses count only where the lab's facilitators may know them: otherwise scores would
    tell what profiles hide. At the operator's console (no lab) all count. Organizations that are `demanded` by a
    need are there even when they are inactive, but never available.
    """
    levels, confidences = _declared(lab, today)
    industries: dict[int, set[str]] = defaultdict(set)
    for pk, industry in OrganizationIndustry.objects.values_list("organization_id", "industry"):
        industries[pk].add(industry)
    offices: dict[int, list[tuple[str, bool, bool]]] = defaultdict(list)
    placed = Office.objects.order_by("pk").values_list("organization_id", "prefecture", "on_site", "remote")
    for pk, prefecture, on_site, remote in placed:
        offices[pk].append((prefecture, on_site, remote))
    rows = Organization.objects.filter(Q(is_active=True) | Q(external_id__in=demanded)).order_by("external_id")
    organizations = tuple(
        _organization(row, levels[row.pk], confidences[row.pk], frozenset(industries[row.pk]), offices[row.pk])
        for row in rows
    )
    strengths = _strengths(today)
    return core.Network(organizations, strengths, prefecture_hops(), _fingerprint(organizations, strengths))


def need_facts(need: Need) -> core.Need:
    """A stored need as the matcher reads it."""
    return core.Need(
        title=need.title,
        prefecture=need.prefecture,
        industry=need.industry,
        requirements=tuple(
            core.Requirement(row.capability.code, row.phase, row.level, row.weight, row.must)
            for row in need.requirements.select_related("capability")
        ),
        lead_kinds=frozenset(need.lead_kinds) if need.lead_kinds else None,
        lead_min_suitability=need.lead_min_suitability,
        max_size=need.max_size,
        must_include=frozenset(need.must_include.values_list("external_id", flat=True)),
        exclude=frozenset(need.exclude.values_list("external_id", flat=True)),
        max_hops=need.max_hops,
    )


def _declared(lab: Lab | None, today: date) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, float]]]:
    """Levels by organization and capability, and how far those above 0 are believed; what is not there counts full."""
    levels: dict[int, dict[str, int]] = defaultdict(dict)
    confidences: dict[int, dict[str, float]] = defaultdict(dict)
    believed = Confidences(today)
    ratings = Rating.objects.order_by()
    if lab:
        ratings = ratings.filter(
            ~Q(stance=Stance.WEAKNESS) | Q(organization__in=Organization.objects.weaknesses_known_in(lab))
        )
    codes = dict(Capability.objects.values_list("pk", "code"))
    for pk, capability, level, stance, stated, confirmed in ratings.values_list(
        "organization_id", "capability_id", "level", "stance", "stated_confidence", CONFIRMED
    ):
        if stance == Stance.WEAKNESS:
            levels[pk][codes[capability]] = core.WEAKNESS
        elif level:
            levels[pk][codes[capability]] = level
            confidence = believed.of(pk, capability, level, confirmed) if stated is None else stated
            if confidence < 1:
                confidences[pk][codes[capability]] = confidence
    return levels, confidences


def _organization(
    row: Organization,
    levels: dict[str, int],
    confidence: dict[str, float],
    industries: frozenset[str],
    offices: list[tuple[str, bool, bool]],
) -> core.Organization:
    # An office is a place of its own where people go out from it; one that works from afar only is near nobody.
    places = [row.prefecture, *(prefecture for prefecture, on_site, _remote in offices if on_site)]
    # A statement about capacity that has run out counts on: unknown is not unavailable, and the page marks it.
    accepts = row.is_active and CapacityStatus(row.capacity_status).accepts
    return core.Organization(
        id=row.external_id,
        kind=row.kind,
        prefectures=tuple(dict.fromkeys(places)),
        levels=levels,
        confidence=confidence,
        max_requirements=_stated(row.stated_max_requirements, DEFAULT_MAX_REQUIREMENTS),
        slots=row.capacity_slots if accepts else 0,
        availability=_stated(row.stated_availability, AVAILABILITY.get(row.capacity_status, 0.0)),
        exposure=_stated(row.stated_exposure, 0.0),
        lead_suitability=_stated(
            row.stated_lead_suitability, lead_suitability(row.kind, levels.get(LEAD_CAPABILITY, 0))
        ),
        remote=row.remote or any(remote for _prefecture, _on_site, remote in offices),
        industries=industries,
    )


def _stated(stated: Number | None, computed: Number) -> Number:
    return computed if stated is None else stated


def _strengths(today: date) -> dict[frozenset[str], float]:
    rows = Collaboration.objects.filter(first__is_active=True, second__is_active=True).values_list(
        F("first__external_id"), F("second__external_id"), "engagements", "last", "stated_strength"
    )
    return {
        frozenset((first, second)): _stated(stated, strength(engagements, last, today))
        for first, second, engagements, last, stated in rows
    }


def _fingerprint(organizations: tuple[core.Organization, ...], strengths: dict[frozenset[str], float]) -> str:
    digest = hashlib.sha256()
    for organization in organizations:
        facts = (
            organization.id,
            organization.kind,
            organization.prefectures,
            sorted(organization.levels.items()),
            sorted(organization.confidence.items()),
            organization.max_requirements,
            organization.slots,
            organization.availability,
            organization.exposure,
            organization.lead_suitability,
            organization.remote,
            sorted(organization.industries),
        )
        digest.update(repr(facts).encode())
    for pair in sorted(tuple(sorted(pair)) for pair in strengths):
        digest.update(repr((pair, strengths[frozenset(pair)])).encode())
    return digest.hexdigest()
