"""manage.py catch_up: follows the clock where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand

from casebook.signals import time_passed
from casebook.upkeep import catch_up
from network.signals import clock_followed


class Command(BaseCommand):
    help = (
        "公開開始日・同意の期限・閲覧の期限など、日付で変わった事例を、裏づけ・表示・検索の索引に反映し、"
        "保存された検索に新しく一致した事例を知らせます。支援チームの招待の期限も、ここで進めます。"
        "1日1回、日付が変わってすぐの実行を想定しています。読める範囲そのものは、実行しなくても日付どおりに変わります。"
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        changed = catch_up()
        time_passed.send(sender=None)
        clock_followed.send(sender=None)
        self.stdout.write(f"{changed}件の事例を改めました。")
