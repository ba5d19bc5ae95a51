"""The capability taxonomy and how organizations rate themselves in it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.access import Reader
from network.codes import AREAS, in_readers_language
from network.models.organizations import SHARE, Organization
from network.text import clean_line, clean_text
from network.vocabulary import MAX_LEVEL, Stance


def reconfirm_after() -> timedelta:
    """Declarations that nobody confirmed for so long are asked for again."""
    return timedelta(days=settings.RECONFIRM_AFTER_DAYS)


class Capability(models.Model):
    """One thing an organization may be able to do for a company."""

    code = models.CharField(_("コード"), max_length=64, unique=True)
    area = models.CharField(_("領域"), max_length=30, blank=True)
    name_ja = models.CharField(_("名称"), max_length=80, validators=[clean_line])
    name_en = models.CharField(_("英語名"), max_length=80, blank=True, validators=[clean_line])
    definition = models.CharField(_("定義"), max_length=300, blank=True, validators=[clean_line])
    definition_en = models.CharField(_("英語の定義"), max_length=300, blank=True, validators=[clean_line])
    synonyms = models.JSONField(_("言い換え"), default=list, blank=True)
    phases = models.JSONField(_("役立つ局面"), default=list, blank=True)
    order = models.PositiveIntegerField(_("並び順"), default=10_000)
    is_custom = models.BooleanField(_("追加された語彙"), default=False)

    class Meta:
        verbose_name = _("支援領域")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name_ja, self.name_en)

    @property
    def meaning(self) -> str:
        """The definition in the reader's language."""
        return in_readers_language(self.definition, self.definition_en)

    @property
    def area_name(self) -> str:
        return AREAS.name(self.area) if self.area else str(_("追加された領域"))


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, reader: Reader) -> "RatingQuerySet":
        """Ratings of visible organizations; a declared weakness only to those who may know it
        (`OrganizationQuerySet.weaknesses_known_to`)."""
        near = Q(organization__in=Organization.objects.weaknesses_known_to(reader))
        visible = self.filter(organization__in=Organization.objects.visible_to(reader))
        return visible.filter(~Q(stance=Stance.WEAKNESS) | near)


class Rating(models.Model):
    """What an organization says of itself in one capability."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="ratings")
    capability = models.ForeignKey(Capability, models.PROTECT, related_name="ratings")
    level = models.PositiveSmallIntegerField(_("レベル"), default=0, validators=[MaxValueValidator(MAX_LEVEL)])
    stance = models.CharField(_("立場"), max_length=10, choices=Stance.choices, default=Stance.NEUTRAL)
    note = models.CharField(_("メモ"), max_length=400, blank=True, validators=[clean_text])
    evidence = models.CharField(_("根拠"), max_length=400, blank=True, validators=[clean_line])
    """What the organization itself points at: an address, a certificate, a finished project."""
    confirmed_at = models.DateTimeField(_("最終確認"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    stated_confidence = models.FloatField(null=True, blank=True, validators=SHARE)
    """Where a file stated how far the level is believed; wins until somebody rates or confirms the line."""
    version = models.PositiveIntegerField(default=1)
    """Counts the changes; an editor who read an older one is told before anything is overwritten."""

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("自己評価")
        ordering = ["capability__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "capability"], name="rating_once"),
            models.CheckConstraint(condition=Q(level__lte=MAX_LEVEL), name="rating_level_0_to_4"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="rating_stance_known"),
            models.CheckConstraint(
                condition=Q(stated_confidence__isnull=True) | Q(stated_confidence__gt=0, stated_confidence__lte=1),
                name="rating_stated_confidence_above_0_to_1",
            ),
        ]
        indexes = [models.Index(fields=["capability", "level"], name="rating_by_capability")]

    def __str__(self) -> str:
        return f"{self.organization}: {self.capability} {self.level} ({self.stance})"

    @property
    def is_weakness(self) -> bool:
        return self.stance == Stance.WEAKNESS

    def is_stale_at(self, moment: datetime) -> bool:
        """True when somebody should look at the rating again: never confirmed, or longer ago than
        `settings.RECONFIRM_AFTER_DAYS`."""
        return self.confirmed_at is None or self.confirmed_at < moment - reconfirm_after()
