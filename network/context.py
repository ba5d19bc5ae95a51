"""What every page shows of the signed-in person."""

from django.http import HttpRequest

from network.models import Membership


def acting_for(request: HttpRequest) -> dict[str, object]:
    """`acting_for`: the organizations and labs the person works for, always visible in the shell."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting_for": []}
    memberships = Membership.objects.filter(user=user, organization__is_active=True).select_related("organization")
    labs = user.facilitated.select_related("lab")
    return {"acting_for": [m.organization.name for m in memberships] + [f.lab.name for f in labs]}
