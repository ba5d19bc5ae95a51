"""What keeps records true: evidence, history, corrections, notices, merges."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.access import Reader, is_steward, organization_ids_of, signed_in
from network.models.capabilities import Capability
from network.models.organizations import Organization
from network.text import clean_line, clean_text
from network.vocabulary import CorrectionState, Deed, EvidenceKind, NoticeKind


class Evidence(models.Model):
    """One thing that bears out what an organization says of one capability.

    Only what the whole network may know becomes evidence: a credential of an expert who agreed to be shown, the word
    of a partner, a case that the network may read. So the confidence that follows tells nobody anything hidden.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="evidence")
    capability = models.ForeignKey(Capability, models.PROTECT, related_name="+")
    kind = models.CharField(_("種類"), max_length=12, choices=EvidenceKind.choices)
    credential = models.CharField(_("資格"), max_length=40, blank=True)
    partner = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="vouched")
    reference = models.CharField(_("事例"), max_length=64, blank=True)
    """The external id of the case; the casebook says who may read it."""
    level = models.PositiveSmallIntegerField(_("確認したレベル"), null=True, blank=True)
    """The level that a partner confirmed; a higher level is not borne out by it."""
    on = models.DateField(_("日付"))
    until = models.DateField(_("有効期限"), null=True, blank=True)
    """The last day on which it counts."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("根拠")
        ordering = ["organization", "capability", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=EvidenceKind.CREDENTIAL, partner__isnull=True, reference="") & ~Q(credential="")
                    | Q(kind=EvidenceKind.PARTNER, partner__isnull=False, reference="", credential="")
                    | Q(kind=EvidenceKind.CASE, partner__isnull=True, credential="") & ~Q(reference="")
                ),
                name="evidence_names_its_source",
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=True) | ~Q(partner=models.F("organization")),
                name="nobody_vouches_for_itself",
            ),
            models.UniqueConstraint(
                fields=["organization", "capability", "credential"],
                condition=Q(kind=EvidenceKind.CREDENTIAL),
                name="evidence_credential_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "capability", "partner"],
                condition=Q(kind=EvidenceKind.PARTNER),
                name="evidence_partner_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "capability", "reference"],
                condition=Q(kind=EvidenceKind.CASE),
                name="evidence_case_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.capability} ({self.kind})"


class Change(models.Model):
    """One deed in the history of an organization's record: who, when, what stood before and after.

    `changes` is {path: [before, after]}; paths and values are those of `network.history.record`. Never changed.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="changes")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    """Empty for the operator's commands."""
    by_name = models.CharField(max_length=120, blank=True)
    """As the person was called then: an account may go, the history stays."""
    deed = models.CharField(max_length=12, choices=Deed.choices)
    changes: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("変更の記録")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organization", "-at", "-id"], name="change_of_organization")]

    def __str__(self) -> str:
        return f"{self.organization} {self.at:%Y-%m-%d %H:%M} {self.deed}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, reader: Reader) -> "CorrectionQuerySet":
        """Those to the organizations the reader is a member of, and those the reader proposed; a steward's all."""
        if is_steward(reader):
            return self
        if not reader.is_authenticated:
            return self.none()
        return self.filter(Q(organization__in=organization_ids_of(reader)) | Q(proposed_by=signed_in(reader)))


class Correction(models.Model):
    """What somebody outside an organization believes its record should say."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="corrections")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on_behalf_of = models.CharField(_("所属"), max_length=120)
    """The organization or lab in whose name the person wrote, as it was called then."""
    field = models.CharField(_("項目"), max_length=80)
    """A path of `network.history.record.snapshot` that can be corrected, or empty for a remark in words."""
    proposed: "models.JSONField[Any, Any]" = models.JSONField(_("提案する値"), null=True, blank=True)
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    """What stood there when it was proposed, as far as anybody may know: null where that was a weakness."""
    reason = models.CharField(_("理由"), max_length=1000, validators=[clean_text])
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(_("回答"), max_length=1000, blank=True, validators=[clean_text])
    change = models.OneToOneField(Change, models.SET_NULL, null=True, blank=True, related_name="correction")
    """The entry of the history that it led to; empty where the record already said so, and for a remark."""

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("訂正の提案")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CorrectionState.values), name="correction_state_known"),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.DECLINED) | ~Q(answer=""), name="declined_correction_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.field} ({self.state})"


class Notice(models.Model):
    """Something a person should know of. It names a kind and a place; the words are made when it is read,
    from what the reader may see then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="+")
    """The record it is about."""
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """Numbers and names for the sentence. `by_id` is the organization that `by` names, where it is one: whether its
    name is told is decided when the notice is read."""
    key = models.CharField(max_length=120)
    """Says what it is about: the same is told once (`told_once`)."""
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("お知らせ")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"


class Letter(models.Model):
    """A mail to be sent: written with the change it tells of, posted afterwards, again until it went out."""

    to = models.EmailField()
    subject = models.CharField(max_length=200, validators=[clean_line])
    body = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    """Somebody is sending it until then."""
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    """Not before; moves on with every failure."""
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    """When it was found undeliverable: it is not tried again until somebody asks for it."""

    class Meta:
        verbose_name = _("送るメール")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="letter_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def is_failing(self) -> bool:
        """True when it was tried and has not gone out."""
        return self.sent_at is None and self.attempts > 0


class Merge(models.Model):
    """A duplicate that went into another record, with all it took to do so: enough to undo it."""

    kept = models.ForeignKey(Organization, models.CASCADE, related_name="merges")
    dropped = models.ForeignKey(Organization, models.CASCADE, related_name="merged_away")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(_("理由"), max_length=400, validators=[clean_text])
    ledger: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    """Every row that moved, changed or was taken away, in order; see `network.actions.merging`."""
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("統合")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(undone_at__isnull=True), name="organization_merged_away_once"
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("dropped")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.dropped} → {self.kept}"


class NotDuplicate(models.Model):
    """A pair that looks like a duplicate and, as a steward found, is none; stored smaller id first."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("重複ではないとした組")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="not_duplicate_smaller_id_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class Examined(models.Model):
    """That a steward looked into what one rule finds suspicious about a record, and found it in order.

    It holds while the rule finds no more than it did then, and for a year.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=20)
    """A rule of `network.suspicions`."""
    number = models.PositiveIntegerField(default=0)
    """What the rule counted then."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("問題なしとした確認")
        constraints = [models.UniqueConstraint(fields=["organization", "rule"], name="examined_once")]

    def __str__(self) -> str:
        return f"{self.organization}: {self.rule}"
