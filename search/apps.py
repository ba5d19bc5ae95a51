"""The search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("検索")

    def ready(self) -> None:
        from casebook.signals import case_changed  # noqa: PLC0415
        from search.receivers import on_case_changed  # noqa: PLC0415

        case_changed.connect(on_case_changed, dispatch_uid="search.case_changed")
