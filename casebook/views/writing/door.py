"""Who comes in to a draft."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from casebook.forms.draft.part import At
from casebook.forms.draft.screens import AUDIENCE, CHECK, STEPS, Step, step_of, touched
from casebook.models import Case, Draft
from casebook.writing.content import Content
from casebook.writing.guide import missing
from network.access import Reader, signed_in
from network.models import User


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft and who sits at it."""

    case: Case
    draft: Draft
    reader: User
    content: Content
    may_write: bool
    may_share: bool
    """An editor of the owner: decides who reads, and throws away."""

    @property
    def at(self) -> At:
        return At(self.case, self.content, self.reader)

    @property
    def steps(self) -> list[Step]:
        """Who was only asked to write does not decide who reads."""
        return [step for step in STEPS.values() if self.may_share or step.code != AUDIENCE]


def desk(request: HttpRequest, pk: int) -> Desk:
    """For whoever may see the draft; 404 for everybody else, as where there is none."""
    visible = Draft.objects.visible_to(request.user).select_related("case__owner", "saved_by")
    draft = get_object_or_404(visible, case=pk)
    return Desk(
        case=draft.case,
        draft=draft,
        reader=signed_in(request.user),
        content=Content.from_json(draft.content),
        may_write=Draft.objects.writable_by(request.user).contains(draft),
        may_share=Case.objects.editable_by(request.user).contains(draft.case),
    )


def writers_desk(request: HttpRequest, pk: int) -> Desk:
    """For whoever may change the draft; 403 for those who only see it."""
    found = desk(request, pk)
    if not found.may_write:
        raise PermissionDenied
    return found


def stops(found: Desk, current: str = "") -> list[dict[str, Any]]:
    """The steps with what is missing in each, for the way through the form."""
    lacking: dict[str, int] = {}
    for entry in missing(found.content):
        lacking[step_of(entry)] = lacking.get(step_of(entry), 0) + 1
    return [
        {
            "step": step,
            "number": number,
            "missing": lacking.get(step.code, 0),
            "done": bool(step.writes) and not lacking.get(step.code) and touched(step, found.content),
            "current": step.code == current,
        }
        for number, step in enumerate(found.steps, start=1)
    ]


def next_stop(found: Desk, after: str = "") -> str:
    """The step that comes after one; without one, the first where something is missing, else the check."""
    codes = [step.code for step in found.steps]
    if after:
        return codes[min(codes.index(after) + 1, len(codes) - 1)]
    return next((step_of(entry) for entry in missing(found.content)), CHECK)


def writing_of(case: Case, reader: Reader) -> dict[str, bool] | None:
    """What the case's page offers to those who read its drafts; None for everybody else."""
    may_write = Case.objects.writable_by(reader).contains(case)
    has_draft = Draft.objects.visible_to(reader).filter(case=case).exists()
    return {"draft": has_draft, "may_write": may_write} if may_write or has_draft else None
