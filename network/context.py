"""What every page shows of the signed-in person."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from network.models import Membership
from network.vocabulary import Role


def acting_for(request: HttpRequest) -> dict[str, object]:
    """`acting_for`: the organizations and labs the person works for, always visible in the shell;
    `keeps_record`: whether there is a record the person may change; `unread_notices`: how many wait for the person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting_for": [], "keeps_record": False}
    unread = SimpleLazyObject(lambda: user.notices.filter(read_at=None).count())  # fragments show no bell
    memberships = Membership.objects.filter(user=user, organization__is_active=True).select_related("organization")
    labs = user.facilitated.select_related("lab")
    return {
        "acting_for": [m.organization.name for m in memberships] + [f.lab.name for f in labs],
        "keeps_record": user.is_steward or any(m.role == Role.EDITOR for m in memberships),
        "unread_notices": unread,
    }
