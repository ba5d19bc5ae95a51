"""Outcomes in figures, a row each."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.forms.draft.part import At, NumberField, PartForm
from casebook.writing.content import Figure
from network.text import clean_line

MOST = 30
EMPTY = 3
"""Rows that wait to be filled in."""
NAMES = ("name", "unit", "before", "after", "how", "on")
NUMBERED = re.compile(r"(?:name|unit|before|after|how|on)-([0-9]{1,2})")


class FiguresForm(PartForm):
    """Fields are called `name-0`, `unit-0` … A row without anything is none; one without a name is not kept."""

    part_template = "casebook/draft/_figures.html"

    def told(self, at: At) -> Mapping[str, Any]:
        rows = enumerate(at.content.measures)
        return {f"{name}-{number}": _written(getattr(one, name)) for number, one in rows for name in NAMES}

    def arrange(self) -> None:
        sent = [int(found[1]) for key in self.data if (found := NUMBERED.fullmatch(key))]
        stored = len(self.at.content.measures)
        self.count = min(max([stored, *(number + 1 for number in sent)]) if self.is_bound else stored + EMPTY, MOST)
        if self.is_bound and "more" in self.data:
            self.count = min(self.count + EMPTY, MOST)
        for number in range(self.count):
            self.fields |= {f"{name}-{number}": field for name, field in row_fields().items()}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for number in range(self.count):
            said = [self.data.get(f"{name}-{number}", "") for name in NAMES[1:]]
            if any(text.strip() for text in said) and not self.data.get(f"name-{number}", "").strip():
                self.add_error(f"name-{number}", _("何を測ったかを書いてください（例: 受注の入力時間）。"))
        return values

    def changes(self) -> dict[str, Any]:
        rows = [{name: self.cleaned_data.get(f"{name}-{number}") for name in NAMES} for number in range(self.count)]
        return {"measures": [_stored(row) for row in rows if row["name"]]}

    def words(self) -> dict[str, str]:
        """Of each outcome its figures."""
        return {
            one.name: " ".join(
                str(part)
                for part in (_written(one.before), "→", _written(one.after), one.unit, one.how, one.on)
                if part not in (None, "")
            )
            for one in self.at.content.measures
        }

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"{name}-{number}"] for name in NAMES] for number in range(self.count)]

    @property
    def blank(self) -> list[Any]:
        """A row for the page's script to copy; its number is `N`."""
        form = forms.Form(label_suffix="")
        form.fields |= {f"{name}-N": field for name, field in row_fields().items()}
        return [form[f"{name}-N"] for name in NAMES]


def row_fields() -> dict[str, forms.Field]:
    day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return {
        "name": _line(gettext_lazy("指標"), 120),
        "unit": _line(gettext_lazy("単位"), 20),
        "before": NumberField(label=gettext_lazy("支援前")),
        "after": NumberField(label=gettext_lazy("支援後")),
        "how": _line(gettext_lazy("測り方"), 200),
        "on": forms.DateField(label=gettext_lazy("測った日"), required=False, widget=day),
    }


def _line(label: Any, longest: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, validators=[clean_line])


def _written(value: Any) -> Any:
    return f"{value:.12g}" if isinstance(value, float) else value


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    figure = Figure(
        name=row["name"],
        unit=row["unit"] or "",
        before=row["before"],
        after=row["after"],
        how=row["how"] or "",
        on=row["on"].isoformat() if row["on"] else None,
    )
    return {name: getattr(figure, name) for name in NAMES}
