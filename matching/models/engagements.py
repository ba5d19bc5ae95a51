"""A team at work: phases, tasks, decisions, outcomes and what is looked at again later."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.models.teams import TeamPlan
from matching.vocabulary import CHECK_IN_MONTHS, EngagementState, Letter
from network.access import Reader, organization_ids_edited_by, organization_ids_of
from network.codes import PHASES, KnownCode
from network.models import Organization, Team, TeamMember
from network.text import clean_line, clean_text


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, reader: Reader) -> "EngagementQuerySet":
        """To the facilitators of the need and the members of every organization in the team."""
        mine = TeamMember.objects.filter(organization__in=organization_ids_of(reader)).values("team")
        return self.filter(Q(plan__need__in=Need.objects.visible_to(reader)) | Q(team__in=mine))

    def led_by(self, reader: Reader) -> "EngagementQuerySet":
        """To the facilitators and the editors of the organization that leads: who may plan, hand over and close."""
        facilitated = Q(plan__need__in=Need.objects.editable_by(reader))
        return self.filter(facilitated | Q(lead__in=organization_ids_edited_by(reader)))


class Engagement(models.Model):
    """What became of a plan whose team has started."""

    plan = models.OneToOneField(TeamPlan, models.PROTECT, related_name="engagement")
    team = models.OneToOneField(Team, models.PROTECT, related_name="engagement")
    lead = models.ForeignKey(Organization, models.PROTECT, related_name="engagements_led")
    """Who holds the PMO: the case of the engagement will be its."""
    state = models.CharField(_("状態"), max_length=12, choices=EngagementState.choices, default=EngagementState.WORKING)
    started_on = models.DateField(_("開始日"))
    handed_over_on = models.DateField(_("引き継いだ日"), null=True, blank=True)
    handover_note = models.TextField(_("引き継いだこと"), max_length=2000, blank=True, validators=[clean_text])
    closed_on = models.DateField(_("終了日"), null=True, blank=True)
    outcome = models.CharField(_("結果"), max_length=10, blank=True)
    """A code of `casebook.vocabulary.Outcome`; empty while it goes on."""
    stage_after = models.PositiveSmallIntegerField(_("終わりの段階"), null=True, blank=True)
    worked = models.TextField(_("うまくいったこと"), max_length=4000, blank=True, validators=[clean_text])
    failed = models.TextField(_("うまくいかなかったこと"), max_length=4000, blank=True, validators=[clean_text])
    version = models.PositiveIntegerField(default=1)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("支援")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EngagementState.values), name="engagement_state_known"),
            models.CheckConstraint(
                condition=Q(state=EngagementState.CLOSED, closed_on__isnull=False)
                | (~Q(state=EngagementState.CLOSED) & Q(closed_on__isnull=True)),
                name="engagement_closed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.plan.title

    @property
    def reference(self) -> str:
        """What the casebook knows it by."""
        return f"engagement:{self.pk}"


class EngagementPhase(models.Model):
    """One phase: exactly one organization is accountable for it, because the column holds exactly one."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField(default=0)
    phase = models.CharField(_("局面"), max_length=20, validators=[KnownCode("phases")])
    accountable = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("責任をもつ機関"))
    starts = models.DateField(_("開始"), null=True, blank=True)
    ends = models.DateField(_("終了"), null=True, blank=True)
    done_on = models.DateField(_("終えた日"), null=True, blank=True)

    class Meta:
        verbose_name = _("支援の局面")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "phase"], name="engagement_phase_once"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="phase_ends_not_before_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return PHASES.name(self.phase)


class Responsibility(models.Model):
    """The part of another organization in a phase: R, C or I; A is the phase's own column."""

    phase = models.ForeignKey(EngagementPhase, models.CASCADE, related_name="parts")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    letter = models.CharField(max_length=1, choices=Letter.choices)

    class Meta:
        verbose_name = _("分担")
        constraints = [
            models.UniqueConstraint(fields=["phase", "organization"], name="one_part_a_phase_and_organization"),
            models.CheckConstraint(condition=Q(letter__in=Letter.values), name="responsibility_letter_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.letter}"


class Task(models.Model):
    """Who does what until when."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="tasks")
    phase = models.ForeignKey(EngagementPhase, models.SET_NULL, null=True, blank=True, related_name="tasks")
    what = models.CharField(_("すること"), max_length=200, validators=[clean_line])
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("だれが"))
    until = models.DateField(_("いつまでに"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("作業")
        ordering = [F("done_at").asc(nulls_first=True), F("until").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.until is not None and self.until < timezone.localdate()


class Decision(models.Model):
    """What was decided, and on which day."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="decisions")
    text = models.TextField(_("決めたこと"), max_length=1000, validators=[clean_text])
    on = models.DateField(_("決めた日"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("決定")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Indicator(models.Model):
    """A figure before and after; either may still be unknown."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="indicators")
    name = models.CharField(_("指標"), max_length=80, validators=[clean_line])
    unit = models.CharField(_("単位"), max_length=20, blank=True, validators=[clean_line])
    before = models.FloatField(_("支援前"), null=True, blank=True)
    after = models.FloatField(_("支援後"), null=True, blank=True)
    how = models.CharField(_("測り方"), max_length=200, blank=True, validators=[clean_line])
    measured_on = models.DateField(_("測った日"), null=True, blank=True)
    """The day of the figure after."""

    class Meta:
        verbose_name = _("成果の指標")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["engagement", "name"], name="indicator_once")]

    def __str__(self) -> str:
        return self.name


class CheckIn(models.Model):
    """A look at the client so many months after the start."""

    engagement = models.ForeignKey(Engagement, models.CASCADE, related_name="check_ins")
    months = models.PositiveSmallIntegerField()
    due = models.DateField(_("予定日"))
    done_on = models.DateField(_("確かめた日"), null=True, blank=True)
    note = models.TextField(_("様子"), max_length=2000, blank=True, validators=[clean_text])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("その後の確認")
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "months"], name="check_in_once"),
            models.CheckConstraint(condition=Q(months__in=CHECK_IN_MONTHS), name="check_in_months_known"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} +{self.months}"

    @property
    def is_due(self) -> bool:
        return self.done_on is None and self.due <= timezone.localdate()
