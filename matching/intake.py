"""What the buttons of the intake form do: everything typed travels with every press, nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching import actions
from matching.drafting import Hint, Reading
from matching.forms import NeedForm
from matching.lookups import capabilities_like, organizations_like, read_text
from matching.models import Need
from matching.needhistory import Words, difference, snapshot
from matching.needlines import PREFIX, RequirementFormSet, capability_with, new_line, stored_lines, typed_lines
from matching.needsteps import FIRST, Conflict, Station, Step
from matching.relaxing import Relief, fields_without, lines_without
from network.codes import INDUSTRIES, PHASES, PREFECTURES, STAGES
from network.models import Organization, User
from network.picking import is_id

LEAVING = ("save", "propose", "step")
READ = ("stage", "industry", "employees")
"""Fields that the text may tell."""
CHOOSING = ("include", "exclude", "release", "supplier", "unsupplier")
TAKING = ("add", "addall", "dismiss")
"""Buttons of what was read; of those of one's own search only `add`."""
FIND = ("find", *CHOOSING)
LOOK = ("read", "search", "remove", *TAKING, *READ)


def hint_view(name: str, hint: Hint, now: object) -> dict[str, Any]:
    """One value that was read, for its button; `taken` when the form has it already."""
    said = {
        "stage": lambda: _("段階%(n)s %(name)s") % {"n": hint.value, "name": STAGES.name(hint.value)},
        "industry": lambda: INDUSTRIES.name(hint.value),
        "employees": lambda: _("従業員%(n)s人") % {"n": hint.value},
    }[name]()
    return {"name": name, "value": hint.value, "said": said, "words": hint.words, "taken": str(now) == hint.value}


