"""The consent ledger on the owner's side: read, filled in, taken back, rested on anew."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casebook import actions
from casebook.actions.wanting import Wanting
from casebook.forms.consenting import RecordForm, WithdrawForm
from casebook.ledger import TextRow, ledger_of, short
from casebook.models import Case
from casebook.showing import shown_after
from casebook.viewers import OWN, Viewer, plan_after, plan_now
from casebook.views.inside import edited, inside
from casebook.vocabulary import Naming, Scope
from casebook.writing.facts import Names, facts_of
from casebook.writing.texts import Text, draft_text, live_text
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.models import Organization


@login_required
@require_GET
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger, for the owner's members; what one does with it, for its editors."""
    return _page(request, inside(request, pk))


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the organizations that took part to approve the text that the page showed."""
    case, editor = edited(request, pk)
    try:
        asked = actions.ask_approvals(case, digest=_digest(request), by=editor)
    except ConflictError:
        return _page(request, case, problem=_changed(), status=409)
    if asked:
        names = _("、").join(str(one.organization) for one in asked)
        messages.success(request, _("%(names)sに同意を求めました。") % {"names": names}, extra_tags="good")
    else:
        messages.info(request, _("これから求める相手はいません。"))
    return redirect("casebook:consents", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the client, or an organization without an editor, agreed to."""
    case, editor = edited(request, pk)
    text = _chosen(request, case)
    if text is None:
        return _page(request, case, problem=_("同意を求める本文がありません。先に下書きを書いてください。"), status=409)
    party = _party(request, text)
    initial = {"digest": text.digest, "naming": text.content.naming, "contact": text.content.contact}
    form = RecordForm(request.POST or None, for_client=party is None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            digest = form.cleaned_data["digest"]
            try:
                actions.record_consent(case, party=party, digest=digest, terms=form.terms(), by=editor)
            except ConflictError:
                return _page(request, case, problem=_changed(), status=409)
            except ValidationError as refused:
                explain(form, refused)
            else:
                messages.success(request, _("同意を記録しました。"), extra_tags="good")
                return redirect("casebook:consents", pk=pk)
    context = {"case": case, "party": party, "text": text, "short": short(text.digest), "form": form}
    return render(request, "casebook/consent_record.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int, consent: int) -> HttpResponse:
    """Take back what the owner wrote down for a party; asked once more, with a reason."""
    case, editor = edited(request, pk)
    found = get_object_or_404(case.consents.select_related("organization", "case"), pk=consent)
    form = WithdrawForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.withdraw_consent(found, reason=form.cleaned_data["reason"], by=editor)
            except ConflictError:
                return _page(request, case, problem=_("この同意は、すでに撤回されています。"), status=409)
            except ValidationError as refused:
                explain(form, refused)
            else:
                said = _("同意の撤回を記録しました。次の表示から、自機関の外では読めなくなりました。")
                messages.success(request, said, extra_tags="good")
                return redirect("casebook:consents", pk=pk)
    context = {"case": case, "consent": found, "form": form, "may": actions.may_withdraw(found, editor)}
    return render(request, "casebook/consent_withdraw.html", context, status=status if context["may"] else 403)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the published text rest on the consents that were given anew."""
    case, editor = edited(request, pk)
    try:
        actions.reopen(case, by=editor)
    except actions.ConsentWantingError as lacking:
        said = _("必要な同意がそろっていないため、公開していません。")
        return _page(request, case, problem=said, lacking=lacking.wanting, status=422)
    except actions.SecondPersonNeededError:
        said = _("同意を記録した方とは別の編集者が、内容を確かめて公開してください。")
        return _page(request, case, problem=said, status=403)
    except ConflictError:
        return _page(request, case, problem=_("新しい同意は、すでに反映されています。"), status=409)
    messages.success(request, _("新しい同意にもとづいて公開しています。"), extra_tags="good")
    return redirect("casebook:consents", pk=pk)


@login_required
@require_GET
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact text to be agreed to, on paper: with scope, naming, term, contact and lines to sign."""
    case, _editor = edited(request, pk)
    chosen = _chosen(request, case)
    if chosen is None:
        raise Http404
    content = chosen.content
    plan = plan_after(case, content) if chosen.is_draft else plan_now(case)
    plan = {kind: plan.get(kind, {}) for kind in content.sections}
    shown = shown_after(case, content, plan, Viewer(OWN, "", frozenset()))
    context = {
        "case": case,
        "shown": shown,
        "facts": [fact for fact in facts_of(content, chosen.files, Names([content], request.user)) if fact.value],
        "short": short(chosen.digest),
        "scopes": Scope.choices,
        "namings": Naming.choices,
        "naming": content.naming,
        "party": _party(request, chosen),
    }
    return render(request, "casebook/consent_text.html", context)


def _chosen(request: HttpRequest, case: Case) -> Text | None:
    """The draft; the published text where there is none, or where the address asks for it."""
    wants_live = request.GET.get("text") == "live"
    return (None if wants_live else draft_text(case)) or live_text(case)


def _party(request: HttpRequest, text: Text) -> Organization | None:
    """The organization in the address, which took part; None for the client. Raises Http404 for any other."""
    typed = request.GET.get("party", "")
    if not typed:
        return None
    if typed not in {str(one.organization) for one in text.content.participants}:
        raise Http404
    return get_object_or_404(Organization, pk=int(typed))


def _digest(request: HttpRequest) -> str:
    return request.POST.get("digest", "")


def _changed() -> str:
    return _("開いている間に本文が変わりました。いまの本文で、もう一度お進みください。")


def _page(
    request: HttpRequest, case: Case, *, problem: str = "", lacking: list[Wanting] | None = None, status: int = 200
) -> HttpResponse:
    ledger = ledger_of(case)
    draft: TextRow | None = next((row for row in ledger.texts if row.text.is_draft), None)
    live: TextRow | None = next((row for row in ledger.texts if not row.text.is_draft), None)
    context: dict[str, Any] = {
        "case": case,
        "ledger": ledger,
        "draft": draft,
        "live": live,
        "can_edit": Case.objects.editable_by(request.user).contains(case),
        "problem": problem,
        "lacking": lacking,
        "withdrawn": any(entry.status == "withdrawn" and entry.consent.binding for entry in ledger.entries),
    }
    return render(request, "casebook/consents.html", context, status=status)
