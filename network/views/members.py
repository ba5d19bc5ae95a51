"""Who belongs to an organization, who is asked in, and how one leaves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from network import actions
from network.access import organization_ids_of, signed_in
from network.accounts import sessions
from network.forms.joining import InviteForm, RoleForm
from network.models import Invitation, Membership, Organization, User
from network.views.door import editor_of
from network.vocabulary import Role


def own(request: HttpRequest, pk: int) -> Organization:
    """The reader's own organization; 404 for every other: who works where is told inside only."""
    return get_object_or_404(Organization.objects.filter(pk__in=organization_ids_of(request.user)), pk=pk)


def edited(request: HttpRequest, pk: int) -> tuple[Organization, User]:
    """The organization and its editor; 404 when it is not the reader's own, 403 when the reader is no editor."""
    organization = own(request, pk)
    return organization, editor_of(request, organization)


def invitation_link(request: HttpRequest) -> actions.LinkTo:
    """Makes the address that goes into the mail: the secret behind the #, where no server sees it."""
    page = request.build_absolute_uri(reverse("network:join"))
    return lambda secret: f"{page}#{secret}"


@login_required
@require_GET
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """The members, and the invitations that wait for an answer."""
    return _page(request, own(request, pk))


@login_required
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody in by mail."""
    organization, editor = edited(request, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        link_to, email = invitation_link(request), form.cleaned_data["email"]
        try:
            actions.invite(organization, email=email, role=role, link_to=link_to, by=editor)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("%(email)s に招待のメールを送りました。") % {"email": email})
            return redirect("network:members", pk=pk)
    return _page(request, organization, form=form, status=422)


@login_required
@require_POST
def resend(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """A new code by mail."""
    organization, editor = edited(request, pk)
    found = get_object_or_404(Invitation.objects.visible_to(editor), organization=organization, pk=invitation)
    try:
        actions.resend(found, link_to=invitation_link(request), by=editor)
    except actions.UnusableError:
        return _page(request, organization, problem=_("この招待は、すでに使われたか取り消されています。"), status=409)
    messages.success(request, _("新しいコードを送りました。前のコードは使えません。"))
    return redirect("network:members", pk=pk)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    organization, editor = edited(request, pk)
    found = get_object_or_404(Invitation.objects.visible_to(editor), organization=organization, pk=invitation)
    try:
        actions.revoke(found, by=editor)
    except actions.UnusableError:
        return _page(request, organization, problem=_("この招待は、すでに使われたか取り消されています。"), status=409)
    messages.success(request, _("招待を取り消しました。"))
    return redirect("network:members", pk=pk)


@login_required
@require_POST
def role(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Make somebody an editor, or a member."""
    organization, editor = edited(request, pk)
    member = _member(organization, person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, organization, problem=_("役割を選んでください。"), status=422)
    try:
        actions.change_role(organization, person=member, role=Role(form.cleaned_data["role"]), by=editor)
    except ValidationError as problem:
        return _page(request, organization, problem=" ".join(problem.messages), status=422)
    except Membership.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, _("%(name)sさんの役割を変えました。") % {"name": member})
    return redirect("network:members", pk=pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """End somebody's membership; the own one by leaving."""
    organization, editor = edited(request, pk)
    member = _member(organization, person)
    if member == editor:
        return leave(request, pk)
    try:
        actions.remove(organization, person=member, by=editor)
    except ValidationError as problem:
        return _page(request, organization, problem=" ".join(problem.messages), status=422)
    except Membership.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(
        request, _("%(name)sさんを外しました。開いていた画面とAPIトークンは使えなくなりました。") % {"name": member}
    )
    return redirect("network:members", pk=pk)


@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Belong to it no more; this browser stays signed in."""
    organization, person = own(request, pk), signed_in(request.user)
    try:
        actions.leave(organization, by=person)
    except ValidationError as problem:
        return _page(request, organization, problem=" ".join(problem.messages), status=422)
    except Membership.DoesNotExist as gone:
        raise Http404 from gone
    sessions.keep(request, person)
    messages.success(request, _("「%(name)s」から抜けました。") % {"name": organization.name})
    return redirect("home")


def _member(organization: Organization, pk: int) -> User:
    return get_object_or_404(User.objects.filter(memberships__organization=organization), pk=pk)


def _page(
    request: HttpRequest,
    organization: Organization,
    *,
    form: InviteForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    invitations = Invitation.objects.visible_to(request.user).pending().filter(organization=organization)
    context: dict[str, Any] = {
        "organization": organization,
        "members": organization.memberships.select_related("user").order_by("role", "user__name", "user__email"),
        "invitations": invitations.select_related("invited_by", "letter"),
        "can_edit": Organization.objects.editable_by(request.user).contains(organization),
        "roles": Role.choices,
        "form": form or InviteForm(),
        "problem": problem,
    }
    return render(request, "network/members.html", context, status=status)
