"""Who can still matter: organizations that no podium team can contain are left out, with proof."""

from dataclasses import dataclass, replace

import numpy as np

from .bounds import NEVER, lead_bounds, member_bounds, member_worth
from .contest import Contest
from .table import Flags, Ints, Table

DENSE = 800
"""Largest number of organizations compared pair by pair for dominance."""


@dataclass(frozen=True)
class Field:
    """What is left of the table, and in which part each organization can still appear."""

    table: Table
    leading: Flags
    joining: Flags
    """As a member who does not lead; always false for the required, who are in every team."""
    bounds: Ints
    """(n,) upper bound on the value of the teams each organization leads."""

    def only(self, kept: Ints) -> "Field":
        return Field(self.table.take(kept), self.leading[kept], self.joining[kept], self.bounds[kept])


def everybody(table: Table) -> Field:
    """The field before anybody is ruled out."""
    return Field(table, table.leads, ~table.required, np.full(len(table), -NEVER))


def reduce(contest: Contest, field: Field, theta: Ints) -> Field:
    """Drops who cannot lead, nor join, a team that reaches the podium."""
    table = replace(field.table, leads=field.leading)
    worth = member_worth(table, theta)
    leads = lead_bounds(table, theta, worth)
    smallest = int(table.required.sum())
    leading = field.leading & contest.alive(leads.bound, max(smallest, 1))
    joining = field.joining & contest.alive(member_bounds(table, worth, leads), smallest + 1)
    left = Field(field.table, leading, joining, np.minimum(leads.bound, field.bounds))
    return left.only(np.flatnonzero(leading | joining | table.required))


def undominated(field: Field, enough: int, same_lead: bool) -> Field:
    """Drops who is dominated by `enough` others.

    Where d dominates x, a team with x and without d gets better by exchanging x for d. A team
    with x then loses to as many teams as there are dominators outside it, so with enough of
    them it cannot reach the podium. With `same_lead` only pairs count whose exchange leaves the
    team's lead as it is (diverse proposals depend on the lead).
    """
    table = field.table
    if len(table) <= enough:
        return field
    field = field.only(np.flatnonzero((_before_like(table, same_lead) < enough) | table.required))
    if len(field.table) > DENSE:
        return field
    dominators = _dominators(field.table, same_lead)
    return field.only(np.flatnonzero((dominators < enough) | field.table.required))


def _tied(table: Table) -> Flags:
    tied = np.zeros(len(table), dtype=np.bool_)
    tied[table.tie_member] = tied[table.tie_lead] = True
    return tied


def _bound(table: Table) -> Flags:
    """Who may not be in a team with somebody: exchanging another for it may not be admitted."""
    bound = np.zeros(len(table), dtype=np.bool_)
    bound[table.apart_one] = True
    return bound


def _before_like(table: Table, same_lead: bool) -> Ints:
    """(n,) by how many alike but for the cost each is dominated; 0 for the tied and the required."""
    plain = np.flatnonzero(~_tied(table) & ~_bound(table) & ~table.required & ~(table.leads & same_lead))
    bonus = np.where(table.leads, table.lead_bonus, 0)
    traits = np.column_stack((table.gains, table.capacities, table.weak, table.strong, table.leads, bonus))[plain]
    kind = _alike(traits)
    order = np.lexsort((plain, table.costs[plain], kind))
    sorted_kind = kind[order]
    place = np.arange(len(order)) - np.searchsorted(sorted_kind, sorted_kind)
    before = np.zeros(len(table), dtype=np.int64)
    before[plain[order]] = place
    return before


def _alike(rows: Ints) -> Ints:
    """(n,) the same number for equal rows: hashing their bytes is quicker than sorting them."""
    data, width = rows.tobytes(), rows.shape[1] * rows.itemsize
    seen: dict[bytes, int] = {}
    numbers = (seen.setdefault(data[start : start + width], len(seen)) for start in range(0, len(data), width))
    return np.fromiter(numbers, dtype=np.int64, count=len(rows))


def _dominators(table: Table, same_lead: bool) -> Ints:
    """(n,) by how many each organization is dominated; those with ties are never counted as dominated."""
    tied = _tied(table)
    count, free = np.zeros(len(table), dtype=np.int64), ~_bound(table) & ~table.required
    for row in np.flatnonzero(~tied & ~table.required).tolist():
        cheaper = table.costs < table.costs[row]
        cheaper[:row] |= table.costs[:row] == table.costs[row]
        others = np.flatnonzero(cheaper & free & (table.capacities >= table.capacities[row]))
        better = (table.gains[others] >= table.gains[row]).all(axis=1)
        better &= (table.weak[others] <= table.weak[row]).all(axis=1)
        better &= (table.strong[others] >= table.strong[row]).all(axis=1)
        if same_lead:
            better &= ~tied[others] & ~table.leads[others] & (not table.leads[row])
        elif table.leads[row]:
            better &= table.leads[others] & (table.lead_bonus[others] >= table.lead_bonus[row])
        count[row] = better.sum()
    return count
