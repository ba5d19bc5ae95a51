"""Forms of the second factor, in this site's words."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.text import clean_line

NO_KEY = _("パスキーを確認できませんでした。もう一度お試しください。")


def code_field(label: Any) -> forms.CharField:
    """Filled in by the telephone where it can."""
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=20, validators=[clean_line], widget=widget)


APP_OR_SPARE = _("認証アプリの6桁のコード、または予備コード")


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    code = code_field(_("アプリに表示された6桁のコード"))


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    code = code_field(APP_OR_SPARE)


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = code_field(APP_OR_SPARE)


class ShownPasskey:
    """What a browser sends as a device's answer is taken apart by libraries that trust its shape: whatever they come
    up with, a made-up answer is no passkey."""

    def clean_credential(self) -> Authenticator:
        try:
            shown: Authenticator = super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except Exception as odd:
            raise ValidationError(NO_KEY) from odd
        return shown


class PasskeyForm(ShownPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgainForm(ShownPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAloneForm(ShownPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("呼び名"),
        help_text=_("あとで見分けるための名前です（例: 職場のノートPC）。"),
        max_length=80,
        required=False,
        validators=[clean_line],
    )
    passwordless = forms.BooleanField(label=_("パスワードなしのサインインにも使う"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """As with `ShownPasskey`."""
        try:
            values: dict[str, Any] = super().clean()
        except ValidationError:
            raise
        except Exception as odd:
            raise ValidationError(NO_KEY) from odd
        return values


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("呼び名"), max_length=80, validators=[clean_line])
