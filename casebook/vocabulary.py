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


class CaseState(models.TextChoices):
    """Where a case stands. Only a published one is open to anybody outside the owning organization."""

    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開中")
    ARCHIVED = "archived", _("保管")
    TAKEN_DOWN = "taken_down", _("公開停止")


class DraftState(models.TextChoices):
    """Where the text that somebody writes stands."""

    WRITING = "writing", _("書いています")
    SUBMITTED = "submitted", _("確認待ち")
    RETURNED = "returned", _("差し戻し")


class Basis(models.TextChoices):
    """Whose story it is, which decides whose consent a publication needs."""

    CLIENT = "client", _("支援したお客様の事例")
    OWN = "own", _("自機関の取り組み")
    PUBLISHED = "published", _("公表された資料による事例")
    FICTION = "fiction", _("架空の事例（練習・説明用）")


class Naming(models.TextChoices):
    """How far a consent lets the client be named."""

    REAL = "real", _("実名")
    REGION = "region", _("業種・地域のみ")
    ANONYMOUS = "anonymous", _("匿名")


class Scope(models.TextChoices):
    """How far a consent lets the text travel, from the narrowest to the widest."""

    NAMED = "named", _("名指しした相手（ラボ・機関・支援チーム・個人）")
    NETWORK = "network", _("ネットワークに参加する機関")
    PUBLIC = "public", _("だれでも（一般公開）")


class Means(models.TextChoices):
    """How somebody without an account said so."""

    WRITTEN = "written", _("書面")
    MAIL = "mail", _("メール")
    SPOKEN = "spoken", _("面談・電話（記録あり）")


class ConsentState(models.TextChoices):
    ASKED = "asked", _("回答待ち")
    GIVEN = "given", _("同意")
    DECLINED = "declined", _("辞退")


class RequestState(models.TextChoices):
    """Where a reader's request for more stands."""

    OPEN = "open", _("回答待ち")
    GRANTED = "granted", _("承認")
    DECLINED = "declined", _("見送り")
    WITHDRAWN = "withdrawn", _("取り下げ")


class LogAction(models.TextChoices):
    """What was done with somebody's restricted text."""

    READ = "read", _("閲覧")
    DOWNLOAD = "download", _("添付の取得")
    EXPORT = "export", _("書き出し")


class CaseDeed(models.TextChoices):
    """What happened to a case: one entry of its history."""

    BEGUN = "begun", _("書き始め")
    SUBMITTED = "submitted", _("確認の依頼")
    RETURNED = "returned", _("差し戻し")
    PUBLISHED = "published", _("公開")
    SHARED = "shared", _("公開範囲の変更")
    ARCHIVED = "archived", _("保管")
    RESTORED = "restored", _("再公開")
    TAKEN_DOWN = "taken_down", _("公開停止")
    REINSTATED = "reinstated", _("公開停止の解除")
    CONSENT_ASKED = "consent_asked", _("同意の依頼")
    CONSENT_GIVEN = "consent_given", _("同意")
    CONSENT_DECLINED = "consent_declined", _("同意の辞退")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("同意の撤回")
    GRANTED = "granted", _("閲覧の承認")
    DECLINED = "declined", _("閲覧の見送り")
    REVOKED = "revoked", _("閲覧の取り消し")
    DELEGATED = "delegated", _("執筆の依頼")
    DELEGATION_ENDED = "delegation_ended", _("執筆の依頼の終了")
    DISCARDED = "discarded", _("下書きの破棄")


class QuestionState(models.TextChoices):
    ASKED = "asked", _("回答待ち")
    ANSWERED = "answered", _("回答ずみ")
    OPEN_TO_ALL = "open_to_all", _("みんなに公開")


class FindingKind(models.TextChoices):
    """What in a text may tell who the client is."""

    PHONE = "phone", _("電話番号")
    EMAIL = "email", _("メールアドレス")
    CORPORATE_NUMBER = "corporate_number", _("法人番号")
    ADDRESS = "address", _("住所")
    URL = "url", _("リンク")
    ORGANIZATION = "organization", _("登録された機関の名前")
    COMPANY = "company", _("会社・団体の名前")
    PERSON = "person", _("人の名前")
    PLACE = "place", _("地名")
    HEADCOUNT = "exact_headcount", _("正確な人数")
    SMALL_GROUP = "small_group", _("該当する会社の少なさ")
    NAMING = "naming", _("名前の出し方との食い違い")


class Severity(models.TextChoices):
    """How much a finding weighs before publication."""

    MUST = "must", _("対応が必要")
    CARE = "care", _("確認が必要")
