"""The steps of the guided form in their order, and one step as it was sent or is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casebook.codes import guide
from casebook.forms.draft.answers import answers
from casebook.forms.draft.audience import AudienceForm
from casebook.forms.draft.facts import ClientForm, ProfileForm, SupportForm
from casebook.forms.draft.figures import FiguresForm
from casebook.forms.draft.part import At, PartForm
from casebook.forms.draft.partners import PartnersForm
from casebook.forms.draft.related import RelatedForm
from casebook.vocabulary import SectionKind
from casebook.writing.content import Content
from casebook.writing.guide import Missing
from network.profile.conflicts import Difference, fingerprint

AUDIENCE, CHECK, SUBMIT = "audience", "check", "submit"


@dataclass(frozen=True, slots=True)
class Step:
    """One screen; `writes` are the fields of the content that it may change (`sections.…` for one of them)."""

    code: str
    title: str | Promise
    parts: tuple[type[PartForm], ...] = ()
    writes: tuple[str, ...] = ()


def _section(kind: str) -> Step:
    beside: dict[str, tuple[type[PartForm], str]] = {
        SectionKind.RESULT: (FiguresForm, "measures"),
        SectionKind.TEAM: (PartnersForm, "participants"),
    }
    form, name = beside.get(kind, (None, ""))
    parts = (answers(kind), *([form] if form else []))
    return Step(kind, SectionKind(kind).label, parts, (f"sections.{kind}", *([name] if name else [])))


STEPS: dict[str, Step] = {
    step.code: step
    for step in (
        Step("profile", _("題名とだれの事例か"), (ProfileForm,), tuple(ProfileForm.base_fields)),
        Step(
            "client",
            _("どんな会社か"),
            (ClientForm,),
            ("industry", "size_band", "prefecture", "municipality", "year", "stage_before", "stage_after"),
        ),
        Step(
            "support",
            _("支援のあらまし"),
            (SupportForm, RelatedForm),
            (*SupportForm.base_fields, "related"),
        ),
        *(_section(kind) for kind in guide()),
        Step(AUDIENCE, _("読んでもらう範囲"), (AudienceForm,), ("audience", "opens_on")),
        Step(CHECK, _("点検")),
        Step(SUBMIT, _("確認に出す")),
    )
}


class Screen:
    """One step for one writer."""

    def __init__(self, step: Step, at: At, data: QueryDict | None = None) -> None:
        self.step, self.at = step, at
        self.parts = [part(data, at=at) for part in step.parts]

    @property
    def valid(self) -> bool:
        checked = [part.is_valid() for part in self.parts]  # all of them: each says what is wrong with it
        return all(checked)

    @property
    def problems(self) -> dict[str, list[str]]:
        """What is wrong by field; empty names stand for a part as a whole."""
        found: dict[str, list[str]] = {}
        for part in self.parts:
            for name, said in part.errors.items():
                found.setdefault("" if name == "__all__" else name, []).extend(str(text) for text in said)
        return found

    @property
    def changes(self) -> dict[str, Any]:
        """What to write: the fields that are valid."""
        return {name: value for part in self.parts if part.is_bound for name, value in _checked(part).items()}

    @property
    def settled(self) -> dict[str, str]:
        return {name: value for part in self.parts for name, value in part.settled().items()}

    @property
    def seen(self) -> str:
        """Tells whether what this step may change is still what its page showed."""
        return seen(self.step, self.at.content)

    def against(self, content: Content) -> list[Difference]:
        """Where this step as it was sent differs from the content as somebody else left it."""
        mine = Content.from_json({**self.at.content.as_json(), **self.changes})
        found: list[Difference] = []
        for part in self.step.parts:
            one, other = (part(None, at=replace(self.at, content=said)).words() for said in (content, mine))
            nothing = _("（なし）")
            pairs = [(name, one.get(name, nothing), other.get(name, nothing)) for name in {**one, **other}]
            found += [Difference(name, str(theirs), str(ours)) for name, theirs, ours in pairs if theirs != ours]
        return found


def seen(step: Step, content: Content) -> str:
    """A fingerprint of what the step may change."""
    said = content.as_json()
    return fingerprint({name: _value(said, name) for name in step.writes})


def step_of(missing: Missing) -> str:
    """The step where it is asked."""
    if missing.step in STEPS and missing.step != "profile":
        return missing.step
    return next((step.code for step in STEPS.values() if missing.field in step.writes), "profile")


def touched(step: Step, content: Content) -> bool:
    """Whether anything stands in it yet."""
    said = content.as_json()
    empty: Mapping[str, Any] = Content().as_json()
    return any(_value(said, name) != _value(empty, name) for name in step.writes)


def _value(said: Mapping[str, Any], name: str) -> Any:
    field, _dot, kind = name.partition(".")
    return said[field].get(kind) if kind else said[field]


def _checked(part: PartForm) -> dict[str, Any]:
    part.is_valid()
    return part.changes()
