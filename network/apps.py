"""The registry app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("機関")

    def ready(self) -> None:
        import network.api.schema  # noqa: PLC0415
        import network.receivers  # noqa: F401, PLC0415 - known by being imported
        from network.seeding import seed_vocabularies  # noqa: PLC0415 - models are ready only now

        post_migrate.connect(seed_vocabularies, sender=self)
