"""What every part of a screen is: a form in which nothing is required, because a draft may stop anywhere."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from casebook.models import Case
from casebook.writing.content import Content
from network.models import User
from network.profile.conflicts import in_words
from network.text import clean_text


@dataclass(frozen=True, slots=True)
class At:
    """Where somebody writes: the case, its draft's content as it stands, and who it is."""

    case: Case
    content: Content
    writer: User


class PartForm(forms.Form):
    """`changes` are values of the content, of the fields that are valid; the others keep what is stored."""

    part_template: ClassVar[str] = "casebook/draft/_fields.html"
    use_required_attribute = False

    def __init__(self, data: QueryDict | None, *, at: At) -> None:
        super().__init__(data, initial=dict(self.told(at)), label_suffix="")
        self.at = at
        self.arrange()

    def told(self, at: At) -> Mapping[str, Any]:
        """The content as the fields show it."""
        return {name: getattr(at.content, name) for name in self.base_fields}

    def arrange(self) -> None:
        """Fill in choices and whatever else depends on the case."""

    def changes(self) -> dict[str, Any]:
        """Names of `Content` and their new values, as in its JSON; the form was checked before."""
        return dict(self.cleaned_data)

    def settled(self) -> dict[str, str]:
        """Fields that the page must show otherwise than they were typed, once they are saved."""
        return {}

    def words(self) -> dict[str, str]:
        """What stands in the content, by its name, as one reads it: to be laid beside another version."""
        told = {name: self.initial.get(name) for name in self.fields}
        return {str(self.fields[name].label): in_words(self.fields[name], value) for name, value in told.items()}

    def cards(self, name: str, hints: Mapping[str, str]) -> list[dict[str, Any]]:
        """The radio buttons of a field, each with its hint."""
        return [{"option": option, "hint": hints.get(str(option.data["value"]), "")} for option in self[name]]


class LineField(forms.CharField):
    """One line; its validators are those of the model's field."""

    def __init__(self, model_field: str, **kwargs: Any) -> None:
        found: Any = Case._meta.get_field(model_field)
        options: dict[str, Any] = {name: getattr(found, name) for name in ("max_length", "validators")}
        super().__init__(required=False, **{"label": found.verbose_name, **options, **kwargs})


class TextField(forms.CharField):
    """Several lines. Browsers send line breaks as two characters: counted as one, as they are shown."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("validators", [clean_text])
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class ListField(TextField):
    """Several short texts, split where `between` matches; its value is a list without repetitions."""

    def __init__(
        self, *, between: str, joined: str, most: int, longest: int, each: Callable[[str], None], **kwargs: Any
    ) -> None:
        super().__init__(max_length=most * (longest + 2), **kwargs)
        self.between, self.joined, self.most, self.longest, self.each = re.compile(between), joined, most, longest, each

    def prepare_value(self, value: Any) -> Any:
        return self.joined.join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = list(dict.fromkeys(part.strip() for part in self.between.split(text) if part.strip()))
        if len(found) > self.most:
            raise ValidationError(_("%(most)d個までにしてください。") % {"most": self.most})
        for part in found:
            if len(part) > self.longest:
                said = _("「%(part)s…」が長すぎます。1つ%(longest)d字までにしてください。")
                raise ValidationError(said % {"part": part[:20], "longest": self.longest})
            self.each(part)
        return found


class NumberField(forms.FloatField):
    """A figure as people write it: full-width digits and thousands separators are understood."""

    LARGEST = 1e15

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": "8"})
        super().__init__(
            required=False, min_value=-self.LARGEST, max_value=self.LARGEST, widget=widget, localize=False, **kwargs
        )
        self.error_messages["invalid"] = _("数字だけを入力してください（例: 80、4.5、1,200）。単位は「単位」の欄へ。")

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # the stubs take it for an integer
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()[:40]
        return super().to_python(value)
