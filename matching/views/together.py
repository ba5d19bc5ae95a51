"""Teams for all open needs of a lab at once."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.models import Need, Requirement
from matching.together import MOST_NEEDS, plan
from network.access import lab_ids_facilitated_by
from network.models import Lab
from network.once import commits_on_its_way
from network.picking import is_id


@commits_on_its_way
@login_required
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """Choose needs, and see the best combination of their teams. Nothing is stored: it only takes time."""
    labs = Lab.objects.filter(pk__in=lab_ids_facilitated_by(request.user))
    if not labs.exists():
        raise PermissionDenied
    lab = _chosen_lab(request, list(labs))
    asking = Requirement.objects.values("need")  # a draft asks for nothing yet
    offered = Need.objects.visible_to(request.user).filter(lab=lab, pk__in=asking).select_related("municipality")
    context: dict[str, Any] = {"labs": labs, "lab": lab, "most": MOST_NEEDS, "offered": offered[: 5 * MOST_NEEDS]}
    if request.method == "GET":
        context["chosen"] = {need.pk for need in context["offered"][:MOST_NEEDS]}
        return render(request, "matching/together.html", context)
    ids = {int(pk) for pk in request.POST.getlist("need") if is_id(pk)}
    needs = [need for need in offered.order_by("created_at", "pk") if need.pk in ids]
    context["chosen"] = {need.pk for need in needs}
    context["problem"] = _problem(needs)
    if context["problem"]:
        return render(request, "matching/together.html", context, status=422)
    context["plan"] = plan(lab, needs, request.user)
    return render(request, "matching/together.html", context)


def _chosen_lab(request: HttpRequest, labs: list[Lab]) -> Lab:
    asked = request.POST.get("lab") or request.GET.get("lab", "")
    return next((lab for lab in labs if str(lab.pk) == asked), labs[0])


def _problem(needs: list[Need]) -> str:
    if not needs:
        return _("案件を1件以上選んでください。")
    if len(needs) > MOST_NEEDS:
        return _("一度に決められるのは%(n)d件までです。選ぶ案件を減らしてください。") % {"n": MOST_NEEDS}
    return ""
