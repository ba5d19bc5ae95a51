"""Files that belong to a case: kept outside the web root, reached through their section's access alone."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models.cases import Case
from casebook.models.openness import is_own
from casebook.models.sections import Section
from casebook.vocabulary import SectionKind
from network.access import Reader
from network.text import clean_line


def stored_name(_attachment: Any, _name: str) -> str:
    """A name nobody can guess and nobody chose."""
    token = secrets.token_hex(16)
    return f"casebook/{token[:2]}/{token}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, reader: Reader) -> "AttachmentQuerySet":
        """Files of own cases, and published files of sections that the reader may read."""
        readable = Section.objects.visible_to(reader).filter(case=OuterRef("case"), kind=OuterRef("section"))
        return self.filter(is_own(reader, "case__") | Q(Exists(readable), live=True))


class Attachment(models.Model):
    """One file of a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    section = models.CharField(_("節"), max_length=12, choices=SectionKind.choices, default=SectionKind.ATTACHMENT)
    """Who may read this section may have the file."""
    name = models.CharField(_("ファイル名"), max_length=120, validators=[clean_line])
    description = models.CharField(_("説明（画像の代わりの文）"), max_length=200, blank=True, validators=[clean_line])
    file = models.FileField(upload_to=stored_name, max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the file as it is stored."""
    live = models.BooleanField(default=False)
    """Part of the published text."""
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("添付ファイル")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
