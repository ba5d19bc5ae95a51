"""What somebody was answered under a key, so that the same request sent twice is done once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeptReply(models.Model):
    """The reply to one request; stored in the transaction of what the request did, so that there is never one without
    the other."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    """As the caller gave it, or of a page's form with what was submitted: see `network.once`."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the request."""
    status = models.PositiveSmallIntegerField(default=0)
    """0: it is still being done."""
    headers: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("同じ依頼への返事")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="reply_kept_once"),
            models.CheckConstraint(condition=~Q(key=""), name="reply_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}: {self.status}"
