"""`manage.py demo`: an invented network to try things out with, and how to sign in to it."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from matching.demo import build, is_there
from network.models import User

BAD_INPUT = 2
LOGINS = {
    "facilitator@example.jp": "静岡県のラボのファシリテーター。案件からチームを提案させ、連携ルームで見守る",
    "supporter@example.jp": "商工会議所の支援員。似た事例を探す",
    "editor@example.jp": "天竜システムズの編集者。強みと弱み、受け入れ枠を直す。連携ルームで話す",
    "bank@example.jp": "浜名湖信用金庫の編集者。席への招待に返事をし、事例を書き、閲覧の申請に答える",
    "reviewer@example.jp": "同じ信用金庫のもう一人の編集者。書かれた事例を確認して公開する",
    "facilitator2@example.jp": "大阪市のラボのファシリテーター。静岡県の案件は見えない",
    "steward@example.jp": "運営者。登録簿の全体を見る",
    "stranger@example.jp": "所属なし。公開された事例だけが見える",
}
"""Who signs in with which address, and what to try."""


class Command(BaseCommand):
    help = "架空の機関・事例・案件を登録し、ログインの方法を表示します。2回目からは何も変えません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="SQLite以外のデータベースにも登録します")
        parser.add_argument("--url", default="http://127.0.0.1:8000/", help="表示するアドレス")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite" and not options["force"]:
            raise CommandError(
                "デモの架空データを本番のデータベースに混ぜないよう、SQLite以外では登録しません。"
                "試験用のデータベースであれば --force を付けてください。",
                returncode=BAD_INPUT,
            )
        if is_there():
            self.stdout.write("デモのデータは登録ずみです。変更はしていません。")
        else:
            build()
            self.stdout.write("架空の機関、事例、案件を登録しました。")
        self._show_logins(demo_password(), options["url"])

    def _show_logins(self, password: str, url: str) -> None:
        """The accounts that still exist, with the password that works for all of them."""
        people = {user.email: user for user in User.objects.filter(email__in=LOGINS, is_active=True)}
        self.stdout.write(f"\nアドレス: {url}\nパスワード（共通）: {password}\n\nログイン:")
        for email, what_to_try in LOGINS.items():
            if email in people:
                open_to(people[email], password)
                self.stdout.write(f"  {email:<24} {people[email].name}: {what_to_try}")
        self.stdout.write("運営者は、最初のサインインのあと、2段階認証（認証アプリかパスキー）の設定に進みます。")


def demo_password() -> str:
    """The environment's DEMO_PASSWORD, or one made for this installation and readable only by its owner."""
    if given := os.environ.get("DEMO_PASSWORD"):
        return given
    path = Path(settings.VAR_DIR) / "demo_password"
    if not path.exists():
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(12))
    return path.read_text().strip()


def open_to(user: User, password: str) -> None:
    """Sets the password unless it is already the one that opens the account."""
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
