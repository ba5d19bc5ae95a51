"""What people's searching leaves behind: searches they keep, what they asked lately, what nobody found, and questions
that no case answered. `search.models` brings these tables into the app."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models import Case
from network.access import Reader, lab_ids_facilitated_by
from network.models import Lab, User
from network.text import clean_line, clean_text
from search.text import QUERY_CHARACTERS, TERM_LENGTH


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, reader: Reader) -> "OwnQuerySet":
        """The reader's own: nobody else's business."""
        return self.filter(user=reader) if isinstance(reader, User) and reader.is_active else self.none()


class SavedSearch(models.Model):
    """A question that a person wants to go on asking; new answers are told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("名前"), max_length=80, validators=[clean_line])
    query = models.CharField(_("ことば"), max_length=QUERY_CHARACTERS, blank=True, validators=[clean_line])
    filters: "models.JSONField[dict[str, list[str]], dict[str, list[str]]]" = models.JSONField(default=dict, blank=True)
    """Values by facet, as `facets.known_values` lists them, in order."""
    fingerprint = models.CharField(max_length=64)
    """Of query and filters: the same question is kept once."""
    alerts = models.BooleanField(_("新しく一致した事例をお知らせで受け取る"), default=True)
    at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True, blank=True)
    """When its answers were last compared with those known; null until the first time, which tells nothing as new."""
    known: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list, blank=True)
    """Ids of every case that ever answered it: nothing is new twice."""

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("保存した検索")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="saved_once")]
        indexes = [models.Index(fields=["looked_at"], condition=Q(alerts=True), name="saved_due")]

    def __str__(self) -> str:
        return self.name


class SavedMatch(models.Model):
    """A case that came to answer a saved search, until its person saw it. Whether it still answers, and from what this
    person may read, is asked each time it is told (`search.alerts`)."""

    saved = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("新しく一致した事例")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["saved", "case"], name="matched_once")]

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.case_id}"


class PastSearch(models.Model):
    """What a person asked lately; nobody else's business, and gone when the person says so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_searches")
    query = models.CharField(max_length=QUERY_CHARACTERS, blank=True)
    filters: "models.JSONField[dict[str, list[str]], dict[str, list[str]]]" = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)
    total = models.PositiveIntegerField(_("件数"))
    at = models.DateTimeField(default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("検索の履歴")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="remembered_once")]

    def __str__(self) -> str:
        return self.query[:40]


class ZeroResult(models.Model):
    """Words that found nothing, and how often: for the steward, who keeps vocabulary and cases. Never who asked; days
    instead of moments, so that nobody's history can be laid beside it."""

    query = models.CharField(_("ことば"), max_length=QUERY_CHARACTERS)
    fingerprint = models.CharField(max_length=64)
    times = models.PositiveIntegerField(_("回数"), default=1)
    narrowed = models.PositiveIntegerField(_("条件で絞っていた回数"), default=0)
    first_on = models.DateField(_("最初の日"))
    last_on = models.DateField(_("最後の日"))
    settled_on = models.DateField(_("対応した日"), null=True, blank=True)
    """Asked again after it, it is listed again."""

    class Meta:
        verbose_name = _("見つからなかった検索")
        ordering = ["-times", "-last_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="unanswered_once")]

    def __str__(self) -> str:
        return f"{self.query[:40]} × {self.times}"


class Spelling(models.Model):
    """A word of the index under each key by which a misspelt one finds it (`search.spelling`). It says nothing of where
    the word stands: that is asked of the index, for each reader."""

    key = models.CharField(max_length=TERM_LENGTH)
    word = models.CharField(max_length=TERM_LENGTH)

    class Meta:
        verbose_name = _("綴り")
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="spelt_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.word}"


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, reader: Reader) -> "InquiryQuerySet":
        """The reader's own, and those to the labs the reader facilitates for now."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        asked = Inquiry.labs.through.objects.filter(lab__in=lab_ids_facilitated_by(reader)).values("inquiry")
        return self.filter(Q(by=reader) | Q(pk__in=asked))

    def answerable_by(self, reader: Reader) -> "InquiryQuerySet":
        """Of these the open ones of others."""
        return self.visible_to(reader).filter(closed_at=None).exclude(by=reader if isinstance(reader, User) else None)


class Inquiry(models.Model):
    """A question that no case answered, put to the facilitators of the asker's own labs."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inquiries")
    on_behalf_of = models.CharField(_("所属"), max_length=200, blank=True, validators=[clean_line])
    text = models.CharField(_("質問"), max_length=1000, validators=[clean_text])
    labs = models.ManyToManyField(Lab, related_name="+", verbose_name=_("宛先のラボ"))
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    """When the asker said that it is answered."""

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ネットワークへの質問")
        verbose_name_plural = verbose_name
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class InquiryReply(models.Model):
    """What a facilitator says, in the name of the lab; whoever sees the question sees it."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lab = models.ForeignKey(Lab, models.PROTECT, related_name="+")
    text = models.CharField(_("回答"), max_length=2000, validators=[clean_text])
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("回答")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
