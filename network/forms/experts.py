"""The forms of one expert: who the person is and what the person holds, and the agreement to be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.actions import Held
from network.codes import CREDENTIALS
from network.models import Expert, Organization, User
from network.text import clean_line, clean_text


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@dataclass(frozen=True)
class CredentialRow:
    """The three fields of one credential, as the page draws them."""

    name: str
    held: forms.BoundField
    since: forms.BoundField
    until: forms.BoundField


class ExpertForm(forms.Form):
    """A person; for every credential a box to tick and, where known, its first and last day."""

    name = forms.CharField(label=gettext_lazy("氏名"), max_length=80, validators=[clean_line])
    kana = forms.CharField(label=gettext_lazy("よみがな"), max_length=120, required=False, validators=[clean_line])
    title = forms.CharField(label=gettext_lazy("役職・担当"), max_length=120, required=False, validators=[clean_line])
    about = forms.CharField(
        label=gettext_lazy("得意なこと"),
        max_length=400,
        required=False,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    user = forms.ChoiceField(label=gettext_lazy("この人の利用者アカウント"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {str(user.pk): user for user in User.objects.filter(memberships__organization=organization)}
        if linked := self.initial.get("linked"):
            self.accounts.setdefault(str(linked.pk), linked)
        named = [(pk, _("%(name)s（%(id)s）") % {"name": user, "id": user.email}) for pk, user in self.accounts.items()]
        self.fields["user"].choices = [("", _("なし")), *named]  # type: ignore[attr-defined]
        for code, credential in CREDENTIALS.items():
            self.fields[f"held_{code}"] = forms.BooleanField(label=credential.name, required=False)
            label = {"name": credential.name}
            self.fields[f"since_{code}"] = day_field(_("%(name)sの取得日") % label)
            self.fields[f"until_{code}"] = day_field(_("%(name)sの有効期限") % label)

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "kana", "title", "about")]

    @property
    def credential_rows(self) -> Iterator[CredentialRow]:
        for code, credential in CREDENTIALS.items():
            yield CredentialRow(credential.name, self[f"held_{code}"], self[f"since_{code}"], self[f"until_{code}"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for code in CREDENTIALS:
            since, until = cleaned.get(f"since_{code}"), cleaned.get(f"until_{code}")
            if (since or until) and not cleaned.get(f"held_{code}"):
                self.add_error(f"held_{code}", _("日付を残すなら資格にチェックを入れてください。"))
            if since and until and until < since:
                self.add_error(f"until_{code}", _("有効期限は取得日より後の日付にしてください。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of an expert."""
        plain = {name: self.cleaned_data[name] for name in ("name", "kana", "title", "about")}
        return plain | {"user": self.accounts.get(self.cleaned_data["user"])}

    def held(self) -> list[Held]:
        data = self.cleaned_data
        return [
            Held(code, data[f"since_{code}"], data[f"until_{code}"]) for code in CREDENTIALS if data[f"held_{code}"]
        ]


def expert_initial(expert: Expert) -> dict[str, Any]:
    """The fields of the form for an expert as recorded."""
    plain = {name: getattr(expert, name) for name in ("name", "kana", "title", "about", "version")}
    found = plain | {"user": str(expert.user_id or ""), "linked": expert.user}
    for row in expert.credentials.all():
        found |= {
            f"held_{row.credential}": True,
            f"since_{row.credential}": row.since,
            f"until_{row.credential}": row.until,
        }
    return found


class AgreementForm(forms.Form):
    """When a person agreed to be shown, and how an editor knows."""

    agreed_on = day_field(gettext_lazy("同意した日"), required=True)
    agreement_note = forms.CharField(
        label=gettext_lazy("同意のとり方"), max_length=200, required=False, validators=[clean_line]
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def on(self) -> date:
        day: date = self.cleaned_data["agreed_on"]
        return day
