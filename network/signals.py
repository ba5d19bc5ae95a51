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

access_changed = Signal()
"""Sent with `user`, after what a person may do shrank: whoever keeps a connection open closes it."""
