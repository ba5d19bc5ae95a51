"""Questions to the team behind a case."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.forms.life import AnswerForm, QuestionForm, sections_of
from casebook.life import asked
from casebook.models import Case, Question
from casebook.views.life import PAGE_SIZE, done, shown, taken, visible
from casebook.vocabulary import QuestionState
from network.access import organization_ids_of, signed_in
from network.actions.base import ConflictError
from network.models import User
from network.paging import page_of

OVERTAKEN = gettext_lazy("この質問は、取り下げられたか、先に回答がありました。画面を読み直してください。")


@login_required
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of the reader's organizations, and what the reader asked."""
    person = signed_in(request.user)
    waiting = Question.objects.addressed_to(person).filter(state=QuestionState.ASKED)
    mine = Question.objects.visible_to(person).filter(by=person)
    page = page_of(mine, PAGE_SIZE, request.GET.get("page"))
    context = {
        "waiting": asked(waiting.order_by("at", "pk")[:PAGE_SIZE], person),
        "page": page,
        "mine": asked(page, person),
        "is_member": organization_ids_of(person).exists(),
    }
    return render(request, "casebook/questions.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A question about a case."""
    case, person = visible(request, pk), signed_in(request.user)
    if organization_ids_of(person).filter(organization=case.owner_id).exists():
        raise PermissionDenied
    form = QuestionForm(request.POST, sections=sections_of(case, person))
    if taken(form, lambda values: actions.ask_question(case, by=person, **values)):
        return done(request, case, _("質問を送りました。回答があると、お知らせが届きます。"))
    return shown(request, case, status=422, question_form=form)


def found_of(request: HttpRequest, pk: int) -> tuple[Question, User]:
    """The question and its reader; 404 where it may not be seen."""
    rows = Question.objects.visible_to(request.user).select_related("case__owner")
    return get_object_or_404(rows, pk=pk), signed_in(request.user)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer of the team."""
    question, person = found_of(request, pk)
    if not Question.objects.addressed_to(person).contains(question):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    try:
        if taken(form, lambda values: actions.answer_question(question, by=person, **values)):
            return done(request, question.case, _("回答しました。質問した方にお知らせしました。"))
    except ConflictError:
        return refused(request, question, str(OVERTAKEN), 409)
    return shown(request, question.case, status=422, answering=question.pk, answer_form=form)


@login_required
@require_POST
def open_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to all who may read the text it is about."""
    question, person = owned(request, pk)
    said = _("質問と回答を、この事例の読者に公開しました。質問した方の名前は出ません。")
    return acted(request, question, lambda: actions.open_question(question, by=person), said)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to who asked and who answers only."""
    question, person = owned(request, pk)
    said = _("公開をやめました。質問した方と回答する機関だけが読めます。")
    return acted(request, question, lambda: actions.close_question(question, by=person), said)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own question back."""
    question, person = found_of(request, pk)
    if question.by_id != person.pk:
        raise PermissionDenied
    said = _("質問を取り下げました。")
    return acted(request, question, lambda: actions.withdraw_question(question, by=person), said)


def owned(request: HttpRequest, pk: int) -> tuple[Question, User]:
    """The question and the editor of its case's owner: 403 for everybody else who sees it."""
    question, person = found_of(request, pk)
    if not Case.objects.editable_by(person).contains(question.case):
        raise PermissionDenied
    return question, person


def acted(request: HttpRequest, question: Question, deed: Callable[[], Any], said: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        deed()
    except ConflictError:
        return refused(request, question, str(OVERTAKEN), 409)
    except ValidationError as problem:
        return refused(request, question, " ".join(problem.messages), 422)
    return done(request, question.case, said)


def refused(request: HttpRequest, question: Question, problem: str, status: int) -> HttpResponse:
    """Why it cannot be done, with everything as it stands now."""
    return shown(request, question.case, status=status, problem=problem)
