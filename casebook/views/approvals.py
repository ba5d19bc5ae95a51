"""The consent ledger on the side of an organization that took part."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.actions.consenting import is_current, text_of
from casebook.actions.wanting import NOBODY, reach
from casebook.forms.consenting import AnswerForm, WithdrawForm
from casebook.ledger import is_broken, short, status_of
from casebook.models import Case, Consent
from casebook.readlog import Excerpt, record
from casebook.showing import shown_after
from casebook.viewers import OWN, Plan, Viewer, in_force, plan_after, plan_now
from casebook.vocabulary import CaseState, ConsentState, LogAction, Scope, SectionKind
from casebook.writing.facts import Fact, Names, facts_of
from casebook.writing.texts import Text
from network.access import keys_of_members, signed_in
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.models import User
from network.paging import page_of

PAGE_SIZE = 20


@login_required
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What the reader's organizations were asked, what waits first."""
    found = Consent.objects.asked_of(request.user).select_related("organization", "case__owner")
    waits = Q(state=ConsentState.ASKED)
    page = page_of(found.annotate(waits=waits).order_by("-waits", "-pk"), PAGE_SIZE, request.GET.get("page"))
    rows = [{"consent": one, "status": status_of(one)} for one in page.object_list]
    return render(request, "casebook/approvals.html", {"page": page, "rows": rows})


@login_required
@require_GET
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact text, and the answer to it."""
    return _page(request, _asked(request, pk))


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, as far and as long as the form says, or no with a reason."""
    consent, person = _asked(request, pk), signed_in(request.user)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, consent, answering=form, status=422)
    said = form.cleaned_data
    if said["digest"] != consent.digest:
        return _page(request, consent, problem=_changed(), status=409)
    terms = {"scope": said["scope"] or consent.scope, "until": said["until"]}
    try:
        actions.answer_approval(consent, agreed=form.agreed, reason=said["reason"], **terms, by=person)
    except ConflictError:
        return _page(request, _asked(request, pk), problem=_changed(), status=409)
    except ValidationError as refused:
        explain(form, refused)
        return _page(request, consent, answering=form, status=422)
    told = _("同意しました。") if form.agreed else _("辞退しました。理由を伝えました。")
    messages.success(request, told, extra_tags="good")
    return redirect("casebook:approval", pk=pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the organization's word back."""
    consent, person = _asked(request, pk), signed_in(request.user)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw_consent(consent, reason=form.cleaned_data["reason"], by=person)
        except ConflictError:
            said = _("撤回できる同意がありません。いまの状態をご確認ください。")
            return _page(request, _asked(request, pk), problem=said, status=409)
        except ValidationError as refused:
            explain(form, refused)
        else:
            said = _("同意を撤回しました。次の表示から、所有する機関の外では読めなくなりました。")
            messages.success(request, said, extra_tags="good")
            return redirect("casebook:approval", pk=pk)
    return _page(request, consent, withdrawing=form, status=422)


def shows_text(case: Case, consent: Consent) -> bool:
    """Whether the party is shown the text: while it is asked about it, and while its word holds and the case is open
    to others. What anybody took back is closed here too."""
    if not is_current(case, consent):
        return False
    closed = case.state in {CaseState.ARCHIVED, CaseState.TAKEN_DOWN} or is_broken(case)
    return consent.state == ConsentState.ASKED or (status_of(consent) in {"given", "soon"} and not closed)


def _asked(request: HttpRequest, pk: int) -> Consent:
    """What an organization was asked that the reader is an editor of, or 404."""
    found = Consent.objects.asked_of(request.user).select_related("organization", "case__owner", "answered_by")
    return get_object_or_404(found, pk=pk)


def _changed() -> str:
    return _("本文が変わったか、すでに回答されています。いまの状態をご確認ください。")


def _page(
    request: HttpRequest,
    consent: Consent,
    *,
    answering: AnswerForm | None = None,
    withdrawing: WithdrawForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    case = consent.case
    context: dict[str, Any] = {
        "consent": consent,
        "case": case,
        "status": status_of(consent),
        "current": is_current(case, consent),
        "short": short(consent.digest),
        "visible": Case.objects.visible_to(request.user).contains(case),
        "answering": answering or AnswerForm(initial={"digest": consent.digest}),
        "withdrawing": withdrawing or WithdrawForm(auto_id="withdraw-%s"),
        "problem": problem,
    }
    if shows_text(case, consent):
        context |= _text(case, consent, signed_in(request.user))
    return render(request, "casebook/approval.html", context, status=status)


def _text(case: Case, consent: Consent, person: User) -> dict[str, Any]:
    """The text that the party was asked about, without the client's name where that is not meant for it; written into
    the owner's log."""
    text = text_of(case, consent.digest)
    content = text.content
    planned: Plan = plan_after(case, content) if text.is_draft else plan_now(case)
    plan = {kind: planned.get(kind, {}) for kind in content.sections}
    shown = shown_after(case, content, plan, Viewer(OWN, "", frozenset()))
    named = _names_reach(consent, plan)
    shows_source = named or SectionKind.IDENTITY not in content.sections
    if not named:
        shown = replace(shown, parts=[part for part in shown.parts if part.kind != SectionKind.IDENTITY])
    if not shows_source:
        shown = replace(shown, shows_source=False, related_urls=[])
    record([Excerpt(case, list(case.sections.all()))], LogAction.READ, person, why=_("同意の依頼"), once_a_day=True)
    widest = reach(case, {kind: in_force(accepted) for kind, accepted in plan.items()})
    scope = Scope.values[widest] if widest != NOBODY else ""
    return {
        "shown": shown,
        "files": None,
        "planned": Scope(scope).label if scope else "",
        "more": _more(text, named=named, shows_source=shows_source, person=person),
    }


def _names_reach(consent: Consent, plan: Plan) -> bool:
    """Whether 実名・連絡先 is planned for the organization."""
    if consent.organization is None:
        return False
    held = keys_of_members(consent.organization) | {"team"}
    return bool(held & in_force(plan.get(SectionKind.IDENTITY, {})))


def _more(text: Text, *, named: bool, shows_source: bool, person: User) -> list[Fact]:
    """What belongs to the text and stands nowhere on the page of a case: its kind, its naming, its files."""
    files = [file for file in text.files if named or file.section != SectionKind.IDENTITY]
    content = text.content if shows_source else text.content.changed(source_title="", source_url="", related_urls=())
    wanted = {_("だれの事例か"), _("名前の出し方"), _("添付ファイル"), _("関連する事例")}
    return [fact for fact in facts_of(content, files, Names([content], person)) if fact.label in wanted and fact.value]
