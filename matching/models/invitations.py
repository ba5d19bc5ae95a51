"""Who was asked to take a seat, what came of it, and everything that was done to a team."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.machine import LIVE, OWED
from matching.models.needs import Need
from matching.models.teams import Seat, TeamPlan
from matching.vocabulary import DeclineReason, InvitationState
from network.access import Reader, organization_ids_edited_by, organization_ids_of
from network.models import Organization
from network.text import clean_text


class SeatInvitationQuerySet(models.QuerySet["SeatInvitation"]):
    def visible_to(self, reader: Reader) -> "SeatInvitationQuerySet":
        """What the reader's own organizations were told of. Who only stands in a list of substitutes was not."""
        return self.filter(organization__in=organization_ids_of(reader), told_at__isnull=False)

    def editable_by(self, reader: Reader) -> "SeatInvitationQuerySet":
        """Those that the reader may answer in the organization's name."""
        return self.visible_to(reader).filter(organization__in=organization_ids_edited_by(reader))

    def managed_by(self, reader: Reader) -> "SeatInvitationQuerySet":
        """Those of teams that the reader puts together."""
        return self.filter(seat__plan__need__in=Need.objects.visible_to(reader))

    def live(self) -> "SeatInvitationQuerySet":
        return self.filter(state__in=LIVE)


class SeatInvitation(models.Model):
    """An organization asked to take one seat."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="invitations")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="seat_invitations")
    state = models.CharField(_("状態"), max_length=10, choices=InvitationState.choices)
    since = models.DateTimeField()
    """Since when it is in this state: how long somebody has been waiting."""
    deadline = models.DateTimeField(_("返事の期限"), null=True, blank=True)
    """The first moment that is too late: the end of a day in Asia/Tokyo."""
    message = models.TextField(_("ひとこと"), max_length=1000, blank=True, validators=[clean_text])
    question = models.TextField(_("質問"), max_length=1000, blank=True, validators=[clean_text])
    answer = models.TextField(_("回答"), max_length=1000, blank=True, validators=[clean_text])
    change = models.TextField(_("変えてほしいこと"), max_length=1000, blank=True, validators=[clean_text])
    terms = models.TextField(_("合意した変更"), max_length=1000, blank=True, validators=[clean_text])
    reason = models.CharField(_("理由"), max_length=10, choices=DeclineReason.choices, blank=True)
    note = models.CharField(_("補足"), max_length=400, blank=True, validators=[clean_text])
    profile: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    """What the organization declared when it was proposed: see `matching.drift`."""
    told_at = models.DateTimeField(null=True, blank=True)
    """When the organization first heard of it."""
    reminded_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SeatInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("席への招待")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state=InvitationState.ACCEPTED), name="seat_accepted_once"
            ),
            models.UniqueConstraint(
                fields=["seat", "organization"],
                condition=Q(
                    state__in=[
                        InvitationState.WAITING,
                        InvitationState.INVITED,
                        InvitationState.ASKED,
                        InvitationState.CHANGING,
                        InvitationState.ACCEPTED,
                    ]
                ),
                name="one_open_invitation_a_seat_and_organization",
            ),
            models.CheckConstraint(condition=Q(state__in=InvitationState.values), name="invitation_state_known"),
            models.CheckConstraint(
                condition=~Q(state=InvitationState.DECLINED) | Q(reason__in=DeclineReason.values),
                name="declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=InvitationState.INVITED) | Q(deadline__isnull=False),
                name="invited_until_a_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} – {self.seat} ({self.state})"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_owed(self) -> bool:
        """True while the facilitator has to answer."""
        return self.state in OWED

    @property
    def is_late(self) -> bool:
        """True when the deadline has passed without an answer, whether or not anybody has written that down."""
        late = self.deadline is not None and self.deadline <= timezone.now()
        return self.state == InvitationState.INVITED and late

    @property
    def last_day(self) -> date | None:
        """The last day on which it can be answered (Asia/Tokyo)."""
        return timezone.localdate(self.deadline - timedelta(microseconds=1)) if self.deadline else None


class TeamEvent(models.Model):
    """One thing that was done to a team: who, when, what; nothing changes or takes it away."""

    plan = models.ForeignKey(TeamPlan, models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    """1, 2, 3, … within the plan."""
    kind = models.CharField(max_length=30)
    """A verb's past: see `matching.eventwords`."""
    seat = models.ForeignKey(Seat, models.SET_NULL, null=True, related_name="+")
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """None: the clock, or what follows from another's deed."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("チームの記録")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="team_event_number_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number} {self.kind}"
