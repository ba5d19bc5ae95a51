"""What is being written, what was published before, and what happened meanwhile."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models.requests import Delegation
from casebook.vocabulary import CaseDeed, DraftState
from network.access import Reader, organization_ids_edited_by, organization_ids_of
from network.text import clean_text

Row = TypeVar("Row", bound=models.Model)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, reader: Reader) -> "DraftQuerySet":
        """Drafts of the reader's organizations, and those the reader was asked to write."""
        asked = Delegation.objects.in_force_for(reader).values("case")
        return self.filter(Q(case__owner__in=organization_ids_of(reader)) | Q(case__in=asked))

    def writable_by(self, reader: Reader) -> "DraftQuerySet":
        """Drafts the reader may change: an editor of the owner, or somebody asked to write."""
        asked = Delegation.objects.in_force_for(reader).values("case")
        return self.filter(Q(case__owner__in=organization_ids_edited_by(reader)) | Q(case__in=asked))


class Draft(models.Model):
    """The text that somebody writes now. Nobody outside reads it; what is public stays as it is until this is
    published in its place."""

    case = models.OneToOneField("casebook.Case", models.CASCADE, related_name="draft")
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    """`casebook.writing.content.Content` as JSON."""
    revision = models.PositiveIntegerField(default=1)
    """Counts changes; who saves says which one was read."""
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.WRITING)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    writers: "models.JSONField[list[int], list[int]]" = models.JSONField(default=list, blank=True)
    """Ids of everybody who changed the text since the last publication: none of them reviews it."""
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(_("確認する方へ"), max_length=1000, blank=True, validators=[clean_text])
    returned_because = models.CharField(_("差し戻しの理由"), max_length=1000, blank=True, validators=[clean_text])
    acknowledged: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict, blank=True)
    """Why a finding of the anonymity check may stay, by the finding's id."""

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("下書き")
        constraints = [models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state_known")]

    def __str__(self) -> str:
        return f"{self.case} ({self.state})"

    @property
    def authors(self) -> frozenset[int]:
        """Ids of everybody who wrote or submitted it: none of them also lets it out."""
        submitted = {self.submitted_by_id} if self.submitted_by_id else set()
        return frozenset({*self.writers, *submitted})


class WrittenOnce(models.Model):
    """A row that is never changed; it goes with its case."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises TypeError for a row that is there already."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is written once")
        super().save(*args, **kwargs)


class InsideQuerySet(models.QuerySet[Row]):
    """Rows about cases that only the owning organization's members read."""

    def visible_to(self, reader: Reader) -> "InsideQuerySet[Row]":
        """Those about cases of the reader's organizations."""
        return self.filter(case__owner__in=organization_ids_of(reader))


class Version(WrittenOnce):
    """A text as it was published; never changed. Read by members of the owning organization only."""

    case = models.ForeignKey("casebook.Case", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=1000, blank=True)

    objects = InsideQuerySet["Version"].as_manager()

    class Meta:
        verbose_name = _("版")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="version_once_per_case")]

    def __str__(self) -> str:
        return f"{self.case} v{self.number}"


class CaseEvent(WrittenOnce):
    """One deed in a case's life; read by members of the owning organization only, never changed."""

    case = models.ForeignKey("casebook.Case", models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    deed = models.CharField(max_length=20, choices=CaseDeed.choices)
    detail = models.CharField(max_length=1000, blank=True)

    objects = InsideQuerySet["CaseEvent"].as_manager()

    class Meta:
        verbose_name = _("事例の経過")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.case} {self.deed}"
