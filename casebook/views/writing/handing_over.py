"""What is still wrong with a draft, and giving it to a second person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casebook import actions
from casebook.anonymity import Finding, apply_suggestion
from casebook.anonymity.showing import chosen, grouped
from casebook.forms.draft.part import TextField
from casebook.forms.draft.screens import CHECK, STEPS, SUBMIT, step_of
from casebook.views.writing.door import Desk, stops, writers_desk
from casebook.writing.checking import SEEN_BY_ALL, all_findings, open_findings
from casebook.writing.guide import missing
from casebook.writing.live import files_of, following_merges
from network.actions.base import ConflictError
from network.text import clean_line

LONGEST_REASON = 300


class SubmitForm(forms.Form):
    """What the second reader should look at; `version` is what the page showed."""

    message = TextField(
        label=gettext_lazy("確認する方へ"),
        help_text=gettext_lazy("特に見てほしいところがあれば。空でもかまいません。"),
        max_length=1000,
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


@login_required
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, and what may tell who the client is."""
    found = writers_desk(request, pk)
    context = {
        **_around(found, CHECK),
        "groups": grouped(
            following_merges(found.content), _findings(found), found.draft.acknowledged, files_of(found.case)
        ),
        "apply_url": reverse("casebook:apply_suggestion", args=[pk]),
        "acknowledge_url": reverse("casebook:acknowledge", args=[pk]),
        "hides_nobody": found.content.basis in SEEN_BY_ALL,
    }
    return render(request, "casebook/draft/check.html", context)


@login_required
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why something that was found may stay, or take that back."""
    found = writers_desk(request, pk)
    finding, reason = request.POST.get("finding", ""), request.POST.get("reason", "")[:LONGEST_REASON]
    if finding not in {one.id for one in _findings(found)}:
        return _checked(request, pk, _("その箇所は、もうありません。"), level=messages.INFO)
    try:
        clean_line(reason)
    except ValidationError as refused:
        return _checked(request, pk, " ".join(refused.messages), level=messages.ERROR)
    actions.acknowledge(found.case, finding=finding, reason=reason, by=found.reader)
    return _checked(request, pk, _("理由を残しました。") if reason.strip() else _("理由を消しました。"))


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a finding suggests."""
    found = writers_desk(request, pk)
    suggested = chosen(_findings(found), request.POST.get("apply", ""))
    changes = apply_suggestion(following_merges(found.content).as_json(), *suggested) if suggested else {}
    if "audience" in changes and not found.may_share:
        raise PermissionDenied
    if not changes:
        return _checked(request, pk, _("その箇所は、もうありません。"), level=messages.INFO)
    try:
        actions.save_draft(found.case, changes=changes, expected=found.draft.revision, by=found.reader)
    except ConflictError:
        said = _("開いている間に本文が変わりました。内容を見直してから、もう一度お試しください。")
        return _checked(request, pk, said, level=messages.WARNING)
    return _checked(request, pk, _("提案のとおりに直しました。"))


@login_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the draft to a second person of the owner."""
    found = writers_desk(request, pk)
    form = SubmitForm(request.POST or None, initial={"version": found.draft.revision}, label_suffix="")
    problems: list[str] = []
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        said = form.cleaned_data
        try:
            actions.submit(found.case, message=said["message"], expected=said["version"], by=found.reader)
        except ValidationError as refused:
            problems, status = refused.messages, 422
        except ConflictError:
            problems, status = (
                [_("開いている間に本文が変わりました。内容を見直してから、もう一度出してください。")],
                409,
            )
            form = SubmitForm(initial={"version": found.draft.revision, "message": said["message"]}, label_suffix="")
        else:
            messages.success(request, _("確認に出しました。ほかの編集者が読んで公開します。"), extra_tags="good")
            return redirect("casebook:draft", pk=pk)
    still_open = open_findings(found.case, found.content, found.draft.acknowledged, reader=found.reader)
    context = {**_around(found, SUBMIT), "form": form, "problems": problems, "open_findings": still_open}
    return render(request, "casebook/draft/submit.html", context, status=status)


def _findings(found: Desk) -> list[Finding]:
    return all_findings(found.case, found.content, reader=found.reader)


def _checked(request: HttpRequest, pk: int, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    tags = {messages.SUCCESS: "good", messages.ERROR: "bad", messages.WARNING: "care"}
    messages.add_message(request, level, said, extra_tags=tags.get(level, ""))
    return redirect("casebook:check", pk=pk)


def _around(found: Desk, code: str) -> dict[str, Any]:
    content = found.content
    all_stops = stops(found, code)
    lacking = [(STEPS[step_of(entry)], entry) for entry in missing(content)]
    return {
        "case": found.case,
        "draft": found.draft,
        "desk": found,
        "stops": all_stops,
        "here": next(stop for stop in all_stops if stop["current"]),
        "lacking": lacking,
    }
