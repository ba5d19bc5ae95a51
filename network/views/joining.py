"""Taking up an invitation: the code, what it is for, and yes.

The secret stands behind the # of the mail's address, which browsers send to nobody: it is in no log and no Referer.
A GET changes nothing, so that what scans mail uses nothing up. Between the two steps the session holds the digest.
"""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from network import actions
from network.accounts import rates
from network.forms.joining import AccountForm, CodeForm
from network.models import Invitation, User

HELD = "invitation"
"""Where the session keeps the digest."""
STATUSES = {"unknown": 404, "used": 409, "revoked": 410, "expired": 410, "other_person": 403}


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and see what it opens."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if answer := rates.refused(request, "join"):
            return answer
        if form.is_valid():
            return _shown(request, actions.digest_of(form.cleaned_data["code"]))
    return render(request, "network/join.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join_confirm(request: HttpRequest) -> HttpResponse:
    """What the invitation is for; POST takes it up, or signs out whom it is not for."""
    digest = request.session.get(HELD, "")
    if not digest:
        return redirect("network:join")
    person = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and request.POST.get("action") == "switch":
        logout(request)
        request.session[HELD] = digest
        return _to_sign_in()
    try:
        invitation = actions.to_take_up(digest, person=person)
        if request.method == "POST":
            return _taken_up(request, invitation, person)
    except actions.UnusableError as refusal:
        return _refused(request, refusal.why)
    return _confirmation(request, invitation, person)


def _shown(request: HttpRequest, digest: str) -> HttpResponse:
    """Keep the digest and go on, or say why it opens nothing."""
    try:
        actions.to_take_up(digest, person=request.user if isinstance(request.user, User) else None)
    except actions.UnusableError as refusal:
        if refusal.why == "other_person":
            request.session[HELD] = digest
        return _refused(request, refusal.why)
    request.session[HELD] = digest
    return redirect("network:join_confirm")


def _confirmation(
    request: HttpRequest, invitation: Invitation, person: User | None, form: AccountForm | None = None
) -> HttpResponse:
    has_account = person is not None or User.objects.filter(email__iexact=invitation.email).exists()
    form = form or AccountForm(email=invitation.email)
    context = {"invitation": invitation, "has_account": has_account, "form": form, "sign_in": _to_sign_in().url}
    return render(request, "network/join_confirm.html", context, status=422 if form.errors else 200)


def _taken_up(request: HttpRequest, invitation: Invitation, person: User | None) -> HttpResponse:
    """Raises UnusableError."""
    if person is None:
        if User.objects.filter(email__iexact=invitation.email).exists():
            return _to_sign_in()
        return _opened(request, invitation)
    actions.accept(invitation.digest, by=person)
    del request.session[HELD]
    messages.success(request, _("「%(name)s」に参加しました。") % {"name": invitation.organization.name})
    return redirect("network:organization", pk=invitation.organization_id)


def _opened(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = AccountForm(request.POST, email=invitation.email)
    if form.is_valid():
        values = form.cleaned_data
        try:
            person = actions.open_account(invitation.digest, name=values["name"], password=values["password"])
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            del request.session[HELD]
            messages.success(request, _("「%(name)s」に参加しました。") % {"name": invitation.organization.name})
            place = resolve_url("network:organization", pk=invitation.organization_id)
            answer: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=place)
            return answer
    return _confirmation(request, invitation, None, form)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    if why != "other_person":
        request.session.pop(HELD, None)
    return render(request, "network/join_refused.html", {"why": why}, status=STATUSES[why])


def _to_sign_in() -> HttpResponseRedirect:
    return redirect(f"{resolve_url('account_login')}?{urlencode({'next': resolve_url('network:join_confirm')})}")
