"""The profile editor: its own lines, and taking a change of them back."""

from typing import Any

from django.utils import timezone

from network.history.record import rating_value
from network.models import Change, Rating
from network.vocabulary import Deed
from tests.access.addresses import MISSING, number, organization_of
from tests.cast import World

MATRIX = """
network:ratings_summary                 GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:ratings_summary                 GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:ratings_summary                 GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:ratings_summary                 GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:rating                          GET    owner/pmo               302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:rating                          GET    owner/rfp               302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:rating                          GET    owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:rating                          GET    elsewhere/pmo           302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:rating                          GET    closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:rating                          GET    missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:undo                            POST   owner/pmo/last          302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:undo                            POST   owner/rfp/last          302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:undo                            POST   owner/pmo/missing       302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:undo                            POST   elsewhere/pmo/last      302 404 403 404 403 403 403 403 403 404 404 302 403 404
network:undo                            POST   closed/pmo/last         302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:undo                            POST   missing/pmo/missing     302 404 404 404 404 404 404 404 404 404 404 302 404 404
# One rating: a weakness is there for those who may know it
api-organization-rating                 GET    owner/pmo               401 404 200 200 200 200 200 200 200 404 404 401 200 404
api-organization-rating                 GET    owner/system_development 401 404 404 404 200 200 200 404 404 404 404 401 404 404
api-organization-rating                 GET    elsewhere/pmo           401 404 404 200 404 404 404 200 404 404 404 401 404 404
api-organization-rating                 GET    owner/missing           401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-organization-rating                 GET    closed/pmo              401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-organization-rating                 GET    missing/pmo             401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""
"""`last` is the newest change of the owner's line for pmo: no change of another line or of another organization."""


def change_of(world: World, thing: str) -> dict[str, Any]:
    """The one change that can be taken back is made where it is first asked for."""
    organization, code, change = thing.split("/")
    pk = last_change(world).pk if change == "last" else MISSING
    return {"pk": number(world.organizations, organization), "code": code, "change": pk}


def last_change(world: World) -> Change:
    rating = Rating.objects.get(organization=world.organizations["owner"], capability__code="pmo")
    return Change.objects.get_or_create(
        organization=rating.organization,
        deed=Deed.RATED,
        defaults={"at": timezone.now(), "changes": {"rating.pmo": [None, rating_value(rating)]}},
    )[0]


PLACES = {"network:undo": change_of, "network:ratings_summary": organization_of}
