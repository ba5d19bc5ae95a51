"""The teams that sections are opened to: owner and participants of one case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from casebook.models import Case, Participant
from casebook.transfer.keys import TO_COME
from network.models import Team, TeamMember
from network.transfer.reading import Line


def teams_of_cases() -> dict[str, int]:
    """Every case's team, by the case's external id; of several cases with one team the first id comes last."""
    found = Case.objects.exclude(team=None).order_by("-external_id")
    return {reference: team for reference, team in found.values_list("external_id", "team_id") if team}


def make_teams(lines: Sequence[Line], present: Mapping[str, Case]) -> dict[str, int]:
    """Teams for the cases whose lines open a section to one, by the case's external id: new ones where none is."""
    found: dict[str, int] = {}
    wanting: dict[str, Team] = {}
    for line in lines:
        if not _opens_to_team(line.fields):
            continue
        reference = line.fields["id"]
        case = present.get(reference)
        if case and case.team_id:
            found[reference] = case.team_id
        else:
            wanting[reference] = Team(name=line.fields["title"])
    Team.objects.bulk_create(wanting.values())
    return found | {reference: team.pk for reference, team in wanting.items()}


def keep_teams(cases: Iterable[Case]) -> None:
    """Let the teams of these cases be their owners and participants. A team that worked on an engagement is never a
    case's own (see `casebook.actions.born`), and stays as it is."""
    teams = {case.team_id: case for case in cases if case.team_id}
    wanted = {(team, case.owner_id) for team, case in teams.items()}
    of_case = {case.pk: team for team, case in teams.items()}
    took = Participant.objects.filter(case__in=of_case).values_list("case", "organization")
    wanted |= {(of_case[case], organization) for case, organization in took}
    rows = TeamMember.objects.filter(team__in=teams).values_list("pk", "team", "organization")
    present = {(team, organization): pk for pk, team, organization in rows}
    TeamMember.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    missing = sorted(wanted - present.keys())
    TeamMember.objects.bulk_create([TeamMember(team_id=team, organization_id=pk) for team, pk in missing])


def _opens_to_team(fields: Mapping[str, Any]) -> bool:
    return any(key.startswith(TO_COME) for section in fields["sections"] for key in section.grants or ())
