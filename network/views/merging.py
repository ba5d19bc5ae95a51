"""Where a steward makes one record of two, and two again."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network import actions
from network.actions.merge_rules import RULES, rule_of
from network.forms.steward import MergeForm
from network.models import Merge, Organization, User
from network.paging import page_of
from network.stewarding import duplicates
from network.views.door import steward_of

PAGE_SIZE = 25


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Compare two records, say which one stays and why, see what will happen, and do it."""
    steward = steward_of(request)
    visible = Organization.objects.visible_to(steward).filter(merged_into=None).select_related("municipality")
    one, other = get_object_or_404(visible, pk=first), get_object_or_404(visible.exclude(pk=first), pk=second)
    form = MergeForm(request.POST or None, first=one, second=other)
    if request.method != "POST" or not form.is_valid():
        return compare(request, form, status=422 if form.is_bound else 200)
    if request.POST.get("confirmed") != "yes":
        return confirmation(request, form)
    return merged(request, form, steward)


def merged(request: HttpRequest, form: MergeForm, steward: User) -> HttpResponse:
    kept, dropped, reason = form.kept, form.dropped, form.cleaned_data["reason"]
    try:
        actions.merge(kept, dropped, reason=reason, expected=form.expected, by=steward)
    except actions.ConflictError:
        fresh = MergeForm(first=form.pair[0], second=form.pair[1], initial={"keep": kept.pk, "reason": reason})
        for organization in form.pair:
            organization.refresh_from_db()
        fresh.initial["versions"] = "-".join(str(organization.version) for organization in form.pair)
        return compare(request, fresh, changed=True, status=409)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return compare(request, form, status=422)
    said = _("「%(dropped)s」を「%(kept)s」に統合しました。この画面から取り消せます。")
    messages.success(request, said % {"dropped": dropped.name, "kept": kept.name})
    return redirect("network:steward_merges")


def compare(request: HttpRequest, form: MergeForm, *, changed: bool = False, status: int = 200) -> HttpResponse:
    """Both records side by side."""
    one, other = form.pair
    context = {
        "form": form,
        "pair": form.pair,
        "changed": changed,
        "percent": likeness(one, other),
        "names": zip(form.pair, duplicates.differing(one.name, other.name), strict=True),
        "facts": [(label, left, right, left != right) for label, left, right in facts(one, other)],
        "numbers": numbers(one, other),
    }
    return render(request, "network/merge.html", context, status=status)


def confirmation(request: HttpRequest, form: MergeForm) -> HttpResponse:
    """What will happen, in numbers; nothing happens yet."""
    rows = [
        (str(rule_of(model).label), total - clashes, clashes)
        for model, (total, clashes) in in_order(actions.moving_rows(form.kept, form.dropped)).items()
    ]
    context = {"form": form, "kept": form.kept, "dropped": form.dropped, "rows": rows}
    return render(request, "network/merge_confirm.html", context)


def facts(one: Organization, other: Organization) -> Iterator[tuple[str, str, str]]:
    """What the two records say, line by line; a steward knows of no weaknesses here either."""
    plain = ("kana", "corporate_number", "website", "contact_email", "contact_phone", "about")
    meta = Organization._meta
    yield _("種類"), one.kind_name, other.kind_name
    yield _("所在地"), one.place, other.place
    for name in plain:
        yield str(meta.get_field(name).verbose_name), getattr(one, name) or "", getattr(other, name) or ""  # type: ignore[union-attr]
    yield _("外部ID"), one.external_id, other.external_id
    yield _("有効"), _yes_or_no(one.is_active), _yes_or_no(other.is_active)


def likeness(one: Organization, other: Organization) -> int:
    """As the list of duplicates says it; by the names alone where they are not in it."""
    pair = {one.pk, other.pk}
    listed = (found.percent for found in duplicates.likenesses() if {found.first, found.second} == pair)
    return next(listed, duplicates.similarity(one.name, other.name))


def _yes_or_no(value: bool) -> str:
    return _("はい") if value else _("いいえ")


def in_order(found: dict[type[Model], Any]) -> dict[type[Model], Any]:
    """People and what they say first, small print last."""
    places = list(RULES)
    last = len(places)

    def place(model: type[Model]) -> int:
        label = model._meta.label_lower
        return places.index(label) if label in RULES else last

    return {model: found[model] for model in sorted(found, key=place)}


def numbers(one: Organization, other: Organization) -> list[tuple[str, int, int]]:
    """How many rows hang on each of the two."""
    left, right = actions.moving_rows(other, one), actions.moving_rows(one, other)
    models = in_order(dict.fromkeys([*left, *right]))
    nothing: Any = (0, 0)
    return [(str(rule_of(model).label), left.get(model, nothing)[0], right.get(model, nothing)[0]) for model in models]


@login_required
@require_GET
def merges(request: HttpRequest) -> HttpResponse:
    """What was merged, newest first, with the way back."""
    steward_of(request)
    return listed(request)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two records of one again."""
    steward = steward_of(request)
    entry = get_object_or_404(Merge.objects.select_related("kept", "dropped"), pk=pk)
    try:
        actions.undo_merge(entry, by=steward)
    except actions.ConflictError:
        return listed(request, refused=entry, problems=[_("この統合は、すでに取り消されています。")], status=409)
    except actions.CannotBeUndoneError as refused:
        return listed(request, refused=entry, problems=refused.problems, status=409)
    said = _("統合を取り消しました。「%(dropped)s」は元の登録に戻りました。")
    messages.success(request, said % {"dropped": entry.dropped.name})
    return redirect("network:steward_merges")


def listed(
    request: HttpRequest, *, refused: Merge | None = None, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    found = Merge.objects.select_related("kept", "dropped", "by", "undone_by").defer("ledger")
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    context = {"page": page, "refused": refused, "problems": problems or []}
    return render(request, "network/merges.html", context, status=status)
