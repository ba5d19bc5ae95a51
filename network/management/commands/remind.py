"""manage.py remind: asks editors to confirm what nobody confirmed for long."""

from typing import Any

from django.core.management.base import BaseCommand

from network.notices import reminders


class Command(BaseCommand):
    help = (
        "確認されていない記入と、期限の過ぎた受付の状況を、各機関の編集者に知らせます。"
        "1日1回の実行を想定しています。同じことは30日に1回だけ知らせます。"
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{reminders.remind()}機関に知らせました。")
