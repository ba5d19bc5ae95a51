"""Verbs of the casebook: each is atomic, says who did it, and tells the rest of the house."""

from casebook.actions.answering import decline_access, grant_access, revoke, sees
from casebook.actions.asking import NothingMoreError, has_more, request_access, withdraw_request
from casebook.actions.attaching import attach, describe_file, detach
from casebook.actions.born import FinishedEngagement, begin_from_engagement
from casebook.actions.consenting import (
    answer_approval,
    ask_approvals,
    may_withdraw,
    record_consent,
    reopen,
    withdraw_consent,
)
from casebook.actions.delegating import delegate, end_delegation
from casebook.actions.insights import keys_for_notes, may_read, note_insight, remove_insight
from casebook.actions.keeping import archive, reinstate, restore, take_down
from casebook.actions.marks import bookmark, find_helpful, find_not_helpful, unbookmark
from casebook.actions.publishing import SecondPersonNeededError, may_publish, publish
from casebook.actions.questions import (
    answer_question,
    ask_question,
    close_question,
    open_question,
    withdraw_question,
)
from casebook.actions.reuses import reuse, take_back_reuse
from casebook.actions.sharing import BeyondConsentError, GrantedOneByOne, share
from casebook.actions.wanting import ConsentWantingError, consents_allow
from casebook.actions.writing import (
    acknowledge,
    begin_case,
    begin_revision,
    discard_draft,
    save_draft,
    send_back,
    submit,
)

__all__ = [
    "BeyondConsentError",
    "ConsentWantingError",
    "FinishedEngagement",
    "GrantedOneByOne",
    "NothingMoreError",
    "SecondPersonNeededError",
    "acknowledge",
    "answer_approval",
    "answer_question",
    "archive",
    "ask_approvals",
    "ask_question",
    "attach",
    "begin_case",
    "begin_from_engagement",
    "begin_revision",
    "bookmark",
    "close_question",
    "consents_allow",
    "decline_access",
    "delegate",
    "describe_file",
    "detach",
    "discard_draft",
    "end_delegation",
    "find_helpful",
    "find_not_helpful",
    "grant_access",
    "has_more",
    "keys_for_notes",
    "may_publish",
    "may_read",
    "may_withdraw",
    "note_insight",
    "open_question",
    "publish",
    "record_consent",
    "reinstate",
    "remove_insight",
    "reopen",
    "request_access",
    "restore",
    "reuse",
    "revoke",
    "save_draft",
    "sees",
    "send_back",
    "share",
    "submit",
    "take_back_reuse",
    "take_down",
    "unbookmark",
    "withdraw_consent",
    "withdraw_question",
    "withdraw_request",
]
