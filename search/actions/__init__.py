"""Verbs of search: what people keep, what is remembered for them, what they ask of others."""

from search.actions.inquiring import close_inquiry, labs_of, reply, send_inquiry
from search.actions.remembering import (
    KEPT_DAYS,
    forget,
    forget_all,
    note_unanswered,
    remember,
    settle_unanswered,
    sweep,
)
from search.actions.saving import MOST_SAVED, change_saved, delete_saved, save_search, saw
from search.actions.sending import send_again
from search.actions.wording import add_synonym, plain_name, remove_synonym

__all__ = [
    "KEPT_DAYS",
    "MOST_SAVED",
    "add_synonym",
    "change_saved",
    "close_inquiry",
    "delete_saved",
    "forget",
    "forget_all",
    "labs_of",
    "note_unanswered",
    "plain_name",
    "remember",
    "remove_synonym",
    "reply",
    "save_search",
    "saw",
    "send_again",
    "send_inquiry",
    "settle_unanswered",
    "sweep",
]
