"""Verbs of the registry, by noun: each is atomic, says who did it, and tells the rest of the house.

Each begins by locking the organization's row (`base.locked`), decides by what stands there now, writes only what it
is about, notes it in the history and ends with `base.changed`: the instance it was called with may have been read long
before somebody else changed the record.
"""

from network.actions.applications import apply, approve, decline_application
from network.actions.base import ConflictError, changed, locked
from network.actions.corrections import (
    accept_correction,
    decline_correction,
    may_propose,
    propose_correction,
    withdraw_correction,
)
from network.actions.evidence import BorneOut, bear_out, may_vouch, vouch, withdraw_vouch
from network.actions.experts import (
    EXPERT,
    Held,
    add_expert,
    agree,
    change_expert,
    remove_expert,
    withdraw_agreement,
)
from network.actions.joining import (
    LinkTo,
    UnusableError,
    accept,
    digest_of,
    invite,
    open_account,
    resend,
    revoke,
    to_take_up,
)
from network.actions.ledger import CannotBeUndoneError
from network.actions.members import change_role, leave, remove
from network.actions.merging import merge, moving_rows, undo_merge
from network.actions.offices import OFFICE, add_office, change_office, remove_office
from network.actions.partnerships import (
    confirm_partnership,
    decline_partnership,
    end_partnership,
    propose_partnership,
)
from network.actions.people import (
    deactivate,
    dismiss_steward,
    end_access,
    forget_second_factor,
    make_steward,
    reactivate,
)
from network.actions.places import relocate
from network.actions.profile import DESCRIPTION, declare_capacity, describe, open_weaknesses_to, serve_areas
from network.actions.ratings import confirm, rate, undo_rating, withdraw_rating
from network.actions.stewarding import examine, examine_again, maybe_duplicates, not_duplicates, remind
from network.actions.ties import change_tie, declare_ties, disclose_tie, end_tie, own_ties, stamp
from network.actions.working import NoSlotError, return_slot, take_slot, worked_together

__all__ = [
    "DESCRIPTION",
    "EXPERT",
    "OFFICE",
    "BorneOut",
    "CannotBeUndoneError",
    "ConflictError",
    "Held",
    "LinkTo",
    "NoSlotError",
    "UnusableError",
    "accept",
    "accept_correction",
    "add_expert",
    "add_office",
    "agree",
    "apply",
    "approve",
    "bear_out",
    "change_expert",
    "change_office",
    "change_role",
    "change_tie",
    "changed",
    "confirm",
    "confirm_partnership",
    "deactivate",
    "declare_capacity",
    "declare_ties",
    "decline_application",
    "decline_correction",
    "decline_partnership",
    "describe",
    "digest_of",
    "disclose_tie",
    "dismiss_steward",
    "end_access",
    "end_partnership",
    "end_tie",
    "examine",
    "examine_again",
    "forget_second_factor",
    "invite",
    "leave",
    "locked",
    "make_steward",
    "may_propose",
    "may_vouch",
    "maybe_duplicates",
    "merge",
    "moving_rows",
    "not_duplicates",
    "open_account",
    "open_weaknesses_to",
    "own_ties",
    "propose_correction",
    "propose_partnership",
    "rate",
    "reactivate",
    "relocate",
    "remind",
    "remove",
    "remove_expert",
    "remove_office",
    "resend",
    "return_slot",
    "revoke",
    "serve_areas",
    "stamp",
    "take_slot",
    "to_take_up",
    "undo_merge",
    "undo_rating",
    "vouch",
    "withdraw_agreement",
    "withdraw_correction",
    "withdraw_rating",
    "withdraw_vouch",
    "worked_together",
]
