"""One section of a case, asked question by question."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casebook.codes import Asked, guide
from casebook.forms.draft.part import At, PartForm, TextField
from casebook.models import Section
from casebook.writing.guide import answers_of, composed

LONGEST = Section._meta.get_field("text").max_length or 0


class AnswersForm(PartForm):
    """The questions of the section `kind`; together the answers are its text."""

    kind: ClassVar[str]
    part_template = "casebook/draft/_answers.html"

    def told(self, at: At) -> Mapping[str, Any]:
        return answers_of(self.kind, at.content.sections.get(self.kind, ""))

    def arrange(self) -> None:
        for asked in guide()[self.kind]:
            rows = 3 if asked.longest <= 300 else 5 if asked.longest <= 2000 else 8
            field = TextField(label=label_of(asked), max_length=asked.longest, rows=rows, help_text=asked.question)
            field.widget.attrs["data-longest"] = asked.longest
            self.fields[asked.code] = field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if len(composed(self.kind, self._answers())) > LONGEST:
            said = _("この節は、ぜんぶで%(longest)d字までにしてください。添付にまわすこともできます。")
            raise ValidationError(said % {"longest": LONGEST})
        return values

    def changes(self) -> dict[str, Any]:
        """All of `sections`; an answer that is not valid stays as it was stored."""
        text = composed(self.kind, self._answers())
        others = {kind: said for kind, said in self.at.content.sections.items() if kind != self.kind}
        if self.non_field_errors():
            return {}
        return {"sections": others | ({self.kind: text} if text else {})}

    def _answers(self) -> dict[str, str]:
        stored = self.told(self.at)
        return {name: self.cleaned_data.get(name, stored.get(name, "")) for name in self.fields}

    @property
    def questions(self) -> list[tuple[Asked, Any]]:
        return [(asked, self[asked.code]) for asked in guide()[self.kind]]


def label_of(asked: Asked) -> str:
    """What the answer is called: its heading, else what GIF calls it, else its section."""
    return asked.label


def answers(kind: str) -> type[AnswersForm]:
    """The form of one section."""
    return type(f"AnswersForm_{kind}", (AnswersForm,), {"kind": kind})
