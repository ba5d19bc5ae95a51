"""Which interests put a proposal's neutrality in doubt: a rule, written down, without judgement of persons.

An interest is told as a **conflict** (利益相反のおそれ)

1. when it is a fee for introductions: whoever is paid for naming somebody is not neutral, whatever both do here;
2. when capital, resale or a group binds an organization that *decides* to one that *sells*.

Any other interest in force is told as a **fact** (事実), one that has ended as a **past** fact for a year.

Who *decides*: the lead, and who owns a requirement of project management (PMO) or of the phase 調達, in which the
outside partner is chosen. Who *sells*: who owns any other requirement of a phase whose work the client pays for as a
delivery (開発, 運用, 教育・定着: the phases that a vendor leads in the bank's model), and who supplies the client now.
The score knows nothing of all this: a client may want exactly this team, but must know.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

PAST_SHOWN = timedelta(days=365)
"""How long an interest is told after it ended."""

FEE = "referral_fee"
PMO = "pmo"
CHOOSING_PHASE = "procurement"
DELIVERING_PHASES = frozenset({"development", "operation", "training"})


class Standing(StrEnum):
    """How an interest is told; in the order in which a page shows them."""

    CONFLICT = "conflict"
    FACT = "fact"
    PAST = "past"


class Reason(StrEnum):
    """Why an interest is a conflict."""

    NONE = ""
    FEE = "fee"
    DELIVERS = "delivers"
    SUPPLIES = "supplies"


@dataclass(frozen=True, slots=True)
class Role:
    """What an organization does in a team, as far as neutrality is concerned."""

    decides: bool = False
    delivers: bool = False
    supplies: bool = False
    """Supplies the client today, whether it is in the team or not."""


@dataclass(frozen=True, slots=True)
class Finding:
    standing: Standing
    reason: Reason = Reason.NONE


def weigh(kind: str, one: Role, other: Role, *, ended: bool = False) -> Finding:
    """What an interest of this kind between two such organizations is; the order of the two does not matter."""
    if ended:
        return Finding(Standing.PAST)
    if kind == FEE:
        return Finding(Standing.CONFLICT, Reason.FEE)
    bound = [seller for decider, seller in ((one, other), (other, one)) if decider.decides]
    if any(seller.delivers for seller in bound):
        return Finding(Standing.CONFLICT, Reason.DELIVERS)
    if any(seller.supplies for seller in bound):
        return Finding(Standing.CONFLICT, Reason.SUPPLIES)
    return Finding(Standing.FACT)


def roles_in(
    team: Mapping[str, Any], requirements: list[dict[str, Any]], suppliers: Collection[str]
) -> dict[str, Role]:
    """The role of every member of a stored team and of every supplier, by external id."""
    decide, deliver = {team["lead"]}, set()
    for index, owner in team["owners"].items():
        needed = requirements[int(index)]
        if needed["capability"] == PMO or needed["phase"] == CHOOSING_PHASE:
            decide.add(owner)
        elif needed["phase"] in DELIVERING_PHASES:
            deliver.add(owner)
    return {
        name: Role(decides=name in decide, delivers=name in deliver, supplies=name in suppliers)
        for name in [*team["members"], *sorted(set(suppliers) - set(team["members"]))]
    }


def ended_before(until: date | None, today: date) -> bool:
    """True when the last day of an interest has passed."""
    return until is not None and until < today
