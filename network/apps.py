"""The registry app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("機関")

    def ready(self) -> None:
        from django.contrib.sessions.models import Session  # noqa: PLC0415 - an app as well

        from network import hints, receivers  # noqa: PLC0415 - known by being imported
        from network.seeding import seed_vocabularies  # noqa: PLC0415 - models are ready only now
        from network.signals import access_changed, clock_followed, notices_changed  # noqa: PLC0415

        access_changed.connect(hints.on_access_changed, dispatch_uid="network.hints.access")
        access_changed.connect(receivers.on_access_changed, dispatch_uid="network.replies.access")
        notices_changed.connect(hints.on_notices_changed, dispatch_uid="network.hints.notices")
        post_delete.connect(hints.on_session_deleted, sender=Session, dispatch_uid="network.hints.session")
        clock_followed.connect(receivers.on_clock_followed, dispatch_uid="network.clock_followed")
        post_migrate.connect(seed_vocabularies, sender=self)
