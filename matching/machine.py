"""Invitations and teams as state machines: which verb leads from which states to which, and whose it is.

docs/teams.md has the same as tables, with what each transition needs and whom it tells.
"""

from dataclasses import dataclass
from enum import StrEnum

from matching.vocabulary import InvitationState as At
from matching.vocabulary import PlanState as Plan
from network.actions import ConflictError


class Who(StrEnum):
    """Whose a verb is."""

    FACILITATOR = "facilitator"
    EDITOR = "editor"
    """Editors of the invited organization."""
    CLOCK = "clock"


LIVE = (At.INVITED, At.ASKED, At.CHANGING)
"""Somebody's turn: the seat is not free while an invitation is in one of these."""
TOLD = (*LIVE, At.ACCEPTED)
"""The organization is told what the matter is; afterwards only what became of it."""
OWED = (At.ASKED, At.CHANGING)
"""The facilitator's turn: meanwhile no deadline runs out."""


@dataclass(frozen=True, slots=True)
class Step:
    who: Who
    begins: tuple[At, ...]
    ends: At


STEPS: dict[str, Step] = {
    "withdraw": Step(Who.FACILITATOR, (At.WAITING, *LIVE, At.ACCEPTED), At.WITHDRAWN),
    "answer": Step(Who.FACILITATOR, (At.ASKED,), At.INVITED),
    "settle": Step(Who.FACILITATOR, (At.CHANGING,), At.INVITED),
    "accept": Step(Who.EDITOR, LIVE, At.ACCEPTED),
    "decline": Step(Who.EDITOR, (*LIVE, At.ACCEPTED), At.DECLINED),
    "ask": Step(Who.EDITOR, LIVE, At.ASKED),
    "propose_change": Step(Who.EDITOR, LIVE, At.CHANGING),
    "queue_up": Step(Who.EDITOR, (At.FILLED,), At.WAITING),
    "expire": Step(Who.CLOCK, (At.INVITED,), At.EXPIRED),
    "fill": Step(Who.CLOCK, LIVE, At.FILLED),
    "promote": Step(Who.CLOCK, (At.WAITING,), At.INVITED),
}
"""By verb. `fill` follows from another's acceptance of the seat, `promote` from the seat falling free."""

PLAN_STEPS: dict[str, tuple[tuple[Plan, ...], Plan | None]] = {
    "change": ((Plan.FORMING, Plan.READY), None),
    "settle_ready": ((Plan.FORMING, Plan.READY), Plan.READY),
    "settle_forming": ((Plan.FORMING, Plan.READY), Plan.FORMING),
    "start": ((Plan.READY,), Plan.WORKING),
    "close": ((Plan.WORKING,), Plan.CLOSED),
    "dissolve": ((Plan.FORMING, Plan.READY, Plan.WORKING), Plan.DISSOLVED),
}
"""By verb of a team: states in which it may be done, and what it becomes (None: what it is)."""


def step(verb: str, state: str) -> At:
    """The state after the verb; raises ConflictError where it does not lead on from this one."""
    if state not in STEPS[verb].begins:
        raise ConflictError(state)
    return STEPS[verb].ends


def plan_step(verb: str, state: str) -> Plan:
    """The team's state after the verb; raises ConflictError where it may not be done now."""
    begins, ends = PLAN_STEPS[verb]
    if state not in begins:
        raise ConflictError(state)
    return ends or Plan(state)
