"""Pages of the casebook."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.models import Case, Section
from casebook.reading import read
from casebook.vocabulary import AUDIENCE_KEYS, Audience
from network.access import signed_in
from network.codes import PHASES

RECENT = 5


@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, as far as this reader may read it."""
    visible = Case.objects.visible_to(request.user).select_related("owner")
    shown = get_object_or_404(visible.prefetch_related("capabilities", "phases"), pk=pk)
    [reading] = read([shown], request.user)
    can_edit = Case.objects.editable_by(request.user).contains(shown)
    audiences = Audience.choices if can_edit else []
    told = {row.phase for row in shown.phases.all()}
    context = {
        "case": shown,
        "reading": reading,
        "audiences": audiences,
        "phases": [phase for code, phase in PHASES.items() if code in told],
    }
    return render(request, "casebook/case.html", context)


@require_GET
def recent(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: the cases published last."""
    visible = Case.objects.visible_to(request.user).select_related("owner")
    return render(request, "casebook/_recent.html", {"cases": visible.order_by("-published", "-pk")[:RECENT]})


@login_required
@require_POST
def share(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """Choose the audience of one section."""
    shown = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    if not Case.objects.editable_by(request.user).contains(shown):
        raise PermissionDenied
    chosen = get_object_or_404(Section, pk=section, case=shown)
    audience = request.POST.get("audience", "")
    if audience not in AUDIENCE_KEYS:
        messages.error(request, _("公開範囲は「下書き」「ネットワーク」「公開」から選んでください。"), extra_tags="bad")
        return redirect("casebook:case", pk=pk)
    actions.share(chosen, with_keys=AUDIENCE_KEYS[audience], by=signed_in(request.user))
    told = {"section": chosen.get_kind_display(), "audience": Audience(audience).label}
    messages.success(request, _("「%(section)s」の公開範囲を「%(audience)s」にしました。") % told, extra_tags="good")
    return redirect("casebook:case", pk=pk)
