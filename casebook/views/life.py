"""What readers do with a case: mark it, use it; and the block that shows what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.forms.life import InsightForm, QuestionForm, ReuseForm, sections_of
from casebook.life import FIRST, life_of
from casebook.models import Case, Reuse
from network.access import Reader, signed_in
from network.forms.refusal import explain
from network.models import Organization, User
from network.paging import page_of

PAGE_SIZE = 20
BACK = {"bookmarks": "casebook:bookmarks", "insights": "casebook:insights", "questions": "casebook:questions"}
"""Lists from which a button returns to the list."""


def visible(request: HttpRequest, pk: int) -> Case:
    """The case, or 404."""
    return get_object_or_404(Case.objects.visible_to(request.user).select_related("owner"), pk=pk)


def life_context(case: Case, reader: Reader, *, first: int | None = FIRST, **forms: Form) -> dict[str, Any]:
    """For `casebook/_life.html`; a form that was refused stands there as it was sent."""
    life = life_of(case, reader, first)
    context: dict[str, Any] = {"case": case, "life": life}
    if isinstance(reader, User) and reader.is_active:
        sections = sections_of(case, reader)
        context["insight_form"] = InsightForm(by=reader, sections=sections) if life.may_note else None
        context["question_form"] = QuestionForm(sections=sections) if life.may_ask else None
        using = ReuseForm(by=reader)
        context["reuse_form"] = using if using.fields["organization"].queryset else None  # type: ignore[attr-defined]
    return context | forms


@require_GET
def life(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that became of a case: a page, or for htmx the block alone."""
    return shown(request, visible(request, pk))


def shown(request: HttpRequest, case: Case, *, status: int = 200, said: str = "", **forms: Any) -> HttpResponse:
    """The block where htmx asked for it, else its own page, which leaves nothing out."""
    htmx = request.htmx  # type: ignore[attr-defined]
    whole = reverse("casebook:life", args=[case.pk])
    first = FIRST if htmx and not (htmx.current_url_abs_path or "").startswith(whole) else None
    context = life_context(case, request.user, first=first, **forms) | {"said": said, "is_all": first is None}
    response = render(request, "casebook/_life.html" if htmx else "casebook/life.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: HttpRequest, case: Case, said: str) -> HttpResponse:
    """After a deed: the block with a word where htmx asked, else back to where the button was."""
    if request.htmx:  # type: ignore[attr-defined]
        return shown(request, case, said=said)
    messages.success(request, said, extra_tags="good")
    back = BACK.get(request.POST.get("back", ""))
    return redirect(back) if back else redirect(f"{reverse('casebook:case', args=[case.pk])}#life")


def taken(form: Form, deed: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was good and the verb took it; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        deed(form.cleaned_data)
    except ValidationError as problem:
        explain(form, problem)
        return False
    return True


@login_required
@require_POST
def bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or take away a bookmark, as the button says."""
    case, person = visible(request, pk), signed_in(request.user)
    if request.POST.get("on") == "0":
        actions.unbookmark(case, by=person)
        return done(request, case, _("しおりを外しました。"))
    actions.bookmark(case, by=person)
    return done(request, case, _("しおりを付けました。名前のメニューの「しおり」から、いつでも開けます。"))


@login_required
@require_POST
def helpful(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the case helped, or take that back, as the button says."""
    case, person = visible(request, pk), signed_in(request.user)
    if request.POST.get("on") == "0":
        actions.find_not_helpful(case, by=person)
        return done(request, case, _("「役に立った」を取り消しました。"))
    actions.find_helpful(case, by=person)
    return done(request, case, _("「役に立った」を記録しました。だれが押したかは表示されません。"))


@login_required
@require_POST
def reuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down for what the case was used."""
    case, person = visible(request, pk), signed_in(request.user)
    form = ReuseForm(request.POST, by=person)

    def deed(values: dict[str, Any]) -> object:
        organization: Organization = values["organization"]
        return actions.reuse(case, organization=organization, text=values["text"], by=person)

    if taken(form, deed):
        return done(request, case, _("活用を記録しました。この事例を書いた機関にお知らせしました。"))
    return shown(request, case, status=422, reuse_form=form)


@login_required
@require_POST
def take_back_reuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike out what was written down."""
    used = get_object_or_404(Reuse.objects.visible_to(request.user).select_related("case__owner"), pk=pk)
    actions.take_back_reuse(used, by=signed_in(request.user))
    return done(request, used.case, _("活用の記録を消しました。"))


@login_required
@require_GET
def bookmarks(request: HttpRequest) -> HttpResponse:
    """The person's own; of cases that are closed by now nothing is said."""
    found = signed_in(request.user).bookmarks.visible_to(request.user).select_related("case__owner")
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    return render(request, "casebook/bookmarks.html", {"page": page})
