"""What became of one case, as far as one reader may know: notes, questions, marks, uses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from casebook.actions import keys_for_notes
from casebook.models import Answer, Bookmark, Case, Helpful, Insight, Question, Reuse, Section
from casebook.related import Related, related_to
from casebook.vocabulary import QuestionState, SectionKind
from network.access import NETWORK, Reader, is_member_of, organization_ids_edited_by, organization_ids_of
from network.models import Lab, Organization, User

FEWEST = 3
"""What others did is counted from so many on: a smaller number would point at somebody."""
MOST_USES = 20
"""So many uses are listed."""
FIRST = 5
"""So many notes and questions stand on the case's own page."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and who gives it as far as this reader may know."""

    answer: Answer
    who: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers and what this reader may do with it."""

    question: Question
    who: str
    """Empty where that is between who asked and who answers."""
    is_own: bool
    answers: list[Told]
    may_answer: bool
    may_open: bool
    may_close: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A note with the name of those it is for."""

    insight: Insight
    audience: str
    may_remove: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Used:
    reuse: Reuse
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Life:
    """Everything below a case's sections."""

    case: Case
    helpful: int | None
    """None where too few said so to be counted."""
    is_helpful: bool
    may_praise: bool
    is_bookmarked: bool
    reuses: list[Used]
    other_reuses: int | None
    """Uses the reader does not see one by one; None for too few to be counted."""
    questions: list[Asked]
    insights: list[Noted]
    has_more: bool
    """Whether there are more questions or notes than stand here."""
    may_ask: bool
    may_note: bool
    related: list[Related]


def life_of(case: Case, reader: Reader, first: int | None = FIRST) -> Life:
    """The life of a case that the reader may see; the same number of queries whatever happened to it."""
    person = reader if isinstance(reader, User) and reader.is_active else None
    own = person is not None and is_member_of(person, case.owner_id)
    questions = list(Question.objects.visible_to(reader).filter(case=case)[: first and first + 1])
    insights = list(notes_for(reader).filter(case=case)[: first and first + 1])
    praise, reuses = Helpful.objects.filter(case=case), Reuse.objects.visible_to(reader).filter(case=case)
    mine = person is not None and praise.filter(user=person).exists()
    seen = list(reuses.select_related("organization"))
    removable = set(reuses.removable_by(reader).values_list("pk", flat=True))
    return Life(
        case=case,
        helpful=_counted(praise.count(), without=int(mine)),
        is_helpful=mine,
        may_praise=person is not None and not own,
        is_bookmarked=person is not None and Bookmark.objects.filter(user=person, case=case).exists(),
        reuses=[Used(used, used.pk in removable) for used in seen[:MOST_USES]],
        other_reuses=_counted(Reuse.objects.filter(case=case).count() - len(seen)),
        questions=asked(questions[:first], reader),
        insights=noted(insights[:first], reader),
        has_more=first is not None and max(len(questions), len(insights)) > first,
        may_ask=person is not None and not own,
        may_note=person is not None and bool(keys_for_notes(person)),
        related=related_to(case, reader),
    )


def _counted(number: int, without: int = 0) -> int | None:
    return number if number - without >= FEWEST else None


def notes_for(reader: Reader) -> QuerySet[Insight]:
    """The notes a reader sees, newest first, with whatever a list of them shows."""
    return Insight.objects.visible_to(reader).select_related("by", "organization", "case")


def noted(insights: Iterable[Insight], reader: Reader) -> list[Noted]:
    """Notes that the reader sees, with what may be done with each; a fixed number of queries."""
    insights = list(insights)
    names = audiences({insight.key for insight in insights})
    removable = Insight.objects.removable_by(reader).filter(pk__in=[insight.pk for insight in insights])
    mine = set(removable.values_list("pk", flat=True)) if insights else set()
    return [
        Noted(insight, names.get(insight.key, ""), insight.pk in mine, insight.by_id == reader.pk)
        for insight in insights
    ]


def audiences(keys: Iterable[str]) -> dict[str, str]:
    """What one calls those who hold each of these keys of notes, in the order of the choices."""
    labs, organizations = _ids(keys, "lab"), _ids(keys, "org")
    found = {NETWORK: _("ネットワーク")} if NETWORK in keys else {}
    found |= {f"lab:{pk}": name for pk, name in Lab.objects.filter(pk__in=labs).values_list("pk", "name")}
    named = Organization.objects.filter(pk__in=organizations).order_by("pk").values_list("pk", "name")
    return found | {f"org:{pk}": _("%(name)sの内側") % {"name": name} for pk, name in named}


def _ids(keys: Iterable[str], kind: str) -> set[int]:
    parts = [key.partition(":") for key in keys]
    return {int(pk) for found, _colon, pk in parts if found == kind and pk.isdecimal()}


def asked(questions: Iterable[Question], reader: Reader) -> list[Asked]:
    """Questions that the reader sees. Who asked is told to those who answer; which organization took part and answers,
    to readers of the section 支援体制 and to those that took part. A fixed number of queries."""
    questions = list(questions)
    pks = [question.pk for question in questions]
    answers: Prefetch[str, QuerySet[Answer], str] = Prefetch("answers", Answer.objects.select_related("by"))
    rows = Question.objects.select_related("by", "case").prefetch_related(answers).in_bulk(pks)
    own = set(organization_ids_of(reader)) if pks else set()
    edited = set(organization_ids_edited_by(reader)) if pks else set()
    cases = {question.case_id for question in questions}
    joined = Case.objects.filter(pk__in=cases, participants__organization__in=own)
    party = {row.case_id for row in rows.values() if row.case.owner_id in own} | set(
        joined.values_list("pk", flat=True)
    )
    told = Section.objects.visible_to(reader).filter(kind=SectionKind.TEAM, case__in=cases)
    knows_team = party | set(told.values_list("case_id", flat=True))
    return [
        _asked(
            rows[pk],
            reader,
            in_party=rows[pk].case_id in party,
            is_owner=rows[pk].case.owner_id in edited,
            knows_team=rows[pk].case_id in knows_team,
        )
        for pk in pks
        if pk in rows
    ]


def _asked(question: Question, reader: Reader, *, in_party: bool, is_owner: bool, knows_team: bool) -> Asked:
    state, mine = question.state, question.by_id == reader.pk
    name = _("%(name)sさん") % {"name": question.by.called}
    who = "・".join(part for part in (question.on_behalf_of, name) if part)
    return Asked(
        question=question,
        who=who if mine or in_party else "",
        is_own=mine,
        answers=[Told(answer, _who(answer, knows_team)) for answer in question.answers.all()],
        may_answer=in_party and not mine,
        may_open=is_owner and state == QuestionState.ANSWERED,
        may_close=is_owner and state == QuestionState.OPEN_TO_ALL,
        may_withdraw=mine and state == QuestionState.ASKED,
    )


def _who(answer: Answer, knows_team: bool) -> str:
    if not (answer.by_owner or knows_team):
        return _("支援に加わった機関")
    return answer.on_behalf_of or _("支援したチーム")
