"""The words the code branches on. Lists the code only carries stand in `codes.py`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stance(models.TextChoices):
    """How an organization stands to a capability, apart from its level."""

    STRENGTH = "strength", _("強み")
    NEUTRAL = "neutral", _("中立")
    WEAKNESS = "weakness", _("弱み（補完してほしい）")


class Role(models.TextChoices):
    """What a person may do in an organization."""

    EDITOR = "editor", _("編集者")
    MEMBER = "member", _("メンバー")


class CapacityStatus(models.TextChoices):
    OPEN = "open", _("受付中")
    LIMITED = "limited", _("条件つきで受付")
    WAITLIST = "waitlist", _("順番待ち")
    CLOSED = "closed", _("受付停止")

    @property
    def accepts(self) -> bool:
        """True when a new engagement can begin now."""
        return self in {CapacityStatus.OPEN, CapacityStatus.LIMITED}


class TieKind(models.TextChoices):
    """Interests between two organizations that a client deserves to know of."""

    CAPITAL = "capital", _("資本関係")
    RESALE = "resale", _("販売代理")
    REFERRAL_FEE = "referral_fee", _("紹介手数料")
    GROUP = "group", _("グループ会社")


MAX_LEVEL = 4

LEAD_CAPABILITY = "pmo"
"""The capability from whose rating a lead's suitability is computed."""
