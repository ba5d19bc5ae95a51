"""Where an organization can be met, and who works there."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.access import Reader, organization_ids_edited_by, organization_ids_of
from network.codes import CREDENTIALS, PREFECTURES, KnownCode
from network.models.organizations import Organization
from network.models.people import User
from network.models.places import Municipality
from network.text import clean_line, clean_text

POSTAL_CODE = RegexValidator(
    r"\A[0-9]{7}\Z", _("郵便番号は7桁の数字で入力してください（ハイフンはなくてもかまいません）。")
)


class Office(models.Model):
    """A place of an organization beside or including its seat; each works where it says it does."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="offices")
    name = models.CharField(_("拠点名"), max_length=80, validators=[clean_line])
    postal_code = models.CharField(_("郵便番号"), max_length=7, blank=True, validators=[POSTAL_CODE])
    prefecture = models.CharField(_("都道府県"), max_length=2, db_index=True, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("市区町村")
    )
    address = models.CharField(_("町域・番地・建物"), max_length=200, blank=True, validators=[clean_line])
    phone = models.CharField(_("電話番号"), max_length=20, blank=True, validators=[clean_line])
    on_site = models.BooleanField(_("訪問して支援する"), default=True)
    remote = models.BooleanField(_("遠隔でも支援する"), default=False)
    nationwide = models.BooleanField(_("全国に対応"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("拠点")
        ordering = ["organization", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="office_name_once"),
            models.CheckConstraint(
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{7}$"), name="office_postal_code_7_digits"
            ),
            models.CheckConstraint(condition=Q(on_site=True) | Q(remote=True), name="office_works_somehow"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a municipality of another prefecture, and for an office that works in no way."""
        place = Municipality.objects.filter(pk=self.municipality_id).first()  # an unknown code is refused as a field
        if place and place.prefecture != self.prefecture:
            said = _("%(municipality)sは、選んだ都道府県の市区町村ではありません。どちらかを直してください。")
            raise ValidationError({"municipality": said % {"municipality": place}})
        if not (self.on_site or self.remote):
            raise ValidationError({"on_site": _("訪問と遠隔の少なくとも一方を選んでください。")})

    @property
    def place(self) -> str:
        """Prefecture and, where known, municipality, as one reads it on an address."""
        return str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture)


class OfficeArea(models.Model):
    """A part of where an office works: a whole prefecture, or one municipality."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="service_areas")
    prefecture = models.CharField(max_length=2, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["prefecture", "municipality"]
        indexes = [models.Index(fields=["prefecture", "office"], name="office_area_by_prefecture")]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "prefecture"],
                condition=Q(municipality__isnull=True),
                name="office_area_prefecture_once",
            ),
            models.UniqueConstraint(fields=["office", "municipality"], name="office_area_municipality_once"),
        ]

    def __str__(self) -> str:
        return str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture)


class ExpertQuerySet(models.QuerySet["Expert"]):
    def visible_to(self, reader: Reader) -> "ExpertQuerySet":
        """Experts of the reader's own organizations, those of visible organizations who agreed to be shown, and what
        is kept about the reader, who may not be a member any more."""
        visible = Organization.objects.visible_to(reader).order_by().values("pk")
        agreed = Q(agreed_on__isnull=False, organization__in=visible)
        return self.filter(Q(organization__in=organization_ids_of(reader)) | agreed | self._about(reader))

    def agreeable_by(self, reader: Reader) -> "ExpertQuerySet":
        """Those for whom the reader may say that they agree to be shown, or no longer do: the person alone where the
        person has an account here, else an editor who has the consent in writing."""
        in_writing = Q(user__isnull=True, organization__in=organization_ids_edited_by(reader))
        return self.filter(in_writing | self._about(reader))

    def _about(self, reader: Reader) -> Q:
        return Q(user=reader) if isinstance(reader, User) and reader.is_active else Q(pk__in=[])

    def agreed(self) -> "ExpertQuerySet":
        """Those whose data may leave the organization; only they count as evidence."""
        return self.filter(agreed_on__isnull=False)


class Expert(models.Model):
    """A person who does the work. Known inside the organization only, unless the person agreed."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="experts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("利用者")
    )
    """The person's own account: then nobody else can agree for them."""
    name = models.CharField(_("氏名"), max_length=80, validators=[clean_line])
    kana = models.CharField(_("よみがな"), max_length=120, blank=True, validators=[clean_line])
    title = models.CharField(_("役職・担当"), max_length=120, blank=True, validators=[clean_line])
    about = models.CharField(_("得意なこと"), max_length=400, blank=True, validators=[clean_text])
    agreed_on = models.DateField(_("公開に同意した日"), null=True, blank=True)
    agreement_note = models.CharField(
        _("同意のとり方"), max_length=200, blank=True, validators=[clean_line], help_text=_("例: 書面で確認")
    )
    agreement_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("専門家")
        ordering = ["organization", "kana", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(user__isnull=False), name="expert_account_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExpertCredential(models.Model):
    """A credential that an expert holds."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="credentials")
    credential = models.CharField(_("資格"), max_length=40, validators=[KnownCode("credentials")])
    since = models.DateField(_("取得日"), null=True, blank=True)
    until = models.DateField(_("有効期限"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["expert", "credential"], name="expert_credential_once")]

    def __str__(self) -> str:
        return CREDENTIALS.name(self.credential)
