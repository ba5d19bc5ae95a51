"""Asking the network where no case answers, and answering."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from network.access import lab_ids_facilitated_by, signed_in
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.paging import page_of
from search import actions
from search.asking import as_filters, in_words, one_line
from search.forms import InquiryForm, ReplyForm, chosen_in
from search.records import Inquiry

PAGE_SIZE = 20


def visible(request: HttpRequest, pk: int) -> Inquiry:
    return get_object_or_404(Inquiry.objects.visible_to(request.user), pk=pk)


@login_required
@require_GET
def inquiries(request: HttpRequest) -> HttpResponse:
    """The person's own, and those to the labs the person facilitates for."""
    return page(request)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Write the question, beginning with what was searched; it goes out when the person says so, and never before."""
    person = signed_in(request.user)
    labs = actions.labs_of(person)
    form = InquiryForm(request.POST if request.method == "POST" else None, labs=labs, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_inquiry(by=person, **form.cleaned_data)
        except ValidationError as problem:
            explain(form, problem)
        else:
            messages.success(request, _("質問を送りました。回答があれば、お知らせします。"))
            return redirect("search:inquiries")
    return render(request, "search/ask.html", {"form": form, "labs": labs}, status=422 if form.errors else 200)


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer in the name of the lab."""
    inquiry, form = visible(request, pk), ReplyForm(request.POST, auto_id=f"reply_{pk}_%s")
    if form.is_valid():
        try:
            actions.reply(inquiry, text=form.cleaned_data["text"], by=signed_in(request.user))
        except ValidationError as problem:
            explain(form, problem)
        except ConflictError:
            form.add_error(None, _("この質問は、解決済みになりました。回答は送られていません。"))
            return page(request, refused=inquiry, form=form, status=409)
        else:
            messages.success(request, _("回答を送りました。"))
            return redirect("search:inquiries")
    return page(request, refused=inquiry, form=form, status=422)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one's own question is answered."""
    actions.close_inquiry(visible(request, pk), by=signed_in(request.user))
    messages.success(request, _("解決済みにしました。"))
    return redirect("search:inquiries")


def page(
    request: HttpRequest, *, refused: Inquiry | None = None, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    """The list; an answer that was refused stands there as it was sent."""
    found = Inquiry.objects.visible_to(request.user).select_related("by").prefetch_related("labs", "replies__lab")
    shown = page_of(found, PAGE_SIZE, request.GET.get("page"))
    mine = set(lab_ids_facilitated_by(request.user))
    rows = [
        {
            "inquiry": one,
            "own": one.by == request.user,
            "form": form
            if one == refused
            else ReplyForm(auto_id=f"reply_{one.pk}_%s")
            if one.by != request.user and not one.closed_at and any(lab.pk in mine for lab in one.labs.all())
            else None,
        }
        for one in shown
    ]
    context = {"page": shown, "rows": rows, "may_ask": actions.labs_of(signed_in(request.user)).exists()}
    return render(request, "search/inquiries.html", context, status=status)


def _begun(request: HttpRequest) -> dict[str, str]:
    """The question as it may begin: what was searched, in words."""
    chosen, _unknown = chosen_in(request.GET)
    asked = in_words(one_line(request.GET.get("q", "")), as_filters(chosen))
    if not asked:
        return {}
    said = _(
        "「%(asked)s」について事例を探しましたが、見つかりませんでした。ご存じの事例や、詳しい方を教えてください。"
    )
    return {"text": said % {"asked": "・".join(asked)[:400]}}
