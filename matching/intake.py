"""What the buttons of the intake form do: everything typed travels with every press, nothing is lost."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matching import actions
from matching.drafting import Hint, Reading
from matching.forms import (
    PREFIX,
    NeedForm,
    RequirementFormSet,
    capability_with,
    new_line,
    stored_lines,
    typed_lines,
)
from matching.lookups import capabilities_like, organizations_like, read_text
from matching.models import Need
from matching.relaxing import Relief, fields_without, lines_without
from network.codes import INDUSTRIES, STAGES
from network.models import Organization, User
from network.picking import is_id

LEAVING = ("save", "propose")
READ = ("stage", "industry", "employees")
"""Fields that the text may tell."""
CHOOSING = ("include", "exclude", "release", "supplier", "unsupplier")


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

    `action` is the pressed button: save, propose, read, search, find, refresh, add:CODE, remove:N,
    include:ID, exclude:ID, release:ID, supplier:ID, unsupplier:ID; after reading, stage:CODE, industry:CODE and
    employees:N take over what was read, and the reading stays.
    """

    def __init__(self, need: Need, user: User, data: QueryDict | None, relief: Relief | None = None) -> None:
        self.need, self.user = need, user
        self.action, _colon, self.argument = (data.get("action", "") if data else "").partition(":")
        self.action = self._entered(data) if data and self.action == "refresh" else self.action
        self.data = self._pressed(data.copy()) if data is not None else None
        self.refused = False
        self.relief = relief if data is None else None
        self.lines = self._lines()
        if data is not None and self.action in LEAVING:
            self.form = NeedForm(self.data, instance=need, user=user)
            self.rows = RequirementFormSet(self.data, prefix=PREFIX)
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

    def save(self) -> Need:
        """Store what was typed."""
        values = self.form.cleaned_data
        return actions.save_need(
            self.form.save(commit=False),
            requirements=[row.wanted(self._lockable()) for row in self.rows.forms],
            must_include=list(values["must_include"]),
            exclude=list(values["exclude"]),
            suppliers=list(values["suppliers"]),
            by=self.user,
        )

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        data = self.data or QueryDict()
        return {
            "form": self.form,
            "rows": self.rows,
            "need": self.need,
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

    def _reading(self, data: QueryDict) -> dict[str, Any]:
        """What was read from the text, as long as one takes over from it."""
        shown = self.action in ("read", *READ) or (self.action == "add" and "was_read" in data)
        found = read_text(data.get("text", ""), self.lines) if shown else Reading()
        hints = [hint_view(name, hint, self.form[name].value()) for name, hint in found.hints.items()]
        return {"suggestions": found.requirements, "hints": hints, "marked": found.marked, "was_read": shown}

    def _pressed(self, data: QueryDict) -> QueryDict:
        """What the buttons beside an organization and a reading change before the form reads it."""
        if self.action in READ:
            data[self.action] = self.argument
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
