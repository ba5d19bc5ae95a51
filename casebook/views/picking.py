"""Suggestions while a writer types the title of a related case."""

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casebook.picking import matches
from network.picking import is_id

NAME = re.compile(r"[a-z_]{1,30}")


@login_required
@require_GET
def pick_case(request: HttpRequest) -> HttpResponse:
    """A fragment: check boxes of the cases whose title has these words (`?name=related&related_q=…&without=12`)."""
    asked = request.GET.get("name", "related")
    name = asked if NAME.fullmatch(asked) else "related"
    typed = request.GET.get(f"{name}_q", "")[:200]
    without = request.GET.get("without", "")
    found, more = matches(request.user, typed, int(without) if is_id(without) else None)
    context = {"name": name, "typed": typed.strip(), "found": found, "more": more}
    return render(request, "casebook/_picked_cases.html", context)
