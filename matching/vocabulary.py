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


class PlanState(models.TextChoices):
    """Where a team that is being formed stands."""

    FORMING = "forming", _("招待中")
    READY = "ready", _("必須の席がそろいました")
    WORKING = "working", _("支援中")
    CLOSED = "closed", _("終了")
    DISSOLVED = "dissolved", _("解散")


class NeedStanding(models.TextChoices):
    """Where a need stands: before a team is chosen by its proposals, then as its team's plan does."""

    ASKED = "asked", _("提案待ち")
    PROPOSED = "proposed", _("提案あり")
    FORMING = PlanState.FORMING.value, PlanState.FORMING.label
    READY = PlanState.READY.value, PlanState.READY.label
    WORKING = PlanState.WORKING.value, PlanState.WORKING.label
    CLOSED = PlanState.CLOSED.value, PlanState.CLOSED.label


class ClientDeed(models.TextChoices):
    """What was done with a sealed client record."""

    OPENED = "opened", _("開いた")
    WROTE = "wrote", _("書きかえた")


class SeatState(models.TextChoices):
    OPEN = "open", _("未招待")
    INVITED = "invited", _("返事待ち")
    HELD = "held", _("参加")
    MANUAL = "manual", _("手配が必要")


class InvitationState(models.TextChoices):
    """Where an invitation to a seat stands; `matching.machine` says what leads from one to another."""

    WAITING = "waiting", _("順番待ち")
    INVITED = "invited", _("返事待ち")
    ASKED = "asked", _("質問あり")
    CHANGING = "changing", _("変更の相談")
    ACCEPTED = "accepted", _("参加")
    DECLINED = "declined", _("辞退")
    EXPIRED = "expired", _("期限切れ")
    WITHDRAWN = "withdrawn", _("取り下げ")
    FILLED = "filled", _("席が埋まりました")


class DeclineReason(models.TextChoices):
    """Why an organization does not take a seat."""

    CAPACITY = "capacity", _("受けられる余裕がない")
    DISTANCE = "distance", _("遠い・移動が難しい")
    SKILL = "skill", _("求められる支援が得意ではない")
    CONFLICT = "conflict", _("利害関係がある")
    TERMS = "terms", _("条件や役割が合わない")
    TIMING = "timing", _("時期が合わない")
    OTHER = "other", _("その他")


class Shown(models.TextChoices):
    """What an invited organization learns of the other seats before it accepts."""

    KINDS = "kinds", _("機関の種類だけ")
    NAMES = "names", _("機関の名称")


class CheckItem(models.TextChoices):
    """What every member organization ticks before the team starts."""

    NDA = "nda", _("秘密保持")
    CONSENT = "consent", _("情報の取り扱い")
    TIES = "ties", _("利害関係")


class Letter(models.TextChoices):
    """A part in a phase beside the one that is accountable (A)."""

    RESPONSIBLE = "R", _("実行")
    CONSULTED = "C", _("相談")
    INFORMED = "I", _("報告")


class EngagementState(models.TextChoices):
    WORKING = "working", _("支援中")
    HANDED_OVER = "handed_over", _("自走に引き継ぎ")
    CLOSED = "closed", _("終了")


CHECK_IN_MONTHS = (1, 3, 6, 12)


class EventKind(models.TextChoices):
    """What an event of a room is."""

    MESSAGE = "message", _("メッセージ")
    NOTE = "note", _("出来事")
    EDITED = "edited", _("書き直し")
    DELETED = "deleted", _("削除")

    @classmethod
    def of_a_message(cls) -> list[str]:
        """What happens to a message after it was sent."""
        return [str(cls.EDITED), str(cls.DELETED)]


class BenchDeed(models.TextChoices):
    """What is done with a variant at a workbench."""

    BEGAN = "began", _("案をつくる")
    ADD = "add", _("加える")
    DROP = "drop", _("外す")
    SWAP = "swap", _("入れ替える")
    LOCK = "lock", _("固定する")
    UNLOCK = "unlock", _("固定をやめる")
    EXCLUDE = "exclude", _("候補から除く")
    READMIT = "readmit", _("候補に戻す")
    REBUILD = "rebuild", _("残りを組み直す")
    RESCORE = "rescore", _("計算し直す")
    NOTE = "note", _("メモを書く")
    KEEP = "keep", _("候補として残す")
    LET_GO = "let_go", _("候補から下ろす")
    FORWARD = "forward", _("左へ動かす")
    REMOVE = "remove", _("案を消す")

    @classmethod
    def of_a_team(cls) -> list["BenchDeed"]:
        """What changes who is in the team, or may be, or how it scores."""
        return [
            cls.ADD, cls.DROP, cls.SWAP, cls.LOCK, cls.UNLOCK, cls.EXCLUDE, cls.READMIT, cls.REBUILD, cls.RESCORE,
        ]  # fmt: skip

    @classmethod
    def of_a_mark(cls) -> list["BenchDeed"]:
        """What says where the variant stands among the others."""
        return [cls.KEEP, cls.LET_GO, cls.FORWARD]
