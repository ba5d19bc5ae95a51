"""The steward's desk: queues of records that need somebody to look at them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from network import actions
from network.models import Examined, NotDuplicate, Organization
from network.paging import page_number, page_of
from network.stewarding import duplicates, queues, rooms, suspicions
from network.views.door import steward_of

PAGE_SIZE = 25
DISMISSED_SHOWN = 20
QUEUES = ("stale", "incomplete", "suspicious")
"""Where a button may lead back to."""


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How many wait in each queue."""
    steward_of(request)
    return render(request, "network/steward.html", {"sizes": queues.sizes(), "waiting": rooms.waiting()})


@login_required
@require_GET
def stale(request: HttpRequest) -> HttpResponse:
    """Records that nobody confirmed in time."""
    steward_of(request)
    size = queues.counted("stale", queues.stale().count)
    page = page_of(Counted(queues.stale().select_related("municipality"), size), PAGE_SIZE, request.GET.get("page"))
    fresh = queues.freshness([organization.pk for organization in page])
    context = {"page": page, "rows": [(organization, fresh[organization.pk]) for organization in page]}
    return render(request, "network/steward_stale.html", context)


@login_required
@require_GET
def incomplete(request: HttpRequest) -> HttpResponse:
    """Records that lack something."""
    steward_of(request)
    gap = request.GET.get("gap", "")
    if gap not in {"", *queues.GAPS}:
        raise Http404
    found = queues.incomplete(gap)
    size = queues.counted(f"incomplete.{gap}", found.count)
    page = page_of(Counted(found.select_related("municipality"), size), PAGE_SIZE, request.GET.get("page"))
    fresh = queues.freshness([organization.pk for organization in page])
    rows = [(one, queues.gaps_of(one), fresh[one.pk]) for one in page]
    context = {"page": page, "rows": rows, "gap": gap, "gaps": queues.GAPS.items()}
    return render(request, "network/steward_incomplete.html", context)


@login_required
@require_GET
def suspicious(request: HttpRequest) -> HttpResponse:
    """Records that say what is hardly true."""
    steward_of(request)
    rule = request.GET.get("rule", "")
    if rule not in {"", *suspicions.WORDS}:
        raise Http404
    everything = suspicions.suspected()
    rules = [
        (name, label, sum(found.rule == name for found in everything)) for name, label in suspicions.LABELS.items()
    ]
    shown = [found for found in everything if rule in ("", found.rule)]
    page = page_of(shown, PAGE_SIZE, request.GET.get("page"))
    records = in_bulk(found.organization for found in page)
    fresh = queues.freshness(list(records))
    rows = [(records[found.organization], found, fresh[found.organization]) for found in page]
    looked = Examined.objects.select_related("organization", "by").order_by("-at", "-pk")[:DISMISSED_SHOWN]
    context = {"page": page, "rows": rows, "rule": rule, "rules": rules, "total": len(everything)}
    context["examined"] = [(entry, suspicions.LABELS.get(entry.rule, entry.rule)) for entry in looked]
    return render(request, "network/steward_suspicious.html", context)


@login_required
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """Records that may be of one organization, and pairs that were found to be two."""
    steward_of(request)
    page = page_of(duplicates.suspected(), PAGE_SIZE, request.GET.get("page"))
    records = in_bulk(pk for pair in page for pk in (pair.first, pair.second))
    rows = [
        (
            pair,
            *(
                (records[pk], pieces)
                for pk, pieces in zip((pair.first, pair.second), marked(pair, records), strict=True)
            ),
        )
        for pair in page
    ]
    dismissed = NotDuplicate.objects.select_related("first", "second", "by").order_by("-at", "-pk")[:DISMISSED_SHOWN]
    context = {
        "page": page,
        "rows": rows,
        "applications": duplicates.applications() if page.number == 1 else [],
        "dismissed": dismissed,
    }
    return render(request, "network/steward_duplicates.html", context)


def marked(pair: duplicates.Likeness, records: dict[int, Organization]) -> tuple[Any, Any]:
    """Both names in pieces, with what differs."""
    return duplicates.differing(records[pair.first].name, records[pair.second].name)


def in_bulk(pks: Iterable[int]) -> dict[int, Organization]:
    return Organization.objects.select_related("municipality").in_bulk(set(pks))


class Counted(Sequence[Organization]):
    """A list whose length is known before it is read."""

    def __init__(self, rows: Any, size: int) -> None:
        self.rows, self.size = rows, size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, where: Any) -> Any:
        return self.rows[where]


@login_required
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an organization's editors to look at their record again."""
    steward = steward_of(request)
    organization = get_object_or_404(Organization.objects.visible_to(steward).filter(is_active=True), pk=pk)
    told = actions.remind(organization, by=steward)
    named = {"name": organization.name, "n": told or 0}
    if told is None:
        messages.info(request, _("「%(name)s」には、この7日のあいだにお願いしています。") % named)
    elif told == 0:
        messages.warning(
            request, _("「%(name)s」には編集者がいません。プロフィールのメンバーから招待してください。") % named
        )
    else:
        said = ngettext(
            "「%(name)s」の編集者%(n)d人に、確認をお願いしました。",
            "「%(name)s」の編集者%(n)d人に、確認をお願いしました。",
            told,
        )
        messages.success(request, said % named)
    return back(request)


@login_required
@require_POST
def examined(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what a rule found is in order, or take that back."""
    steward = steward_of(request)
    organization = get_object_or_404(Organization.objects.visible_to(steward), pk=pk)
    rule = request.POST.get("rule", "")
    found = [one for one in suspicions.everything() if one.organization == organization.pk and one.rule == rule]
    if not found:
        raise Http404
    if request.POST.get("undo"):
        actions.examine_again(organization, rule=rule, by=steward)
        messages.success(request, _("「%(name)s」を一覧に戻しました。") % {"name": organization.name})
    else:
        actions.examine(organization, rule=rule, number=found[0].number, by=steward)
        said = _("「%(name)s」を問題なしとしました。1年のあいだ、件数が増えないかぎり一覧に出ません。")
        messages.success(request, said % {"name": organization.name})
    return redirect("network:steward_suspicious")


@login_required
@require_POST
def dismiss(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Say that two records are two organizations."""
    steward = steward_of(request)
    visible = Organization.objects.visible_to(steward)
    one, other = get_object_or_404(visible, pk=first), get_object_or_404(visible, pk=second)
    if one == other:
        raise Http404
    actions.not_duplicates(one, other, by=steward)
    said = _("「%(one)s」と「%(other)s」を、別の機関としました。この画面の下から元に戻せます。")
    messages.success(request, said % {"one": one.name, "other": other.name})
    return redirect("network:steward_duplicates")


@login_required
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a dismissed pair again."""
    steward = steward_of(request)
    actions.maybe_duplicates(get_object_or_404(NotDuplicate, pk=pk), by=steward)
    messages.success(request, _("もう一度、重複の候補に戻しました。"))
    return redirect("network:steward_duplicates")


def back(request: HttpRequest) -> HttpResponse:
    """The queue and the page that the button stood on."""
    queue = request.POST.get("queue", "")
    target = redirect(f"network:steward_{queue}" if queue in QUEUES else "network:steward")
    try:
        page = page_number(request.POST.get("page"))
    except Http404:
        page = 1
    if page > 1:
        target["Location"] += f"?page={page}"
    return target
