"""Questions to the team behind a case: asked, answered, opened to all who read that text."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casebook.actions.insights import may_read
from casebook.models import Answer, Case, Question
from casebook.notices import leave
from casebook.vocabulary import QuestionState
from network.access import NETWORK, keys_held_by, organization_ids_of
from network.actions.base import ConflictError
from network.actions.corrections import acting_as
from network.models import Organization, User

MOST_WAITING = 20
"""So many questions of one person may wait for an answer."""


@transaction.atomic
def ask_question(case: Case, *, text: str, by: User, section: str = "") -> Question:
    """Ask the team; the owner's members are told.

    Raises PermissionDenied for text that the person may not read and for members of the owner; ValidationError for
    bad text and for more than MOST_WAITING questions that wait.
    """
    if not may_read(case, section, by) or organization_ids_of(by).filter(organization=case.owner_id).exists():
        raise PermissionDenied
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two questions at once are counted one after the other
    if Question.objects.filter(by=by, state=QuestionState.ASKED).count() >= MOST_WAITING:
        said = _("回答を待っている質問が%(n)d件あります。回答を待つか、いずれかを取り下げてください。")
        raise ValidationError({"text": said % {"n": MOST_WAITING}})
    asked = Question(case=case, section=section, by=by, on_behalf_of=affiliation(by), text=text.strip())
    asked.full_clean()
    asked.save()
    members = User.objects.filter(memberships__organization=case.owner_id, is_active=True).order_by("pk")
    leave(members, case, "question", key=str(asked.pk), by=asked.on_behalf_of)
    return asked


@transaction.atomic
def answer_question(question: Question, *, text: str, by: User) -> Answer:
    """Answer in the name of the owner or of an organization that took part; who asked is told.

    Raises PermissionDenied for everybody else and where `by` may not read what it is about, ConflictError for a
    question that was taken back, ValidationError for bad text.
    """
    current = _held(question)
    if not Question.objects.addressed_to(by).contains(current):
        raise PermissionDenied
    name, by_owner = _in_whose_name(current.case, by)
    answer = Answer(question=current, by=by, on_behalf_of=name, by_owner=by_owner, text=text.strip())
    answer.full_clean()
    answer.save()
    if current.state == QuestionState.ASKED:
        _stands(current, QuestionState.ANSWERED)
    if current.by_id != by.pk:
        leave([current.by], current.case, "answer", key=str(answer.pk))
    return answer


@transaction.atomic
def open_question(question: Question, *, by: User) -> Question:
    """Show question and answers, without who asked, to all who may read the text they are about.

    Raises PermissionDenied unless `by` edits the owner, ConflictError for a question that was taken back,
    ValidationError for one that has no answer.
    """
    current = _owners(question, by)
    if current.state == QuestionState.ASKED:
        raise ValidationError(_("回答のない質問は公開できません。先に回答してください。"))
    return _stands(current, QuestionState.OPEN_TO_ALL)


@transaction.atomic
def close_question(question: Question, *, by: User) -> Question:
    """Back to who asked and who answers. Raises PermissionDenied unless `by` edits the owner, ConflictError."""
    current = _owners(question, by)
    if current.state != QuestionState.OPEN_TO_ALL:
        return current
    return _stands(current, QuestionState.ANSWERED)


@transaction.atomic
def withdraw_question(question: Question, *, by: User) -> None:
    """Take one's own question back. Raises PermissionDenied, ConflictError when it was answered meanwhile."""
    if question.by_id != by.pk:
        raise PermissionDenied
    current = _held(question)
    if current.state != QuestionState.ASKED:
        raise ConflictError(current)
    current.delete()


def affiliation(by: User) -> str:
    """The organization or lab in whose name a person speaks; empty for somebody outside the network."""
    return acting_as(by)[:200] if NETWORK in keys_held_by(by) else ""


def _held(question: Question) -> Question:
    current = Question.objects.select_for_update(of=("self",)).select_related("case").filter(pk=question.pk).first()
    if current is None:
        raise ConflictError(None)
    return current


def _owners(question: Question, by: User) -> Question:
    current = _held(question)
    if not Case.objects.editable_by(by).contains(current.case):
        raise PermissionDenied
    return current


def _stands(question: Question, state: QuestionState) -> Question:
    question.state = state
    question.save(update_fields=["state"])
    return question


def _in_whose_name(case: Case, by: User) -> tuple[str, bool]:
    """The name of the person's organization that is in the case, the owner's first; and whether it is the owner."""
    mine = Organization.objects.filter(pk__in=organization_ids_of(by))
    took_part = mine.filter(participations__case=case).order_by("pk").first()
    speaking = mine.filter(pk=case.owner_id).first() or took_part
    return (speaking.name if speaking else "")[:200], speaking is not None and speaking.pk == case.owner_id
