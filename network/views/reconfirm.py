"""Looking at old declarations again: one line after the other, or those of an area that are on the screen."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from network import actions
from network.codes import LEVELS
from network.models import Organization, Rating, User
from network.views.door import editable


@login_required
@require_http_methods(["GET", "POST"])
def reconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines that nobody confirmed for long, by area; a POST confirms the named ones as they were shown."""
    organization, editor = editable(request, pk)
    if request.method == "POST":
        named = request.POST.getlist("line")
        done, missed = confirmed(organization, named, by=editor)
        if request.htmx:  # type: ignore[attr-defined]
            return answer(request, organization, named, missed=missed)
        if missed:
            messages.warning(
                request, _("表示のあとで変わった行がありました。いまの内容を見て、もう一度お選びください。")
            )
        if done:
            messages.success(
                request, ngettext("%(n)d件を確認しました。", "%(n)d件を確認しました。", done) % {"n": done}
            )
        if not missed:
            return redirect("network:reconfirm", pk=pk)
        return page(request, organization, status=409)
    return page(request, organization)


def answer(request: HttpRequest, organization: Organization, named: list[str], *, missed: int) -> HttpResponse:
    """The line as it stands now, for a page that stays; a page that is no longer true is loaded again."""
    if missed or len(named) != 1:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    line = organization.ratings.select_related("capability").get(capability__code=named[0].partition(":")[0])
    return render(request, "network/_reconfirmed.html", {"line": line, "left": len(stale_lines(organization))})


def page(request: HttpRequest, organization: Organization, status: int = 200) -> HttpResponse:
    """What is left to look at."""
    lines = stale_lines(organization)
    areas = [(area, list(group)) for area, group in groupby(lines, key=lambda line: line.capability.area_name)]
    levels = {int(level.code): level for level in LEVELS.values()}
    context = {
        "organization": organization,
        "areas": [(area, [(line, levels.get(line.level)) for line in group]) for area, group in areas],
        "count": len(lines),
        "fresh": organization.ratings.count() - len(lines),
    }
    return render(request, "network/reconfirm.html", context, status=status)


def stale_lines(organization: Organization) -> list[Rating]:
    """In the order of the taxonomy."""
    now = timezone.now()
    ratings = organization.ratings.select_related("capability").order_by("capability__order", "capability__code")
    return [rating for rating in ratings if rating.is_stale_at(now)]


@transaction.atomic
def confirmed(organization: Organization, named: list[str], *, by: User) -> tuple[int, int]:
    """Confirm each `code:version`; how many were, and how many were not because they changed meanwhile or are gone.
    All of it or, where the database had no time, nothing."""
    done = missed = 0
    lines = {line.capability.code: line for line in organization.ratings.select_related("capability")}
    for name in named:
        code, _colon, version = name.partition(":")
        line = lines.get(code)
        read = int(version) if version.isascii() and version.isdecimal() and len(version) < 12 else -1
        try:
            if line is None:
                raise Rating.DoesNotExist
            actions.confirm(organization, capability=line.capability, expected=read, by=by)
            done += 1
        except (actions.ConflictError, Rating.DoesNotExist):
            missed += 1
    return done, missed
