"""Support organizations, where they work and whom they serve."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.access import (
    Reader,
    keys_held_by,
    lab_ids_facilitated_by,
    organization_ids_edited_by,
    organization_ids_of,
)
from network.codes import INDUSTRIES, KINDS, PREFECTURES, KnownCode, primary_doctor_kinds, validate_industry_major
from network.models.places import Lab, Municipality
from network.text import clean_line, clean_text
from network.vocabulary import CapacityStatus, Stance, WeaknessAudience

if TYPE_CHECKING:  # ratings stand on organizations
    from network.models.capabilities import Capability

SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, reader: Reader) -> "OrganizationQuerySet":
        """What the reader may know of: the network all active ones, stewards all, anyone else none."""
        keys = keys_held_by(reader)
        if "steward" in keys:
            return self
        if "network" in keys:
            return self.filter(is_active=True)
        return self.none()

    def weaknesses_known_to(self, reader: Reader) -> "OrganizationQuerySet":
        """Of organizations that the reader may see, those whose declared weaknesses the reader may know too: the own
        ones, those that joined a lab the reader facilitates for, and those that opened theirs to the network.

        Always together with `visible_to`."""
        joined = Organization.labs.through.objects.filter(lab__in=lab_ids_facilitated_by(reader))
        opened = Q(weakness_audience=WeaknessAudience.NETWORK)
        return self.filter(opened | Q(pk__in=organization_ids_of(reader)) | Q(pk__in=joined.values("organization")))

    def weaknesses_known_in(self, lab: Lab) -> "OrganizationQuerySet":
        """Organizations whose declared weaknesses the facilitators of a lab may know."""
        return self.filter(Q(labs=lab) | Q(weakness_audience=WeaknessAudience.NETWORK)).distinct()

    def editable_by(self, reader: Reader) -> "OrganizationQuerySet":
        """What the reader may change: the organizations the reader is an editor of."""
        return self.filter(pk__in=organization_ids_edited_by(reader))

    def serving(self, prefecture: str) -> "OrganizationQuerySet":
        """Those who work in a prefecture: they or one of their offices are located there, name it or a part of it as
        an area, or work nationwide."""
        areas = ServiceArea.objects.filter(prefecture=prefecture).values("organization")
        by_office = (
            Organization.objects.filter(**{path: value}).order_by().values("pk")
            for path, value in (
                ("offices__prefecture", prefecture),
                ("offices__service_areas__prefecture", prefecture),
                ("offices__nationwide", True),
            )
        )
        near = Q(prefecture=prefecture) | Q(pk__in=areas) | Q(nationwide=True)
        for offices in by_office:
            near |= Q(pk__in=offices)
        return self.filter(near)

    def able(self, capability: "Capability", level: int = 1) -> "OrganizationQuerySet":
        """Those who declare at least this level of a capability.

        Never by a weakness: who has one must look the same here as who declares nothing.
        """
        stances = [stance for stance in Stance if stance != Stance.WEAKNESS]
        return self.filter(ratings__capability=capability, ratings__level__gte=level, ratings__stance__in=stances)

    def accepting(self, day: date) -> "OrganizationQuerySet":
        """Those with whom an engagement can begin on that day: the rule of `Organization.accepts_on` in SQL."""
        statuses = [status for status in CapacityStatus if status.accepts]
        declared = Q(capacity_until__isnull=True) | Q(capacity_until__gte=day)
        return self.filter(declared, capacity_status__in=statuses, capacity_slots__gt=0)


class Organization(models.Model):
    """An organization that supports companies.

    The four `stated_` values are normally computed; where a file stated one it wins until the
    organization changes what it would be computed from.
    """

    external_id = models.CharField(_("外部ID"), max_length=64, unique=True, validators=[clean_line])
    name = models.CharField(_("名称"), max_length=120, validators=[clean_line])
    kana = models.CharField(_("よみがな"), max_length=200, blank=True, validators=[clean_line])
    kind = models.CharField(_("種類"), max_length=40, db_index=True, validators=[KnownCode("organization_kinds")])
    corporate_number = models.CharField(_("法人番号"), max_length=13, null=True, blank=True, unique=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, db_index=True, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("市区町村")
    )
    about = models.TextField(_("紹介"), max_length=2000, blank=True, validators=[clean_text])
    website = models.URLField(_("ウェブサイト"), max_length=300, blank=True)
    contact_email = models.EmailField(_("連絡先のメール"), blank=True)
    contact_phone = models.CharField(_("連絡先の電話"), max_length=20, blank=True, validators=[clean_line])
    nationwide = models.BooleanField(_("全国に対応"), default=False)
    remote = models.BooleanField(_("遠隔でも対応"), default=False)
    capacity_status = models.CharField(
        _("受付の状況"), max_length=10, choices=CapacityStatus.choices, default=CapacityStatus.OPEN
    )
    capacity_slots = models.PositiveSmallIntegerField(_("あと何件"), default=1, validators=[MaxValueValidator(999)])
    capacity_until = models.DateField(_("いつまで有効か"), null=True, blank=True)
    stated_lead_suitability = models.FloatField(null=True, blank=True, validators=SHARE)
    stated_max_requirements = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    stated_availability = models.FloatField(null=True, blank=True, validators=SHARE)
    stated_exposure = models.FloatField(null=True, blank=True, validators=SHARE)
    labs = models.ManyToManyField(Lab, blank=True, related_name="organizations", verbose_name=_("参加するラボ"))
    weakness_audience = models.CharField(
        _("弱みの公開範囲"), max_length=10, choices=WeaknessAudience.choices, default=WeaknessAudience.LABS
    )
    ties_declared = models.BooleanField(_("利害関係の有無"), null=True, blank=True)
    """Whether the organization said that it has interests to disclose (True), has none (False), or nothing yet."""
    ties_declared_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    """Where a duplicate went; such a record is inactive and kept so that old addresses lead on."""
    version = models.PositiveIntegerField(default=1)
    """Counts the changes of this row's description, capacity and area."""
    registry_version = models.PositiveBigIntegerField(default=0, db_index=True)
    """The registry's version in which anything about this organization changed last."""
    last_confirmed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When anybody last confirmed any line of its profile that the whole network may see: never a weakness."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("支援機関")
        ordering = ["prefecture", "kana", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=True) | Q(corporate_number__regex=r"^[0-9]{13}$"),
                name="corporate_number_is_13_digits",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 1}),
                    name=f"{name}_is_a_share",
                )
                for name in ("stated_lead_suitability", "stated_availability", "stated_exposure")
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False), name="merged_organization_is_inactive"
            ),
            models.CheckConstraint(
                condition=Q(weakness_audience__in=WeaknessAudience.values), name="weakness_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_name(self) -> str:
        return KINDS.name(self.kind)

    @property
    def is_primary_doctor(self) -> bool:
        """True for the kinds expected to take the lead beside a company (主治医)."""
        return self.kind in primary_doctor_kinds()

    @property
    def place(self) -> str:
        """Prefecture and, where known, municipality, as one reads it on an address."""
        return str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture)

    def accepts_on(self, day: date) -> bool:
        """True when an engagement can begin on that day; a statement about capacity holds through its last day."""
        accepts = CapacityStatus(self.capacity_status).accepts and self.capacity_slots > 0
        return accepts and (self.capacity_until is None or self.capacity_until >= day)

    @property
    def is_capacity_outdated(self) -> bool:
        """True when the last day of what was said about capacity has passed (Asia/Tokyo)."""
        return self.capacity_until is not None and self.capacity_until < timezone.localdate()


class OrganizationIndustry(models.Model):
    """A client industry the organization serves (JSIC major)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="industries")
    industry = models.CharField(_("業種"), max_length=1, validators=[validate_industry_major])

    class Meta:
        ordering = ["industry"]
        constraints = [models.UniqueConstraint(fields=["organization", "industry"], name="organization_industry_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return INDUSTRIES.name(self.industry)


class ServiceArea(models.Model):
    """A part of where the organization works: a whole prefecture, or one municipality."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="service_areas")
    prefecture = models.CharField(max_length=2, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["prefecture", "municipality"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "prefecture"],
                condition=Q(municipality__isnull=True),
                name="service_area_prefecture_once",
            ),
            models.UniqueConstraint(fields=["organization", "municipality"], name="service_area_municipality_once"),
        ]

    def __str__(self) -> str:
        return str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture)
