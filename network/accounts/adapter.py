"""How accounts come into being, how mail to them leaves, and what their second factors are called."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network import post


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by invitation of an organization or a lab, not by anyone who passes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the post like every mail: a mail server that is away changes no answer and loses no mail."""
        site = SimpleNamespace(name=gettext("結び目"), domain=self.request.get_host())
        values = {"request": self.request, "email": email, "current_site": site, **context}
        message = self.render_mail(template_prefix, email, values)
        post.write(to=email, subject=message.subject, body=message.body)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("コードが合いません。アプリに表示されている最新の6桁を入力してください。"),
        "unverified_email": _("先に、メールアドレスの確認を済ませてください。"),
        "cannot_generate_recovery_codes": _("先に、認証アプリかパスキーを登録してください。"),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("この端末のパスキー")

    def _get_site_name(self) -> str:
        return gettext("結び目")
