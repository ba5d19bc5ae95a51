"""Who read and took out what was not for everybody: recorded in the moment it is shown, provable afterwards.

    record(readings, LogAction.READ, request.user)                          a page, an answer of the API
    record([Excerpt(case, [section])], LogAction.DOWNLOAD, request.user)    a file of one section
    record(readings, LogAction.EXPORT, request.user, why=purpose)           a file that leaves the house

Call it before the answer is made: what cannot be recorded is not shown (the exception goes to the reader as 503 or
500).
"""

from casebook.readlog.recording import Excerpt, Shown, is_restricted, record

__all__ = ["Excerpt", "Shown", "is_restricted", "record"]
