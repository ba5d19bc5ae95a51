"""How organizations and people come in: invitations, applications, tables."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.access import Reader, is_steward, organization_ids_of
from network.codes import KINDS, PREFECTURES, KnownCode
from network.models.organizations import Organization
from network.models.places import Municipality
from network.models.truth import Letter
from network.text import clean_line, clean_text
from network.vocabulary import ApplicationState, ImportState, Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, reader: Reader) -> "InvitationQuerySet":
        """Those into the reader's own organizations: an address is nobody else's business."""
        return self.filter(organization__in=organization_ids_of(reader))

    def pending(self) -> "InvitationQuerySet":
        """Neither used nor revoked; they may have expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """Asks one e-mail address into one organization in one role; good once and for a while.

    The secret itself is in the mail only; here stands its SHA-256.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("メールアドレス"))
    role = models.CharField(_("役割"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, blank=True, related_name="+")
    """The last mail that carried the secret: whether it went out is shown to the organization."""

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("招待")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="invitation_used_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organization} ({self.role})"

    @property
    def last_day(self) -> date:
        """The last day on which it can be taken up (Asia/Tokyo)."""
        return timezone.localtime(self.expires_at - timedelta(seconds=1)).date()

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, reader: Reader) -> "ApplicationQuerySet":
        """All for a steward, none for anybody else."""
        return self if is_steward(reader) else self.none()


class Application(models.Model):
    """An organization that asks to be registered; a steward decides."""

    name = models.CharField(_("機関の名称"), max_length=120, validators=[clean_line])
    kana = models.CharField(_("よみがな"), max_length=200, blank=True, validators=[clean_line])
    kind = models.CharField(_("種類"), max_length=40, validators=[KnownCode("organization_kinds")])
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("市区町村")
    )
    about = models.TextField(_("紹介"), max_length=2000, blank=True, validators=[clean_text])
    website = models.URLField(_("ウェブサイト"), max_length=300, blank=True)
    has_ties = models.BooleanField(_("他の支援機関との利害関係（資本・販売代理・紹介手数料・グループ）がありますか"))
    """Required yes or no: silence is not an answer."""
    ties_note = models.CharField(_("利害関係の内容"), max_length=1000, blank=True, validators=[clean_text])
    applicant_name = models.CharField(_("申請する方の氏名"), max_length=80, validators=[clean_line])
    applicant_email = models.EmailField(_("申請する方のメールアドレス"))
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("理由"), max_length=1000, blank=True, validators=[clean_text])
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    """The record that came of it."""

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("登録の申請")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.DECLINED) | ~Q(reason=""), name="declined_application_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def kind_name(self) -> str:
        return KINDS.name(self.kind)

    @property
    def place(self) -> str:
        """Prefecture and, where known, municipality."""
        return str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture)


class ImportRun(models.Model):
    """A table somebody uploaded: read in the background, shown row by row, then taken in whole or not at all."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("ファイル名"), max_length=200)
    upload = models.FileField(upload_to="imports/")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    """Rows by what becomes of them: new, changed, unchanged, refused."""
    rows: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    """What becomes of each row, as the preview shows it."""
    problem = models.CharField(max_length=1000, blank=True)
    registry_version = models.PositiveBigIntegerField(default=0)
    """The registry's version that the preview speaks of."""
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("表の取り込み")
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
