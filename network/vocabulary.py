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


class WeaknessAudience(models.TextChoices):
    """Who may know an organization's declared weaknesses, beside its own members."""

    LABS = "labs", _("参加するラボのファシリテーターだけ")
    NETWORK = "network", _("ネットワークの全員")


class TieVisibility(models.TextChoices):
    """Who may read a disclosed interest, beside the members of the two organizations."""

    LABS = "labs", _("両機関が参加するラボのファシリテーター")
    NETWORK = "network", _("ネットワークの全員")


class EvidenceKind(models.TextChoices):
    """What bears out a rating, beside the organization's own word."""

    CREDENTIAL = "credential", _("資格")
    PARTNER = "partner", _("連携先の確認")
    CASE = "case", _("事例による裏づけ")


class PartnershipState(models.TextChoices):
    """Where a partnership between two organizations stands; only `confirmed` counts."""

    PROPOSED = "proposed", _("相手の確認待ち")
    CONFIRMED = "confirmed", _("双方が確認")
    DECLINED = "declined", _("辞退")
    ENDED = "ended", _("終了")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("回答待ち")
    ACCEPTED = "accepted", _("反映ずみ")
    DECLINED = "declined", _("見送り")
    WITHDRAWN = "withdrawn", _("取り下げ")


class ApplicationState(models.TextChoices):
    OPEN = "open", _("審査待ち")
    APPROVED = "approved", _("承認")
    DECLINED = "declined", _("見送り")


class Deed(models.TextChoices):
    """What was done to a record: one entry of its history."""

    CREATED = "created", _("登録")
    RATED = "rated", _("自己評価")
    CONFIRMED = "confirmed", _("確認")
    WITHDRAWN = "withdrawn", _("自己評価の取り下げ")
    DESCRIBED = "described", _("紹介の変更")
    CAPACITY = "capacity", _("受付の状況")
    AREA = "area", _("対応地域")
    AUDIENCE = "audience", _("弱みの公開範囲")
    OFFICE = "office", _("拠点")
    EXPERT = "expert", _("専門家")
    TIE = "tie", _("利害関係")
    PARTNERSHIP = "partnership", _("連携関係")
    EVIDENCE = "evidence", _("根拠")
    MEMBER = "member", _("メンバー")
    CORRECTED = "corrected", _("訂正の反映")
    UNDONE = "undone", _("元に戻す")
    IMPORTED = "imported", _("取り込み")
    MERGED = "merged", _("統合")
    UNMERGED = "unmerged", _("統合の取り消し")


class NoticeKind(models.TextChoices):
    """Why somebody is told something."""

    RECONFIRM = "reconfirm", _("確認のお願い")
    CORRECTION = "correction", _("訂正の提案")
    CORRECTION_ANSWER = "correction_answer", _("訂正への回答")
    PARTNERSHIP = "partnership", _("連携関係の確認")
    PARTNERSHIP_ANSWER = "partnership_answer", _("連携関係への回答")
    TIE = "tie", _("利害関係の開示")
    VOUCHED = "vouched", _("連携先による確認")
    APPLICATION = "application", _("登録の申請")
    MEMBERSHIP = "membership", _("所属の変更")
    MERGED = "merged", _("登録の統合")


class MailPace(models.TextChoices):
    """How mail comes to a person who wants any."""

    AT_ONCE = "at_once", _("そのつど")
    DAILY = "daily", _("1日1回まとめて（朝8時）")


class ImportState(models.TextChoices):
    """Where the import of an uploaded table stands."""

    READING = "reading", _("確認しています")
    READY = "ready", _("取り込めます")
    REFUSED = "refused", _("取り込めません")
    APPLYING = "applying", _("取り込んでいます")
    DONE = "done", _("取り込みました")


MAX_LEVEL = 4

LEAD_CAPABILITY = "pmo"
"""The capability from whose rating a lead's suitability is computed."""
