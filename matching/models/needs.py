"""A client's need, as a facilitator describes it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import Tlp
from matching.vocabulary import IMPORTANCE_WEIGHT, Importance
from network.access import Reader, lab_ids_facilitated_by
from network.codes import INDUSTRIES, PHASES, PREFECTURES, STAGES, KnownCode, validate_industry_major
from network.models import Capability, Lab, Municipality, Organization
from network.text import clean_line, clean_text
from network.vocabulary import MAX_LEVEL


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, reader: Reader) -> "NeedQuerySet":
        """Needs of the labs the reader facilitates for, and those the reader was named to as a co-facilitator, while
        facilitating for any lab: a client's situation is nobody else's business."""
        return self.filter(Q(lab__in=lab_ids_facilitated_by(reader)) | Q(pk__in=Need.ids_named_to(reader)))

    def editable_by(self, reader: Reader) -> "NeedQuerySet":
        return self.visible_to(reader)


class Need(models.Model):
    """What a company needs, and the conditions for a team. The company itself stays anonymous: who it is stands in
    its own sealed record (`Client`), which nothing but its own page reads.

    Everything that is written about a need in any place (its form, the API, a workbench) is one writing under
    `actions.changing(need, by=..., expected=...)`: the row is held, `version` is compared with the one that the writer
    read (ConflictError with the need as it stands now, 409 on a page), and where anything of
    `matching.needhistory.snapshot` differs at the end, `version` is raised by one and a `NeedVersion` says who changed
    what. A writing that changes nothing leaves the number. So pages send the `version` they showed with every form.
    """

    title = models.CharField(_("案件名"), max_length=120, validators=[clean_line])
    lab = models.ForeignKey(Lab, models.PROTECT, related_name="needs", verbose_name=_("担当するラボ"))
    prefecture = models.CharField(_("都道府県"), max_length=2, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("市区町村")
    )
    industry = models.CharField(_("業種"), max_length=1, blank=True, validators=[validate_industry_major])
    employees = models.PositiveIntegerField(
        _("従業員数"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    stage = models.PositiveSmallIntegerField(
        _("デジタル活用の段階"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    demand = models.CharField(_("需要の層"), max_length=12, blank=True, validators=[KnownCode("demand_layers")])
    text = models.TextField(_("困りごと"), max_length=4000, blank=True, validators=[clean_text])
    lead_kinds = models.JSONField(_("主担当の種類"), default=list, blank=True)
    """Organization kinds that may lead; empty admits every kind."""
    lead_min_suitability = models.FloatField(
        _("主担当の適性の下限"), default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    max_size = models.PositiveSmallIntegerField(
        _("機関の数の上限"), default=6, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )
    max_hops = models.PositiveSmallIntegerField(_("距離の上限（県境の数）"), null=True, blank=True)
    remote = models.BooleanField(_("遠方でもオンラインで支援できる機関を認める"), default=True)
    forbidden_ties = models.JSONField(_("同じチームに入れない利害関係"), default=list, blank=True)
    """Kinds of ties that no two members may have between them."""
    weights = models.CharField(_("重みの組"), max_length=20, default="default")
    """Name of a profile in `matching.weights`."""
    must_include = models.ManyToManyField(
        Organization, blank=True, related_name="+", verbose_name=_("必ず入れたい機関")
    )
    exclude = models.ManyToManyField(Organization, blank=True, related_name="+", verbose_name=_("外したい機関"))
    suppliers = models.ManyToManyField(Organization, blank=True, related_name="+", verbose_name=_("企業のいまの取引先"))
    """Organizations that already supply the client: interests with them stand beside the proposal, the score does not
    change."""
    tlp = models.CharField(_("取り扱い"), max_length=12, choices=Tlp.choices, default=Tlp.AMBER)
    """How those who see the need may pass it on. The label opens nothing: `visible_to` does not ask for it."""
    cofacilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="CoFacilitator",
        through_fields=("need", "user"),
        related_name="+",
        verbose_name=_("共同担当"),
    )
    version = models.PositiveIntegerField(_("版"), default=0, editable=False)
    """Raised by every writing that changes something; 0 before the first. See above."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("案件")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(max_size__gte=1, max_size__lte=6), name="need_max_size_1_to_6"),
            models.CheckConstraint(condition=Q(tlp__in=Tlp.values), name="need_tlp_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def ids_named_to(reader: Reader) -> models.QuerySet["CoFacilitator", int]:
        """Ids of the needs the reader was named to and may see for it, as a subquery."""
        facilitating = lab_ids_facilitated_by(reader).values("user")
        return CoFacilitator.objects.filter(user__in=facilitating).values_list("need", flat=True)

    @property
    def client_line(self) -> str:
        """The company in one line, without naming it."""
        parts = [
            str(self.municipality) if self.municipality else PREFECTURES.name(self.prefecture),
            INDUSTRIES.name(self.industry) if self.industry else "",
            str(_("従業員%(n)d人") % {"n": self.employees}) if self.employees else "",
            str(_("段階%(n)d %(name)s") % {"n": self.stage, "name": STAGES.name(str(self.stage))})
            if self.stage
            else "",
        ]
        return " · ".join(part for part in parts if part)


class Requirement(models.Model):
    """One thing the team must be able to do, in one phase."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="requirements")
    capability = models.ForeignKey(Capability, models.PROTECT, related_name="+", verbose_name=_("支援領域"))
    phase = models.CharField(_("局面"), max_length=20, validators=[KnownCode("phases")])
    level = models.PositiveSmallIntegerField(
        _("必要なレベル"), default=3, validators=[MinValueValidator(1), MaxValueValidator(MAX_LEVEL)]
    )
    weight = models.FloatField(_("重み"), default=IMPORTANCE_WEIGHT[Importance.IMPORTANT])
    must = models.BooleanField(_("必須"), default=False)
    locked = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("担当を固定する機関")
    )
    """The organization that owns this seat in every team."""
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)

    class Meta:
        verbose_name = _("要件")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "capability", "phase"], name="requirement_once_per_phase"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MAX_LEVEL), name="requirement_level_1_to_4"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="requirement_weight_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.capability} ({PHASES.name(self.phase)})"

    @property
    def importance(self) -> Importance:
        """The word for this weight: what was entered as a word reads back as the same word."""
        if self.must:
            return Importance.MUST
        return Importance.IMPORTANT if self.weight >= IMPORTANCE_WEIGHT[Importance.IMPORTANT] else Importance.NICE


class CoFacilitator(models.Model):
    """Somebody who works on a need beside the facilitators of its lab, and sees nothing else of that lab for it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="named")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("共同担当")
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["need", "user"], name="cofacilitator_once_a_need")]

    def __str__(self) -> str:
        return f"{self.need} {self.user}"
