"""The words the code branches on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_REQUIREMENTS = 20


class Importance(models.TextChoices):
    """How much a requirement counts, as a facilitator says it on the telephone."""

    MUST = "must", _("必須")
    IMPORTANT = "important", _("重要")
    NICE = "nice", _("あれば")


class RunState(models.TextChoices):
    """What became of a run of the matcher."""

    RUNNING = "running", _("計算中")
    DONE = "done", _("終わり")
    CANCELLED = "cancelled", _("取り消し")
    FAILED = "failed", _("失敗")


IMPORTANCE_WEIGHT: dict[str, float] = {Importance.MUST: 3.0, Importance.IMPORTANT: 2.0, Importance.NICE: 1.0}
"""Weight before the need normalises its weights to the sum 1."""
