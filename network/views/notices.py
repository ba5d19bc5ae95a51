"""What a person is told, and where one acts on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from network.access import signed_in
from network.models import Notice, User
from network.notices.words import read
from network.paging import page_of
from network.signals import notices_changed

PAGE_SIZE = 30


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The person's own, unread first."""
    first = Case(When(read_at=None, then=0), default=1)
    found = signed_in(request.user).notices.order_by(first, "-created_at", "-pk")
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    context = {"page": page, "told": read(page, request.user)}
    return render(request, "network/notices.html", context)


@require_GET
@never_cache
def unseen(request: HttpRequest) -> HttpResponse:
    """`{"unseen": n}` for the bell, where its socket is away; 0 for nobody."""
    person = request.user
    return JsonResponse({"unseen": person.notices.filter(read_at=None).count() if isinstance(person, User) else 0})


@login_required
@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and, where that was asked for, go on to where one acts."""
    notice = get_object_or_404(Notice, pk=pk, user=signed_in(request.user))
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    notices_changed.send(sender=Notice, users=[notice.user_id])
    (told,) = read([notice], request.user)
    if "go" in request.POST and told.address:
        return redirect(told.address)
    return redirect("network:notices")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    person = signed_in(request.user)
    person.notices.filter(read_at=None).update(read_at=timezone.now())
    notices_changed.send(sender=Notice, users=[person.pk])
    messages.success(request, _("すべて既読にしました。"))
    return redirect("network:notices")
