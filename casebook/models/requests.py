"""What an owner asks of others: to write for it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.access import Reader
from network.models import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force_for(self, reader: Reader) -> "DelegationQuerySet":
        """Those that let the reader write today (Asia/Tokyo)."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        return self.in_force().filter(user=reader)

    def in_force(self) -> "DelegationQuerySet":
        """Not ended, and the last day has not passed (Asia/Tokyo)."""
        return self.filter(ended_at__isnull=True, until__gte=timezone.localdate())


class Delegation(models.Model):
    """A person from anywhere who writes a case for its owner, for a time: reads all of it, changes its draft, and can
    neither share nor publish it.

    It names an address. Where nobody had an account of that address, `user` stays empty and it opens nothing: its
    page looks the same, so that nobody learns there who has an account.
    """

    case = models.ForeignKey("casebook.Case", models.CASCADE, related_name="delegations")
    email = models.EmailField(_("メールアドレス"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="delegations"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateField(_("期限"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("執筆の依頼")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(ended_at__isnull=True), name="delegated_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} ✎ {self.address}"

    @property
    def address(self) -> str:
        """As its editor typed it: who that is, is not told by it."""
        return self.email or (self.user.email if self.user else "")

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None and self.until >= timezone.localdate()

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and self.until >= day
