"""Different proposals beside a team that leaves nothing open: whoever joins it only makes it larger."""

from dataclasses import replace

import numpy as np
import pytest

from matching.core.contest import Contest
from matching.core.exhaustive import propose_by_enumeration
from matching.core.model import Organization, Weights
from matching.core.nearness import Nearness
from matching.core.ranking import APART
from matching.core.reading import table_of
from matching.core.solver import propose


def beside_a_perfect_team(registry, count, seed):
    """(need, network): three who cover everything together, the only possible lead among them."""
    need, network = registry(count, seed)
    needed = [item.capability for item in need.requirements]
    perfect = [
        Organization(
            id=f"perfect-{number}",
            kind="lead" if number == 0 else "x",
            prefectures=("3",),
            levels=dict.fromkeys(needed[number::3], 4),
            max_requirements=3,
            availability=1.0,
            lead_suitability=1.0,
            industries=frozenset("A"),
        )
        for number in range(3)
    ]
    asked = replace(need, lead_kinds=frozenset({"lead"}), max_size=5)
    return asked, replace(network, organizations=(*network.organizations, *perfect))


@pytest.mark.parametrize("seed", range(6))
def test_it_equals_enumeration(registry, seed):
    need, network = beside_a_perfect_team(registry, 16, seed)
    found = propose(need, network, Weights(), 5, diverse=True)
    assert found.teams == propose_by_enumeration(need, network, Weights(), 5, diverse=True).teams
    assert found.optimal


def test_the_perfect_team_with_anybody_more_is_not_gone_through(registry, monkeypatch):
    need, network = beside_a_perfect_team(registry, 3_000, 2)
    entered = []
    real = Contest.enter

    def counted(self, table, rows):
        entered.append(rows)
        return real(self, table, rows)

    monkeypatch.setattr(Contest, "enter", counted)
    found = propose(need, network, Weights(), 5, diverse=True)
    assert found.optimal
    assert {f"perfect-{number}" for number in range(3)} == set(found.teams[0].members)
    assert len(entered) < 400  # 1,823 where teams too near are gone through


def test_near_is_what_is_not_apart_under_the_same_lead(registry):
    need, network = beside_a_perfect_team(registry, 8, 2)
    table = table_of(need, network, Weights())
    chosen = propose(need, network, Weights(), 1).teams
    lead, *others = (
        table.row(member) for member in (chosen[0].lead, *sorted(set(chosen[0].members) - {chosen[0].lead}))
    )
    team = {lead, *others}
    candidates = np.array([[row for row in range(len(table)) if row not in {lead, others[0]}]])
    near = Nearness(table, chosen).with_one_more(np.array([[lead, others[0]]]), candidates)
    for row, found in zip(candidates[0].tolist(), near[0].tolist(), strict=True):
        here = {lead, others[0], row}
        assert found == (max(len(here - team), len(team - here)) < APART)
    assert not Nearness(table, chosen).with_one_more(np.array([[others[0], lead]]), candidates).any()
