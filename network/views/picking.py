"""Suggestions while somebody types the name of an organization."""

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from network.picking import Pick, is_id, matches

NAME = re.compile(r"[a-z_]{1,30}")


@login_required
@require_GET
def pick_organization(request: HttpRequest) -> HttpResponse:
    """A fragment: radio buttons of the organizations whose name has these words (`?name=other&other_q=…`)."""
    asked = request.GET.get("name", "other")
    name = asked if NAME.fullmatch(asked) else "other"
    typed = request.GET.get(f"{name}_q", "")[:120]
    without = request.GET.get("without", "")
    found, more = matches(request.user, typed, int(without) if is_id(without) else None)
    pick = Pick(name, "", typed, found=found, more=more)
    return render(request, "network/_picked_options.html", {"pick": pick})
