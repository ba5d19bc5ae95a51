"""What was published before, what changed between, and what happened meanwhile: for the owner's members."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from casebook.comparing import compared
from casebook.models import Case, CaseEvent, Version
from casebook.views.inside import inside
from casebook.writing.content import Content
from network.paging import page_of

PAGE_SIZE = 50
LARGEST = 2**31 - 1
"""A larger number is none of a version's, and more than the column holds."""


@login_required
@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them, the newest first."""
    case = inside(request, pk)
    found = Version.objects.visible_to(request.user).filter(case=case).select_related("written_by", "reviewed_by")
    page = page_of(found.defer("content"), PAGE_SIZE, request.GET.get("page"))
    return render(request, "casebook/versions.html", {"case": case, "page": page})


@login_required
@require_GET
def difference(request: HttpRequest, pk: int, first: int, second: int) -> HttpResponse:
    """From one version to another; number 0 stands for nothing written yet."""
    case = inside(request, pk)
    before, after = (_content(request, case, number) for number in (first, second))
    others = Version.objects.visible_to(request.user).filter(case=case).values_list("number", flat=True)
    context = {
        "case": case,
        "first": first,
        "second": second,
        "numbers": list(others),
        "comparison": compared(before, after, request.user),
    }
    return render(request, "casebook/version_difference.html", context)


@login_required
@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every deed on the case, the last first."""
    case = inside(request, pk)
    found = CaseEvent.objects.visible_to(request.user).filter(case=case)
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    return render(request, "casebook/case_history.html", {"case": case, "page": page})


def _content(request: HttpRequest, case: Case, number: int) -> Content:
    """The version's content; raises Http404 where there is none of that number."""
    if number == 0:
        return Content()
    found = Version.objects.visible_to(request.user).filter(case=case, number=number) if number <= LARGEST else None
    version = found.first() if found is not None else None
    if version is None:
        raise Http404
    return Content.from_json(version.content)
