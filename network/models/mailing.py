"""Mail that waits to be gathered into one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DigestLine(models.Model):
    """What a person who wants one mail a day will find in the next one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    said = models.TextField()
    why = models.TextField()
    due_at = models.DateTimeField(db_index=True)
    """When the mail goes out that takes it along."""

    class Meta:
        verbose_name = _("まとめて送るお知らせ")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.subject}"
