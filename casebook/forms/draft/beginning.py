"""How a case begins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.forms.draft.part import LineField
from casebook.vocabulary import Basis


class BeginForm(forms.Form):
    """A title to find it again by, which may change, and whose story it is."""

    title = LineField("title", help_text=_("あとで変えられます。会社の名前は入れないでください。"))
    basis = forms.ChoiceField(
        label=_("だれの事例ですか"), choices=Basis.choices, initial=Basis.CLIENT, widget=forms.RadioSelect
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["title"].required = True
        self.fields["title"].error_messages["required"] = _("題名を書いてください。あとで変えられます。")
