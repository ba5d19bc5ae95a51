"""The words the code branches on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SectionKind(models.TextChoices):
    """A case's sections, in reading order. The section is the unit of access."""

    SUMMARY = "summary", _("概要")
    BACKGROUND = "background", _("背景・課題")
    ACTION = "action", _("取り組み")
    RESULT = "result", _("成果")
    LESSONS = "lessons", _("学び・失敗")
    TEAM = "team", _("支援体制")
    IDENTITY = "identity", _("実名・連絡先")
    ATTACHMENT = "attachment", _("添付")


class Outcome(models.TextChoices):
    SUCCESS = "success", _("うまくいった")
    PARTIAL = "partial", _("一部うまくいった")
    FAILURE = "failure", _("うまくいかなかった")


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 labels; upper-case English everywhere, as the standard asks."""

    RED = "RED", "TLP:RED"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    AMBER = "AMBER", "TLP:AMBER"
    GREEN = "GREEN", "TLP:GREEN"
    CLEAR = "CLEAR", "TLP:CLEAR"


class Audience(models.TextChoices):
    """The audiences an editor chooses between with one click."""

    DRAFT = "draft", _("下書き（自機関だけ）")
    NETWORK = "network", _("ネットワーク")
    PUBLIC = "public", _("公開")


AUDIENCE_KEYS: dict[str, list[str]] = {
    Audience.DRAFT: [],
    Audience.NETWORK: ["network"],
    Audience.PUBLIC: ["public"],
}
