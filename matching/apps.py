"""The matching app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("案件")

    def ready(self) -> None:
        from matching import outward  # noqa: PLC0415 - models are ready only now
        from matching.merging import register_rules  # noqa: PLC0415

        register_rules()
        outward.register()
