"""Notes, questions, answers, uses: short texts with whom or what they are about."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.actions import keys_for_notes
from casebook.life import audiences
from casebook.models import Answer, Case, Insight, Question, Reuse, Section
from casebook.vocabulary import SectionKind
from network.access import NETWORK, Reader, organization_ids_of
from network.models import Organization, User
from network.text import clean_text


def told(label: Any, model: Any, rows: int, help_text: Any = "") -> forms.CharField:
    """A text as long as the model's field `text` takes."""
    return forms.CharField(
        label=label,
        max_length=model._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=[clean_text],
        help_text=help_text,
    )


def sections_of(case: Case, reader: Reader) -> list[tuple[str, Any]]:
    """The case as a whole, and those of its sections that the reader may read."""
    kinds = Section.objects.visible_to(reader).filter(case=case).in_reading_order().values_list("kind", flat=True)
    return [("", _("事例の全体")), *((kind, SectionKind(kind).label) for kind in kinds)]


class AboutForm(forms.Form):
    """A text about a case or one of its sections."""

    section = forms.ChoiceField(label=gettext_lazy("どの節について"), required=False)

    def __init__(self, *args: Any, sections: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections  # type: ignore[attr-defined]


class QuestionForm(AboutForm):
    text = told(gettext_lazy("質問"), Question, 3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "question_%s"


class InsightForm(AboutForm):
    """A note; without sections it is about nothing in particular."""

    text = told(
        gettext_lazy("気づき"), Insight, 3, gettext_lazy("お客様の名前など、特定できることは書かないでください。")
    )
    key = forms.ChoiceField(label=gettext_lazy("読める人"))

    def __init__(self, *args: Any, by: User, sections: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, sections=sections or [], **kwargs)
        self.auto_id = "insight_%s"
        self.by = by
        self.fields["key"].choices = list(audiences(keys_for_notes(by)).items())  # type: ignore[attr-defined]
        self.fields["key"].initial = NETWORK
        if sections is None:
            del self.fields["section"]

    @property
    def organization(self) -> Organization | None:
        """In whose name: of the organization that alone shall read it, else of the person's first."""
        kind, _colon, pk = self.cleaned_data["key"].partition(":")
        mine = Organization.objects.filter(pk__in=organization_ids_of(self.by)).order_by("pk")
        return mine.filter(pk=int(pk)).first() if kind == "org" else mine.first()


class AnswerForm(forms.Form):
    text = told(gettext_lazy("回答"), Answer, 3)


class ReuseForm(forms.Form):
    """For what a case was used, and by which of the person's organizations."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("使った機関"), empty_label=None
    )
    text = told(
        gettext_lazy("何に使いましたか"), Reuse, 2, gettext_lazy("自機関と、この事例を書いた機関だけが読めます。")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "reuse_%s"
        own = Organization.objects.filter(pk__in=organization_ids_of(by)).order_by("pk")
        self.fields["organization"].queryset = own  # type: ignore[attr-defined]


class RemovalForm(forms.Form):
    """Why a note of somebody else is taken away."""

    reason = forms.CharField(label=gettext_lazy("外す理由"), max_length=400, required=False, validators=[clean_text])
