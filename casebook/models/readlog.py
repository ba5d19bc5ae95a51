"""Who read and took out what was not for everybody: a chain in which each entry seals the one before."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import LogAction
from network.access import Reader, organization_ids_of
from network.models import Organization


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, reader: Reader) -> "LogEntryQuerySet":
        """The entries about cases of the reader's organizations, and of records that went into theirs."""
        own = organization_ids_of(reader)
        dropped = Organization.objects.filter(merged_into__in=own).values("pk")
        return self.filter(models.Q(chain__in=own) | models.Q(chain__in=dropped))


class LogChain(models.Model):
    """The end of one owning organization's chain; its row is held while an entry is added."""

    owner_id = models.BigIntegerField(primary_key=True)
    """The organization's id; a number, so that nothing done to the organization touches the log."""
    length = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("閲覧記録の鎖")

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.length}"


class LogEntry(models.Model):
    """One reading or export of restricted sections. Written once; names are as they were then, and nothing points
    from here to rows that may go."""

    chain = models.BigIntegerField()
    """The organization that owned the case."""
    number = models.PositiveBigIntegerField()
    """1, 2, 3 … within the chain."""
    at = models.DateTimeField()
    action = models.CharField(max_length=10, choices=LogAction.choices)
    reader = models.BigIntegerField(null=True, db_index=True)
    """The person's id; empty for the operator's commands."""
    reader_name = models.CharField(max_length=200)
    reader_of = models.CharField(max_length=400, blank=True)
    """The person's organizations and labs."""
    case = models.BigIntegerField(db_index=True)
    case_reference = models.CharField(max_length=64)
    """The case's external id."""
    version = models.PositiveIntegerField(default=0)
    sections: "models.JSONField[list[list[str]], list[list[str]]]" = models.JSONField(default=list, blank=True)
    """[kind, TLP label] of each section that was shown."""
    why = models.CharField(max_length=1000, blank=True)
    """By which key, for which request, or the purpose that was stated."""
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    """SHA-256 over all of the above; see `casebook.readlog.chain`."""

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("閲覧・書き出しの記録")
        ordering = ["-chain", "-number"]
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="log_number_once_per_chain")]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.action} {self.case_reference}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once: raises RuntimeError for an entry that is there."""
        if self.pk is not None:
            raise RuntimeError("an entry of the log is never changed")
        super().save(*args, **kwargs)
