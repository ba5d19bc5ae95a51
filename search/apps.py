"""The search app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("検索")

    def ready(self) -> None:
        from casebook.models import Case  # noqa: PLC0415 - models are ready only now
        from casebook.signals import case_changed, time_passed  # noqa: PLC0415
        from network.notices import words  # noqa: PLC0415
        from network.stewarding import rooms  # noqa: PLC0415
        from search import box, notices, outbox, touching  # noqa: PLC0415 - models are ready only now
        from search.receivers import on_case_changed, on_case_deleted, on_time_passed  # noqa: PLC0415

        rooms.register("refused", lambda: outbox.dead().count())
        words.register(notices.KIND, label=_("検索"), tell=notices.teller)
        box.register()
        case_changed.connect(on_case_changed, dispatch_uid="search.case_changed")
        time_passed.connect(on_time_passed, dispatch_uid="search.time_passed")
        post_delete.connect(on_case_deleted, sender=Case, dispatch_uid="search.case_deleted")
        post_migrate.connect(touching.install, sender=self, dispatch_uid="search.touching")
