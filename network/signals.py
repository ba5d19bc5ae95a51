"""News from the registry; sent inside the transaction of the change."""

from django.dispatch import Signal

organization_changed = Signal()
"""Sent with `organization`, after anything of its record changed."""
