"""The embedded index, and what is known of the one in Meilisearch: which cases wait for it, and if it has all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casebook.models import Case, Section
from search.text import TERM_LENGTH


class Document(models.Model):
    """A section in the index: how many terms it has, and what it was made from."""

    section = models.OneToOneField(Section, models.CASCADE, primary_key=True, related_name="document")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    length = models.PositiveIntegerField(_("語数"))
    fingerprint = models.CharField(_("元の内容"), max_length=32)

    class Meta:
        verbose_name = _("検索文書")

    def __str__(self) -> str:
        return f"{self.section_id}: {self.length}"


class Posting(models.Model):
    """How much of a section is a term; its case's title and facts are counted in."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="postings")
    term = models.CharField(max_length=TERM_LENGTH)
    frequency = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "document"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.term} × {self.frequency}"


class Outbox(models.Model):
    """A case whose entry in Meilisearch must be written again; made in the transaction of the change.

    One row per case: the worker reads the case as it is then, so that several changes cost one write.
    `revision` counts them, so that a change during the write is not taken for written.
    """

    case_id = models.BigIntegerField(unique=True)
    revision = models.PositiveIntegerField(default=1)
    not_before = models.DateTimeField(_("次に試す時刻"), db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("索引待ち")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"case {self.case_id} r{self.revision}"


class Filling(models.Model):
    """That an index of Meilisearch is given every case: which index, and with which version of the settings.

    It holds every case once no outbox row up to `last` is left. Until then it must not answer: cases that it
    does not hold yet would look like cases that do not exist.
    """

    index = models.CharField(max_length=255, unique=True)
    made = models.CharField(_("作成時刻"), max_length=64)
    version = models.CharField(_("設定の版"), max_length=32)
    last = models.BigIntegerField(_("最後の索引待ち"), null=True)

    class Meta:
        verbose_name = _("索引の完成状況")

    def __str__(self) -> str:
        return f"{self.index} {self.version}"