class Intake:
    """One round trip of the form: what was pressed, what the form shows next.

    `action` is the pressed button: step:N (save, and on to that step), save, propose, read, search, find, refresh,
    add:CODE, remove:N, include:ID, exclude:ID, release:ID, supplier:ID, unsupplier:ID; after reading, addall,
    dismiss:CODE, stage:CODE, industry:CODE and employees:N say what becomes of what was read, and the reading stays.
    A need may be saved without requirements, but not proposed for.
    """

    conflict: Conflict | None = None

    def __init__(self, need: Need, user: User, data: QueryDict | None, relief: Relief | None = None) -> None:
        self.need, self.user = need, user
        self.action, _colon, self.argument = (data.get("action", "") if data else "").partition(":")
        self.action = self._entered(data) if data and self.action == "refresh" else self.action
        self.data = self._pressed(data.copy()) if data is not None else None
        self.refused = False
        self.at = data.get("step", "") if data else ""
        self.relief = relief if data is None else None
        self.lines = self._lines()
        if data is not None and self.action in LEAVING:
            self.form = NeedForm(self.data, instance=need, user=user)
            self.rows = RequirementFormSet(self.data, prefix=PREFIX, may_be_empty=self.action != "propose")
        else:
            self.form = NeedForm(instance=need, user=user, initial=self._typed())
            self.rows = RequirementFormSet(prefix=PREFIX, initial=self.lines)

    @staticmethod
    def _entered(data: QueryDict) -> str:
        """The Enter key presses the form's first button: what stands in a search box says which one was meant."""
        if data.get("capability_q"):
            return "search"
        return "find" if data.get("organization_q") else "refresh"

    def done(self) -> bool:
        """True when the form may be left; otherwise it is shown again, with its messages if it was refused."""
        if self.action not in LEAVING:
            return False
        valid = [self.form.is_valid(), self.rows.is_valid()]
        self.refused = not all(valid)
        return not self.refused

    def save(self, *, overwriting: bool = False) -> Need:
        """Store what was typed. Raises ConflictError where somebody else saved since the page was shown, unless
        `overwriting`."""
        values = self.form.cleaned_data
        return actions.save_need(
            self.form.save(commit=False),
            requirements=[row.wanted(self._lockable()) for row in self.rows.forms],
            must_include=list(values["must_include"]),
            exclude=list(values["exclude"]),
            suppliers=list(values["suppliers"]),
            by=self.user,
            expected=None if overwriting or not self.need.pk else values["version"],
        )

    def meet(self, current: Need) -> None:
        """Show what stands in the database beside what was typed; saving once more replaces it."""
        before = snapshot(current)
        with transaction.atomic():  # what saving would make of it, in the same words
            self.save(overwriting=True)
            lines = difference(before, snapshot(current))
            transaction.set_rollback(True)
        last = current.versions.first()
        by, at = (last.by_name, last.at) if last else ("", current.updated_at)
        self.conflict = Conflict(by, at, Words([lines], self.user).lines(lines))
        self.data = (self.data or QueryDict()).copy()
        self.data["version"] = str(current.version)
        self.form = NeedForm(self.data, instance=current, user=self.user)
        self.need.version = current.version

    @property
    def target(self) -> int:
        """The step to which the pressed button leads."""
        return int(self.argument) if self.argument in ("1", "2", "3") else 1

    @property
    def step(self) -> int:
        """The step that is shown: of a refused form the first with a mistake."""
        wrong = list(self._wrong()) if self.refused else []
        if wrong:
            return min(wrong)
        if self.at in ("1", "2", "3"):
            return int(self.at)
        return 2 if self.action in LOOK else 3 if self.action in FIND or self.relief else 1

    def _wrong(self) -> Iterator[int]:
        """The step of every mistake."""
        for name in self.form.errors:
            yield 1 if name in FIRST else 2 if name == "text" else 3
        yield from (2 for errors in self.rows.errors if errors)
        yield from (2 for _error in self.rows.non_form_errors())

    @property
    def run(self) -> UUID:
        """The key under which the page asks how far a run is; stays with the page until it is used."""
        try:
            return UUID(str((self.data or QueryDict()).get("run", "")))
        except ValueError:
            return uuid4()

    def missing(self) -> list[tuple[int, str]]:
        """Step and name of what has to be there before teams can be proposed."""
        empty = [name for name in ("title", "prefecture") if not self.form[name].value()]
        found = [(1, str(self.form.fields[name].label)) for name in empty]
        return [*found, *([] if self.rows.forms else [(2, _("要件（1件以上）"))])]

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        data = self.data or QueryDict()
        return {
            "form": self.form,
            "rows": self.rows,
            "need": self.need,
            "step": self.step,
            "steps": self._steps(),
            "missing": self.missing(),
            "client_line": self._client_line(),
            "line": self._line(),
            "run": self.run,
            "conflict": self.conflict,
            "relieved": self.relief.said if self.relief else [],
            "stages": STAGES.values(),
            **self._reading(data),
            "found_capabilities": capabilities_like(data.get("capability_q", "")) if self.action == "search" else [],
            "found_organizations": organizations_like(data.get("organization_q", ""), self.user)
            if self.action == "find"
            else [],
            "capability_q": data.get("capability_q", "") if self.action != "add" else "",
            "organization_q": data.get("organization_q", "") if self.action not in CHOOSING else "",
            "action": self.action,
            "included": self._organizations("must_include"),
            "lockable": self._lockable().items(),
            "excluded": self._organizations("exclude"),
            "suppliers": self._organizations("suppliers"),
        }

    def _steps(self) -> list[Step]:
        names = {1: _("企業"), 2: _("困りごと"), 3: _("条件")}
        wrong = list(self._wrong()) if self.refused else []
        here = self.step
        return [Step(number, name, number == here, wrong.count(number)) for number, name in names.items()]

    def _client_line(self) -> str:
        """Place, trade and stage as they stand on the screen."""
        named = [(PREFECTURES, "prefecture"), (INDUSTRIES, "industry"), (STAGES, "stage")]
        values = [(codes, str(self.form[name].value() or "")) for codes, name in named]
        return " · ".join(codes.name(value) for codes, value in values if value in codes)

    def _line(self) -> list[Station]:
        """The phases in the order of the bank's model."""
        chosen = [row["phase"].value() for row in self.rows.forms]
        return [Station(PHASES.name(code), PHASES[code].texts["description"], chosen.count(code)) for code in PHASES]

    def _reading(self, data: QueryDict) -> dict[str, Any]:
        """What was read from the text, as long as one takes over from it, without what was put aside."""
        shown = self.action in ("read", *READ) or (self.action in TAKING and "was_read" in data)
        aside = [] if self.action == "read" else data.getlist("dismissed")
        found = self._read(data, aside) if shown else Reading()
        hints = [hint_view(name, hint, self.form[name].value()) for name, hint in found.hints.items()]
        return {
            "suggestions": found.requirements,
            "hints": hints,
            "marked": found.marked,
            "was_read": shown,
            "dismissed": aside,
        }

    def _read(self, data: QueryDict, aside: list[str]) -> Reading:
        found = read_text(data.get("text", ""), self.lines)
        return replace(
            found,
            requirements=[one for one in found.requirements if one.capability.code not in aside],
            hints={name: hint for name, hint in found.hints.items() if name not in aside},
        )

    def _pressed(self, data: QueryDict) -> QueryDict:
        """What the buttons beside an organization and a reading change before the form reads it."""
        if self.action == "step" and not self.need.pk and not data.get("title", "").strip():
            now = date_format(timezone.localtime(), "n月j日 G:i")  # whoever is on the telephone has no title yet
            data["title"] = _("%(when)sの相談") % {"when": now}
        elif self.action in READ:
            data[self.action] = self.argument
        elif self.action == "dismiss":
            data.appendlist("dismissed", self.argument)
        elif self.action in ("supplier", "unsupplier"):
            data.setlist("suppliers", [pk for pk in data.getlist("suppliers") if pk != self.argument])
            if self.action == "supplier":
                data.appendlist("suppliers", self.argument)
        elif self.action in CHOOSING:
            for name in ("must_include", "exclude"):
                data.setlist(name, [pk for pk in data.getlist(name) if pk != self.argument])
            if self.action != "release":
                data.appendlist("must_include" if self.action == "include" else "exclude", self.argument)
        return data

    def _lines(self) -> list[dict[str, Any]]:
        if self.data is None:
            lines = stored_lines(self.need) if self.need.pk else []
            return lines_without(lines, self.relief.conditions, self.relief.requirements) if self.relief else lines
        lines = typed_lines(self.data)
        if self.action == "add":
            capability = capability_with(self.argument)
            lines += [new_line(capability)] if capability else []
        if self.action == "addall":
            found = read_text(self.data.get("text", ""), lines).requirements
            aside = self.data.getlist("dismissed")
            lines += [new_line(one.capability) for one in found if one.capability.code not in aside]
        if self.action == "remove":
            lines = [line for position, line in enumerate(lines) if str(position) != self.argument]
        return lines

    def _typed(self) -> dict[str, Any]:
        """What stands in the fields now, as initial data: a button other than save must not complain yet."""
        if self.data is None:
            return fields_without(self.relief.conditions, self.need) if self.relief else {}
        many = {"lead_kinds", "forbidden_ties", "must_include", "exclude", "suppliers"}
        names = [name for name in NeedForm(user=self.user).fields if name in self.data or name in many]
        return {name: self.data.getlist(name) if name in many else self.data.get(name) for name in names}

    def _lockable(self) -> dict[str, Organization]:
        """Who may hold a seat in every team, by id: who must be included, and who holds one already."""
        held = [row.locked for row in self.need.requirements.select_related("locked")] if self.need.pk else []
        found = [*self._organizations("must_include"), *(one for one in held if one)]
        return {str(one.pk): one for one in found}

    def _organizations(self, name: str) -> list[Organization]:
        chosen = [pk for pk in self.form[name].value() or [] if is_id(pk)]
        return list(self.form.fields[name].queryset.filter(pk__in=chosen))  # type: ignore[attr-defined]
