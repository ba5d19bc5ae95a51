"""What seats are called."""

from django.utils.translation import gettext as _

from network.codes import PHASES

PMO, FUNDING = "pmo", "funding"


def role_name(role: str) -> str:
    """A role as one reads it."""
    if role == PMO:
        return _("PMO（全体の進行）")
    return _("資金") if role == FUNDING else PHASES.name(role)
