"""What others find: a draft as it will be, a published case as it is."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from casebook.files.listing import CaseFiles, images_among
from casebook.models import Case
from casebook.showing import Shown, published_on, shown_after
from casebook.viewers import OWN, Plan, Viewer, plan_after, plan_now, viewer_named, viewers_of
from casebook.views.writing.door import desk, writing_of
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content
from casebook.writing.live import content_of, following_merges
from network.access import NETWORK, is_member_of


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who reads what: a row each viewer, a column each section that is written."""

    kinds: list[str]
    rows: list[tuple[Viewer, list[bool]]]


def matrix(case: Case, content: Content) -> Matrix:
    """As it will be once the content is published."""
    content = following_merges(content)
    plan = plan_after(case, content)
    kinds = [kind for kind in SectionKind.values if kind in content.sections]
    viewers = viewers_of(case, content, plan)
    labels = [str(SectionKind(kind).label) for kind in kinds]
    return Matrix(labels, [(viewer, [viewer.reads(plan[kind]) for kind in kinds]) for viewer in viewers])


@login_required
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as one audience (`?as=org:12`) will find it; without one as everybody will."""
    found = desk(request, pk)
    content = following_merges(found.content)
    return _seen(request, found.case, content, plan_after(found.case, content), draft=True)


@login_required
@require_GET
def seen_as(request: HttpRequest, pk: int) -> HttpResponse:
    """The published case as one audience finds it now; for its own members, and whoever was asked to write it."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not is_member_of(request.user, case.owner_id) and writing_of(case, request.user) is None:
        raise PermissionDenied
    content = content_of(case)
    closed = not Case.objects.open_to_others().contains(case)
    return _seen(request, case, content, plan_now(case), draft=False, closed=closed)


def _seen(
    request: HttpRequest, case: Case, content: Content, plan: Plan, *, draft: bool, closed: bool = False
) -> HttpResponse:
    offered = viewers_of(case, content, plan)
    viewer = viewer_named(request.GET.get("as", "public"), offered, case, content, request.user)
    if viewer is None:
        raise Http404
    shut = closed and viewer.code != OWN
    shown = shown_after(case, content, {kind: {} for kind in plan} if shut else plan, viewer)
    if not draft:
        shown.case.version, shown.case.published = case.version, case.published
        shown = replace(shown, dated=published_on(case))
    opens_on = content.opens_on if draft else None
    context: dict[str, Any] = {
        "case": case,
        "shown": shown,
        "viewer": viewer,
        "viewers": _offered(offered, viewer),
        "files": _files(case, shown, draft=draft),
        "owner_is_visible": NETWORK in viewer.keys or viewer.code == OWN,
        "is_draft": draft,
        "closed": shut,
        "waits": opens_on if opens_on and opens_on > timezone.localdate().isoformat() else None,
    }
    return render(request, "casebook/draft/preview.html", context)


def _offered(offered: list[Viewer], chosen: Viewer) -> list[Viewer]:
    return offered if chosen in offered else [*offered, chosen]


def _files(case: Case, shown: Shown, *, draft: bool) -> CaseFiles:
    """The files of the sections that are shown; those that only the draft has are published with it."""
    rows = case.attachments.all() if draft else case.attachments.filter(live=True)
    kinds = {part.kind for part in shown.parts}
    found = [one for one in rows if one.section in kinds]
    return CaseFiles({kind: [one for one in found if one.section == kind] for kind in kinds}, images_among(found))
