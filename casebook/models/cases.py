"""Cases: what was done for a company, by whom, and what came of it."""

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from casebook.models.openness import is_open, is_own
from casebook.models.requests import Delegation
from casebook.models.sections import Section
from casebook.vocabulary import Basis, CaseState, Outcome, Tlp
from network.access import Reader, organization_ids_edited_by
from network.codes import INDUSTRIES, PHASES, PREFECTURES, SIZE_BANDS, STAGES, KnownCode, validate_industry_major
from network.models import Capability, Municipality, Organization, Team
from network.text import clean_line, clean_text

STAGE = [MinValueValidator(1), MaxValueValidator(4)]


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, reader: Reader) -> "CaseQuerySet":
        """Cases with at least one section the reader may read, and all of the reader's own."""
        readable = Section.objects.visible_to(reader).filter(case=OuterRef("pk"))
        return self.filter(is_own(reader) | Exists(readable))

    def own_of(self, reader: Reader) -> "CaseQuerySet":
        """Cases of the reader's organizations, and those the reader was asked to write: read whole, in any state."""
        return self.filter(is_own(reader))

    def open_to_others(self) -> "CaseQuerySet":
        """Cases whose sections' keys hold today, whoever asks: what may be counted, and what bears out a strength."""
        return self.filter(is_open(AnonymousUser()))

    def writable_by(self, reader: Reader) -> "CaseQuerySet":
        """Cases whose draft the reader may change: an editor of the owner, or somebody asked to write."""
        asked = Delegation.objects.in_force_for(reader).values("case")
        return self.filter(Q(owner__in=organization_ids_edited_by(reader)) | Q(pk__in=asked))

    def editable_by(self, reader: Reader) -> "CaseQuerySet":
        """Cases of the organizations the reader is an editor of."""
        return self.filter(owner__in=organization_ids_edited_by(reader))


class Case(models.Model):
    """The facts that any reader of any section sees; everything else stands in a section."""

    external_id = models.CharField(_("外部ID"), max_length=64, unique=True, validators=[clean_line])
    title = models.CharField(_("題名"), max_length=200, validators=[clean_line])
    owner = models.ForeignKey(Organization, models.PROTECT, related_name="cases", verbose_name=_("所有する機関"))
    industry = models.CharField(
        _("業種"), max_length=1, blank=True, validators=[validate_industry_major], db_index=True
    )
    prefecture = models.CharField(
        _("都道府県"), max_length=2, blank=True, validators=[KnownCode("prefectures")], db_index=True
    )
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(
        _("年"), null=True, blank=True, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    stage_before = models.PositiveSmallIntegerField(_("支援前の段階"), null=True, blank=True, validators=STAGE)
    stage_after = models.PositiveSmallIntegerField(_("支援後の段階"), null=True, blank=True, validators=STAGE)
    outcome = models.CharField(_("結果"), max_length=10, blank=True, choices=Outcome.choices)
    tlp = models.CharField(_("TLP"), max_length=12, choices=Tlp.choices, default=Tlp.RED)
    capabilities = models.ManyToManyField(Capability, blank=True, related_name="cases", verbose_name=_("支援領域"))
    source_title = models.CharField(_("出典"), max_length=300, blank=True, validators=[clean_line])
    source_url = models.CharField(
        _("出典のURL"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    published = models.DateField(_("公開日"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.PUBLISHED)
    opens_on = models.DateField(_("公開を始める日"), null=True, blank=True)
    """Until the day before, nobody outside the owning organization reads anything (embargo)."""
    basis = models.CharField(_("だれの事例か"), max_length=10, blank=True, choices=Basis.choices)
    """Empty for a case that a file brought: then whoever imported it saw to the consents."""
    subtitle = models.CharField(_("副題"), max_length=200, blank=True, validators=[clean_line])
    size_band = models.CharField(
        _("従業員規模"), max_length=10, blank=True, validators=[KnownCode("size_bands")], db_index=True
    )
    contact = models.CharField(_("問い合わせ先"), max_length=200, blank=True, validators=[clean_line])
    """The owner's, for whoever reads any of it: a department, not a person of the client."""
    keywords: "models.JSONField[list[str], list[str]]" = models.JSONField(_("キーワード"), default=list, blank=True)
    schemes: "models.JSONField[list[str], list[str]]" = models.JSONField(_("利用した制度"), default=list, blank=True)
    """Shown to readers of the section 取り組み."""
    related_urls: "models.JSONField[list[str], list[str]]" = models.JSONField(_("関連URL"), default=list, blank=True)
    """Shown to readers of the section 実名・連絡先 where the case has one, like the source."""
    related = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="+")
    """Cases that the writer named beside this one; shown to those who may see them."""
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="cases")
    """Owner and participants, once a section was opened to them as a team."""
    version = models.PositiveIntegerField(default=0)
    """The number of the published version; 0 for a case that a file brought."""
    digest = models.CharField(max_length=64, blank=True)
    """Of the published text, as `Version.digest`."""
    born_of = models.CharField(max_length=64, blank=True, validators=[clean_line])
    """The finished engagement it tells of, as the room above names it; empty for all others."""
    taken_down_because = models.CharField(_("公開停止の理由"), max_length=1000, blank=True, validators=[clean_text])
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("事例")
        ordering = [F("year").desc(nulls_last=True), "-pk"]  # databases differ in where NULL stands
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.UniqueConstraint(fields=["born_of"], condition=~Q(born_of=""), name="one_case_per_engagement"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def industry_name(self) -> str:
        return INDUSTRIES.name(self.industry) if self.industry else ""

    @property
    def prefecture_name(self) -> str:
        return PREFECTURES.name(self.prefecture) if self.prefecture else ""

    @property
    def source_is_link(self) -> bool:
        """True when the source can be opened."""
        return self.source_url.startswith(("http://", "https://"))

    @property
    def size_name(self) -> str:
        return SIZE_BANDS.name(self.size_band) if self.size_band else ""

    @property
    def stage_names(self) -> list[str]:
        """The digital stage before and after, as far as known."""
        return [STAGES.name(str(stage)) for stage in (self.stage_before, self.stage_after) if stage]


class CasePhase(models.Model):
    """A phase of support that the case tells of."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="phases")
    phase = models.CharField(max_length=20, validators=[KnownCode("phases")])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "phase"], name="case_phase_once")]

    def __str__(self) -> str:
        return PHASES.name(self.phase)


class Participant(models.Model):
    """An organization that took part. Shown only to readers of the section 支援体制."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="participants")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="participations")
    role = models.CharField(_("役割"), max_length=120, blank=True, validators=[clean_line])
    capabilities = models.ManyToManyField(Capability, blank=True, related_name="+", verbose_name=_("担った支援領域"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "organization"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.organization} ({self.role})"


class Measure(models.Model):
    """An outcome in figures. Shown only to readers of the section 成果."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="measures")
    name = models.CharField(_("指標"), max_length=120, validators=[clean_line])
    unit = models.CharField(_("単位"), max_length=20, blank=True, validators=[clean_line])
    before = models.FloatField(_("支援前"), null=True, blank=True)
    after = models.FloatField(_("支援後"), null=True, blank=True)
    how = models.CharField(_("測り方"), max_length=200, blank=True, validators=[clean_line])
    on = models.DateField(_("測った日"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.figure_before} → {self.figure_after}"

    @property
    def figure_before(self) -> str:
        """The figure with its unit as one reads it; empty when unknown."""
        return self._figure(self.before)

    @property
    def figure_after(self) -> str:
        return self._figure(self.after)

    def _figure(self, value: float | None) -> str:
        return "" if value is None else f"{value:,.10g}{self.unit}"
