"""What the matcher answered, kept so that it can be defended and compared later."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from network.access import Reader


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, reader: Reader) -> "ProposalQuerySet":
        """Proposals of visible needs."""
        return self.filter(need__in=Need.objects.visible_to(reader))


class Proposal(models.Model):
    """One run of the matcher: its answer and everything it was computed from, by fingerprint."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="proposals")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    engine = models.CharField(max_length=40)
    weights = models.CharField(max_length=40)
    registry_version = models.CharField(max_length=64)
    inputs_hash = models.CharField(max_length=64)
    result: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(_("結果"))
    """The answer as `answer.as_json` gives it, and what explains it later: `requirements` as they were,
    `levels` declared in them by the organizations named, `drops` (score differences without each member)."""

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("提案")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.need} {self.made_at:%Y-%m-%d %H:%M}"
