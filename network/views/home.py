"""The first page after signing in, the person's account, and the answers to the machine room."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from rest_framework.authtoken.models import Token

from network.access import signed_in
from network.forms.mailing import MailForm
from network.models import Application, Organization, Rating, User
from network.notices import reminders
from network.profile.completeness import completeness, with_completeness
from network.profile.waiting import waiting
from network.vocabulary import ApplicationState


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What to do next, by role; a stranger learns what this is."""
    if not isinstance(request.user, User):
        return render(request, "network/welcome.html")
    organizations = with_completeness(Organization.objects.filter(memberships__user=request.user, is_active=True))
    editable = set(Organization.objects.editable_by(request.user).values_list("pk", flat=True))
    asked = waiting(editable, request.user)
    reminders.remind(editable)  # where no clock runs `manage.py remind`, the editor's own visit does
    context = {
        "desks": [
            (organization, asked.get(organization.pk), next_step(organization), completeness(organization))
            for organization in organizations
        ],
        "applications": Application.objects.visible_to(request.user).filter(state=ApplicationState.OPEN).count(),
        "labs": [facilitated.lab for facilitated in request.user.facilitated.select_related("lab")],
    }
    return render(request, "network/home.html", context)


def next_step(organization: Organization) -> Rating | None:
    """The rating whose confirmation is oldest: the single next best thing to look at; None while all are fresh."""
    now = timezone.now()
    ratings = [rating for rating in organization.ratings.all() if rating.is_stale_at(now)]
    return min(ratings, key=lambda r: (r.confirmed_at is not None, r.confirmed_at, r.pk), default=None)


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The person's own page: whether notices come by mail too; make an API token (shown once) or revoke it."""
    user, key = signed_in(request.user), ""
    if request.method == "POST":
        if request.POST.get("action") == "mail":
            return _mail(request, user)
        if request.POST.get("action") == "create":
            key = renewed_token(user)
        else:
            Token.objects.filter(user=user).delete()
            messages.success(request, _("APIトークンを無効にしました。"))
            return redirect("network:account")
    return _account(request, user, new_token=key)


def _mail(request: HttpRequest, user: User) -> HttpResponse:
    """How mail comes: each time, once a day or not at all, and never in the quiet hours."""
    form = MailForm(request.POST)
    if not form.is_valid():
        return _account(request, user, mail_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    User.objects.filter(pk=user.pk).update(**form.stored())
    messages.success(request, _("お知らせの受け取り方を保存しました。"))
    return redirect("network:account")


def _account(
    request: HttpRequest, user: User, *, new_token: str = "", mail_form: MailForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "new_token": new_token,
        "has_token": Token.objects.filter(user=user).exists(),
        "mail_form": mail_form or MailForm.of(user),
    }
    return never_cache(render)(request, "network/account.html", context, status=status)


@transaction.atomic
def renewed_token(user: User) -> str:
    """The key of a new token; the one before ends with it, or stays when the new one cannot be made."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two browsers asking at once wait for each other
    Token.objects.filter(user=user).delete()
    return str(Token.objects.create(user=user).key)


@require_GET
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The process can reach its database; 503 when it cannot."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
