"""A run of the matcher while it runs: how far it is, and whether somebody has called it off."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.models.proposals import Proposal
from matching.vocabulary import RunState
from network.access import Reader


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, reader: Reader) -> "RunQuerySet":
        """Runs for visible needs."""
        return self.filter(need__in=Need.objects.visible_to(reader))


class Run(models.Model):
    """One request for proposals, under a key that its asker chose, so that it can ask beside it."""

    key = models.UUIDField(unique=True)
    need = models.ForeignKey(Need, models.CASCADE, related_name="runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("状態"), max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    told: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """The last progress: {"seconds", "nodes", "gap", "score"}; empty before the first."""
    cancelled = models.BooleanField(default=False)
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, related_name="runs")

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("提案の計算")
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.need} {self.key}"

    @property
    def is_running(self) -> bool:
        return self.state == RunState.RUNNING

    @property
    def points(self) -> float | None:
        """Score of the best team so far in points; None before the first."""
        return _points(self.told.get("score"))

    @property
    def gap(self) -> float | None:
        """By how many points a better team could still exceed it; None where nothing is known of it."""
        return _points(self.told.get("gap"))


def _points(units: int | None) -> float | None:
    return None if units is None else units / 10_000
