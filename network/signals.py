"""News from the registry; sent inside the transaction of the change."""

from django.dispatch import Signal

organization_changed = Signal()
"""Sent with `organization`, after anything of its record changed."""

organizations_merged = Signal()
"""Sent with `kept`, `dropped` and `ledger` (a `network.actions.ledger.Ledger`) after a duplicate's rows moved to the
kept record: receivers move through the ledger what no foreign key shows (keys, ids in JSON), so that it is undone with
the rest."""

merge_undone = Signal()
"""Sent with `merge`, after its ledger was taken back."""

notices_changed = Signal()
"""Sent with `users` (ids), after something was added to their notices or read among them."""

access_changed = Signal()
"""Sent with `user`, after what a person may do shrank: whoever keeps a connection open closes it."""

clock_followed = Signal()
"""Sent now and then, by the worker's look and by `manage.py catch_up`: for what the rooms above do when a day or a
deadline has passed. Receivers do nothing twice."""
