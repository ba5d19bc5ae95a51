"""A team while it is being formed: its plan, its seats, and what every member has to tick."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.models.proposals import Proposal
from matching.seatnames import role_name
from matching.vocabulary import CheckItem, PlanState, SeatState, Shown
from network.access import Reader
from network.codes import INDUSTRIES, PREFECTURES, SIZE_BANDS, STAGES
from network.models import Organization, Team
from network.text import clean_line, clean_text

UNDER_WAY = (PlanState.FORMING, PlanState.READY, PlanState.WORKING)


class TeamPlanQuerySet(models.QuerySet["TeamPlan"]):
    def visible_to(self, reader: Reader) -> "TeamPlanQuerySet":
        """Plans for visible needs: who is invited learns of a plan through its own invitation alone."""
        return self.filter(need__in=Need.objects.visible_to(reader))

    def editable_by(self, reader: Reader) -> "TeamPlanQuerySet":
        return self.filter(need__in=Need.objects.editable_by(reader))


class TeamPlan(models.Model):
    """One team of a proposal, chosen to be asked."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="plans")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="plans")
    place = models.PositiveSmallIntegerField(default=0)
    """Which of the proposal's teams, from 0."""
    variant = models.ForeignKey("matching.Variant", models.SET_NULL, null=True, blank=True, related_name="plans")
    """The variant that was chosen in place of it."""
    answer: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(null=True, blank=True)
    """The variant's answer as it was chosen: the variant may go on changing."""
    state = models.CharField(_("状態"), max_length=10, choices=PlanState.choices, default=PlanState.FORMING)
    title = models.CharField(_("招待先に見せる件名"), max_length=120, validators=[clean_line])
    brief = models.TextField(_("招待先に見せる説明"), max_length=2000, blank=True, validators=[clean_text])
    shows = models.CharField(_("ほかの席の見せ方"), max_length=10, choices=Shown.choices, default=Shown.KINDS)
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="plan")
    """The team of who accepted; there from the start of the work on."""
    ties_seen = models.CharField(max_length=64, blank=True)
    """Fingerprint of the interests of which the facilitator wrote down that the client knows and accepts them."""
    ties_note = models.CharField(_("企業への説明"), max_length=400, blank=True, validators=[clean_text])
    reason = models.CharField(_("理由"), max_length=400, blank=True, validators=[clean_text])
    """Why it was dissolved."""
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TeamPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("チームづくり")
        ordering = ["-chosen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(state__in=UNDER_WAY), name="one_team_under_way_for_a_need"
            ),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(condition=Q(shows__in=Shown.values), name="plan_shows_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def result(self) -> dict[str, Any]:
        """The answer that the team rests on: the chosen variant's, else the proposal's."""
        return self.answer or self.proposal.result

    @property
    def client_facts(self) -> list[tuple[str, str]]:
        """The company as an invited organization may know it: prefecture, trade, size band, stage; never the place."""
        need = self.need
        band = band_of(need.employees)
        facts = [
            (_("地域"), PREFECTURES.name(need.prefecture)),
            (_("業種"), INDUSTRIES.name(need.industry) if need.industry else ""),
            (_("従業員規模"), SIZE_BANDS[band].name if band else ""),
            (_("デジタル活用の段階"), STAGES.name(str(need.stage)) if need.stage else ""),
        ]
        return [(str(label), value) for label, value in facts if value]


def band_of(employees: int | None) -> str:
    """The code of the size band, or empty where nobody counted."""
    for code, band in SIZE_BANDS.items() if employees is not None else ():
        low, high = int(band.fields["least"] or 0), band.fields["most"]
        if low <= (employees or 0) and (not high or (employees or 0) <= int(high)):
            return code
    return ""


class Seat(models.Model):
    """A role in the work, in one phase or through all of them."""

    plan = models.ForeignKey(TeamPlan, models.CASCADE, related_name="seats")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=20)
    """A phase's code, or `matching.seatnames.PMO` or `FUNDING`."""
    phase = models.CharField(max_length=20, blank=True)
    requirements: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    """As the proposal had them: capability, phase, level, weight, must."""
    must = models.BooleanField(_("必須の席"), default=False)
    proposed = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    """Whom the proposal had; empty where nobody."""
    supporting: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    """External ids of who supports, as the proposal had it."""
    state = models.CharField(_("状態"), max_length=10, choices=SeatState.choices, default=SeatState.OPEN)
    since = models.DateTimeField()
    """Since when it is in this state."""
    holder = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="seats_held")
    covered_by = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    """The member that answers for the phase while nobody holds the seat."""

    class Meta:
        verbose_name = _("席")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "role"], name="seat_once_a_role"),
            models.CheckConstraint(condition=Q(state__in=SeatState.values), name="seat_state_known"),
            models.CheckConstraint(
                condition=Q(state=SeatState.HELD, holder__isnull=False)
                | (~Q(state=SeatState.HELD) & Q(holder__isnull=True)),
                name="seat_is_held_by_somebody_or_free",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return role_name(self.role)

    @property
    def answers(self) -> Organization | None:
        """Who is accountable for it: its holder, or who covers for it."""
        return self.holder or self.covered_by


class Tick(models.Model):
    """A point of the checklist that a member organization has ticked."""

    plan = models.ForeignKey(TeamPlan, models.CASCADE, related_name="ticks")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    item = models.CharField(max_length=10, choices=CheckItem.choices)
    seen = models.CharField(max_length=64, blank=True)
    """For `ties`: the fingerprint of the interests that it was shown; others later make the tick void."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("開始前の確認")
        constraints = [
            models.UniqueConstraint(fields=["plan", "organization", "item"], name="tick_once"),
            models.CheckConstraint(condition=Q(item__in=CheckItem.values), name="tick_item_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.item}"
