"""Who comes in."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from network.access import is_steward, signed_in
from network.models import Capability, Organization, User


def editable(request: HttpRequest, pk: int) -> tuple[Organization, User]:
    """The organization and its editor: 404 when it may not be seen, 403 when it may not be changed."""
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    return found, editor_of(request, found)


def editor_of(request: HttpRequest, organization: Organization) -> User:
    """The reader, who edits the organization: 403 for who does not."""
    if not Organization.objects.editable_by(request.user).contains(organization):
        raise PermissionDenied
    return signed_in(request.user)


def steward_of(request: HttpRequest) -> User:
    """The signed-in steward; for anybody else these pages do not exist."""
    person = signed_in(request.user)
    if not is_steward(person):
        raise Http404
    return person


def known(code: str) -> Capability:
    """The capability of that code, or 404."""
    if "\0" in code:  # PostgreSQL raises on a NUL where it should find nothing
        raise Http404
    return get_object_or_404(Capability, code=code)
