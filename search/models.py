"""The embedded index, and what is known of the one in Meilisearch: which cases wait for it, and if it has all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

import search.dictionary
import search.records  # noqa: F401 - their tables are this app's too
from casebook.models import Case, Section
from search.text import TERM_LENGTH


class Document(models.Model):
    """A section in the index: how many terms it has, and what it was made from."""

    section = models.OneToOneField(Section, models.CASCADE, primary_key=True, related_name="document")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    length = models.PositiveIntegerField(_("語数"))
    paired = models.PositiveIntegerField(_("隣り合う語の組の数"), default=0)
    """Not part of the length: it says whether all postings are there."""
    fingerprint = models.CharField(_("元の内容"), max_length=32)
    wording = models.CharField(_("使われた辞書のことば"), max_length=32, blank=True, default="")
    """Of the stewards' dictionary (`phrases.wording`), as it was when the document was made."""

    class Meta:
        verbose_name = _("検索文書")

    def __str__(self) -> str:
        return f"{self.section_id}: {self.length}"


class Posting(models.Model):
    """How much of a section is a term, or two words side by side; its case's title and facts are counted in."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="postings")
    term = models.CharField(max_length=TERM_LENGTH)
    frequency = models.PositiveIntegerField()

    class Meta:
        # With the frequency, the index alone answers: a frequent term's rows lie side by side in it.
        constraints = [models.UniqueConstraint(fields=["term", "document", "frequency"], name="posting_once_covering")]

    def __str__(self) -> str:
        return f"{self.term} × {self.frequency}"


class Outbox(models.Model):
    """A case whose entry in Meilisearch must be written again; made in the transaction of the change.

    One row per case: the worker reads the case as it is then, so that several changes cost one write, and nobody
    writes an older state over a newer one. `revision` counts them, so that a change during the write is not taken
    for written; `attempts` counts who began to write it, so that who was overtaken does not take it for written.
    """

    case_id = models.BigIntegerField(unique=True)
    revision = models.PositiveIntegerField(default=1)
    not_before = models.DateTimeField(_("次に試す時刻"), db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    refill = models.BooleanField(default=False)
    """Nothing changed: it is only to be written into the index that will take the other's place."""
    refused = models.PositiveIntegerField(_("拒まれた回数"), default=0)
    """How often Meilisearch answered, and would not take it."""
    problem = models.CharField(_("理由"), max_length=500, blank=True)
    """Why, the last time."""
    dead_at = models.DateTimeField(_("あきらめた時刻"), null=True, blank=True)
    """Since when it is not tried any more: an operator has to look. The next change, or a rebuild, tries it anew."""

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
    moving = models.DateTimeField(_("入れ替えの期限"), null=True)
    """Of an index that is taking the other's place just now: until when whoever does it is waited for."""

    class Meta:
        verbose_name = _("索引の完成状況")

    def __str__(self) -> str:
        return f"{self.index} {self.version}"


class Touched(models.Model):
    """That something of a case changed which decides what is found; written by the database (`touching`).

    Whoever keeps something in memory reads here what of it is old. PostgreSQL does not give numbers in the order of
    commits, so there `transaction` says what may not have been seen yet; on SQLite, where one writes at a time, the id
    does.
    """

    case_id = models.BigIntegerField(null=True)
    """None: of any case."""
    transaction = models.BigIntegerField(default=0, db_index=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("変更の跡")

    def __str__(self) -> str:
        return f"case {self.case_id}"
