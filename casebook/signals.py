"""News from the casebook; sent inside the transaction of the change."""

from django.dispatch import Signal

case_changed = Signal()
"""Sent with `case`, after its facts, sections or grants changed; with `in_bulk=True` where the sender sees to what
`casebook.bearing` makes of it, for many cases at once."""

time_passed = Signal()
"""Sent by `manage.py catch_up` after what the clock changed was caught up with, however often it is called on a day:
for what the rooms above do from time to time."""
