"""What cases bear out: the evidence that the registry gets from the casebook, and the way back to the cases."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casebook.models import Case, Consent, Grant, Section
from casebook.vocabulary import Outcome, SectionKind
from network.access import NETWORK, PUBLIC, Reader
from network.actions import BorneOut, bear_out
from network.believing.evidence import in_force
from network.models import Capability, Evidence, Organization
from network.vocabulary import EvidenceKind

OPEN_TO_ALL = (NETWORK, PUBLIC)


def bear_out_cases(cases: Iterable[Case]) -> None:
    """Make the registry's evidence what these cases bear out now, as far as the whole network may read who took part.

    A case that is gone bears out nothing. Part of the caller's transaction; a few queries for all cases together.
    """
    bear_out(claims_of(cases))


def claims_of(cases: Iterable[Case]) -> list[BorneOut]:
    """What each of these cases bears out now, as it is stored; nothing for one that is gone."""
    references = {case.external_id for case in cases}
    stored = list(Case.objects.filter(external_id__in=references).prefetch_related("participants", "capabilities"))
    told_teams = _told_teams(stored)
    gone = references - {case.external_id for case in stored}
    nothing = [BorneOut(reference, frozenset(), timezone.localdate()) for reference in sorted(gone)]
    return [*(claim_of(case, told_teams) for case in stored), *nothing]


def claim_of(case: Case, told_teams: dict[int, date | None]) -> BorneOut:
    """The case's organizations in each of its capabilities; nothing for a failure, and nothing while the network may
    not read the section 支援体制, or the case is closed: then a confidence would tell who took part."""
    if case.pk not in told_teams or case.outcome == Outcome.FAILURE:
        return BorneOut(case.external_id, frozenset(), timezone.localdate())
    organizations = {case.owner_id, *(participant.organization_id for participant in case.participants.all())}
    pairs = {(organization, capability.pk) for organization in organizations for capability in case.capabilities.all()}
    return BorneOut(case.external_id, frozenset(pairs), day_of(case), told_teams[case.pk])


def day_of(case: Case) -> date:
    """The day from which the case ages: its publication, else the end of its year, else when it was written."""
    if case.published:
        return case.published
    return date(case.year, 12, 31) if case.year else timezone.localdate(case.created_at)


def bearing_out(organization: Organization, capability: Capability, reader: Reader) -> QuerySet[Case]:
    """The cases behind the evidence of one rating whose 支援体制 the reader may read now; hidden ones are not there."""
    evidence = Evidence.objects.filter(organization=organization, capability=capability, kind=EvidenceKind.CASE)
    references = evidence.filter(in_force(timezone.localdate())).values("reference")
    told = Section.objects.visible_to(reader).filter(kind=SectionKind.TEAM, case=OuterRef("pk"))
    return Case.objects.visible_to(reader).filter(Exists(told), external_id__in=references)


def _told_teams(cases: list[Case]) -> dict[int, date | None]:
    """The cases whose 支援体制 the network may read today, each with the last day on which it may (None: no end)."""
    grants = Grant.objects.in_force().filter(key__in=OPEN_TO_ALL)
    team = Section.objects.filter(kind=SectionKind.TEAM, case__in=Case.objects.open_to_others(), case_id__in=cases)
    granted: dict[int, list[date | None]] = {}
    for case, until in grants.filter(section__in=team).values_list("section__case_id", "until"):
        granted.setdefault(case, []).append(until)
    told = {case: None if None in days else max(filter(None, days)) for case, days in granted.items()}
    lapsing = Consent.objects.filter(case__in=told, binding=True, until__isnull=False)
    for case, until in lapsing.values_list("case_id", "until"):
        told[case] = min(filter(None, (told[case], until)))
    return told
