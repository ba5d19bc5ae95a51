"""Verbs of matching, by noun: each is atomic and says who did it.

Those of a team begin by holding its plan (`teams.held`), so that two of them on one team wait for each other, and are
written down as numbered events; `matching.machine` says what may follow what.
"""

from matching.actions.assessing import assess, forget_assessment
from matching.actions.clients import open_client, write_client
from matching.actions.closing import Closed, begin_case, case_of, close
from matching.actions.expiring import check_ins_due, expire_due, follow_the_clock, remind_due
from matching.actions.forming import anonymous_title, choose_team, describe_team
from matching.actions.inviting import answer, invite, invite_all, settle_change, waitlist, withdraw
from matching.actions.needs import Wanted, changing, name_cofacilitator, save_need, unname_cofacilitator
from matching.actions.proposing import (
    PAGE_TIME_LIMIT,
    SHOWN_TEAMS,
    Asked,
    Rerun,
    cancel_run,
    make_proposal,
    rerun,
)
from matching.actions.replying import NoRoomError, accept, ask, decline, propose_change, queue_up, tick
from matching.actions.starting import GateError, confirm_ties, cover, dissolve, resolve_again, start
from matching.actions.working import (
    add_task,
    check_in,
    decide,
    finish_task,
    hand_over,
    measure,
    plan_phase,
    set_part,
    team_of,
)

__all__ = [
    "PAGE_TIME_LIMIT",
    "SHOWN_TEAMS",
    "Asked",
    "Closed",
    "GateError",
    "NoRoomError",
    "Rerun",
    "Wanted",
    "accept",
    "add_task",
    "anonymous_title",
    "answer",
    "ask",
    "assess",
    "begin_case",
    "cancel_run",
    "case_of",
    "changing",
    "check_in",
    "check_ins_due",
    "choose_team",
    "close",
    "confirm_ties",
    "cover",
    "decide",
    "decline",
    "describe_team",
    "dissolve",
    "expire_due",
    "finish_task",
    "follow_the_clock",
    "forget_assessment",
    "hand_over",
    "invite",
    "invite_all",
    "make_proposal",
    "measure",
    "name_cofacilitator",
    "open_client",
    "plan_phase",
    "propose_change",
    "queue_up",
    "remind_due",
    "rerun",
    "resolve_again",
    "save_need",
    "set_part",
    "settle_change",
    "start",
    "team_of",
    "tick",
    "unname_cofacilitator",
    "waitlist",
    "withdraw",
    "write_client",
]
