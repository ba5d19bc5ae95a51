"""The stewards' desk for accounts and mail."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from network import actions, post
from network.accounts import second_factor
from network.models import User
from network.paging import page_of
from network.text import unsafe
from network.views.door import steward_of

MOST = 20
"""How many people one search shows: a search for a person, not a directory."""
PAGE_SIZE = 50
DEEDS: dict[str, tuple[Callable[..., None], object]] = {
    "deactivate": (
        actions.deactivate,
        gettext_lazy("アカウントを無効にしました。開いていた画面とAPIトークンは使えません。"),
    ),
    "reactivate": (actions.reactivate, gettext_lazy("アカウントを有効に戻しました。")),
    "make_steward": (actions.make_steward, gettext_lazy("運営者にしました。次の画面で2段階認証の設定を求められます。")),
    "dismiss_steward": (actions.dismiss_steward, gettext_lazy("運営者から外しました。")),
    "forget_second_factor": (actions.forget_second_factor, gettext_lazy("2段階認証を解除しました。")),
}
"""What a steward may do with an account, and what is said then."""


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Accounts found by address or name; without a search, the stewards."""
    return _page(request, steward_of(request))


@login_required
@require_POST
def person(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Do one thing with an account."""
    steward = steward_of(request)
    found = get_object_or_404(User, pk=pk)
    if deed not in DEEDS:
        raise Http404
    act, said = DEEDS[deed]
    try:
        act(found, by=steward)
    except ValidationError as problem:
        return _page(request, steward, q=found.email, problem=" ".join(problem.messages), status=422)
    if found == steward:  # no steward any more: this desk is gone
        return redirect("home")
    messages.success(request, f"{found}: {said}")
    return redirect(f"{resolve_url('network:people')}?{urlencode({'who': found.email})}")


@login_required
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Mail that was tried and has not gone out."""
    steward_of(request)
    page = page_of(post.failing(), PAGE_SIZE, request.GET.get("page"))
    return render(request, "network/letters.html", {"page": page})


@login_required
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one of them again now."""
    steward_of(request)
    found = get_object_or_404(post.failing(), pk=pk)
    if post.try_again(found):
        messages.success(request, _("%(to)s に送りました。") % {"to": found.to})
    else:
        messages.error(request, _("今回も送れませんでした。理由を確かめてから、もう一度お試しください。"))
    return redirect("network:letters")


def _page(request: HttpRequest, steward: User, *, q: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    q = q or "".join(char for char in request.GET.get("who", "")[:254] if not unsafe(char)).strip()
    wanted = Q(email__icontains=q) | Q(name__icontains=q) if q else Q(is_steward=True)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=second_factor.FACTORS)
    found = User.objects.filter(wanted).annotate(has_second_factor=Exists(factors)).order_by("email")
    people = list(found.prefetch_related("memberships__organization", "facilitated__lab")[: MOST + 1])
    context = {
        "q": q,
        "people": people[:MOST],
        "more": len(people) > MOST,
        "steward": steward,
        "problem": problem,
    }
    return render(request, "network/people.html", context, status=status)
