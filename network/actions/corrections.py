"""What somebody outside an organization believes its record should say, and what the organization makes of it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from network.actions.base import ConflictError, locked
from network.actions.correctable import apply, checked, fingerprint, stands, told, told_to_all
from network.models import Change, Correction, Lab, Membership, Organization, User
from network.notices import telling as notices
from network.vocabulary import CorrectionState, Deed, NoticeKind

MOST_OPEN = 20
"""So many open proposals one person may have."""


def may_propose(organization: Organization, *, by: User) -> bool:
    """True for people of the network who see the record and are not its members: those change it themselves."""
    if not organization.is_active or Membership.objects.filter(organization=organization, user=by).exists():
        return False
    return Organization.objects.visible_to(by).contains(organization)


def acting_as(by: User) -> str:
    """The organization or lab in whose name a person writes to others; 運営 for a steward of neither."""
    member = by.memberships.filter(organization__is_active=True).select_related("organization").order_by("pk").first()
    if member:
        return member.organization.name
    lab = Lab.objects.filter(facilitators__user=by).order_by("facilitators__pk").first()
    if lab:
        return lab.name
    with override(settings.LANGUAGE_CODE):  # it is kept, and read by others than who writes
        return _("運営")


@transaction.atomic
def propose_correction(
    organization: Organization, *, field: str, proposed: Any = None, reason: str, by: User
) -> Correction:
    """Say that one thing of another organization's record should be different, or, with an empty field, something in
    words. Its editors are told.

    `field` and `proposed` are a path and a value of `network.history.record.snapshot`; of a rating, {level}.
    Raises PermissionDenied for who may not propose, ValidationError for a value that cannot stand there, one that
    stands there already as far as the person can see, an empty reason, or more than MOST_OPEN open proposals.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two proposals at once are counted one after the other
    if not may_propose(organization, by=by):
        raise PermissionDenied
    if Correction.objects.filter(proposed_by=by, state=CorrectionState.OPEN).count() >= MOST_OPEN:
        raise ValidationError(
            _("回答待ちの提案が%(n)d件あります。回答を待つか、いずれかを取り下げてください。") % {"n": MOST_OPEN}
        )
    value = checked(organization, field, proposed)
    if field and value == told(organization, field, reader=by):
        raise ValidationError({"proposed": _("いまの記録と同じです。違う内容を入力してください。")})
    correction = Correction(
        organization=organization,
        proposed_by=by,
        on_behalf_of=acting_as(by)[:120],
        field=field,
        proposed=value,
        before=told_to_all(organization, field),  # others read it than the proposer, and later
        reason=reason,
    )
    correction.full_clean(exclude=["proposed", "before", "field"])
    correction.save()
    notices.tell(
        notices.editors_of(organization),
        kind=NoticeKind.CORRECTION,
        key=f"correction:{correction.pk}",
        organization=organization,
        facts={"by": correction.on_behalf_of, "field": field},
    )
    return correction


@transaction.atomic
def accept_correction(correction: Correction, *, seen: str | None = None, answer: str = "", by: User) -> Correction:
    """Put the proposed value into the record.

    `seen` is the `fingerprint` of what the editor saw standing there; without it, what was kept with the proposal
    counts.
    Raises PermissionDenied unless `by` edits the organization, ConflictError when something else stands there now or
    the proposal was answered meanwhile, and what the verb of the field raises.
    """
    organization = locked(correction.organization, by=by)
    current = _open(correction)
    if seen is not None:
        unchanged = seen == fingerprint(stands(organization, current.field))
    else:
        unchanged = told_to_all(organization, current.field) == current.before
    if not unchanged:
        raise ConflictError(current)
    newest = Change.objects.filter(organization=organization).order_by("-pk").values_list("pk", flat=True).first() or 0
    apply(organization, current.field, current.proposed, by=by)
    made = Change.objects.filter(organization=organization, pk__gt=newest, deed=Deed.CORRECTED)
    current.change = made.order_by("pk").first()
    return _answered(current, CorrectionState.ACCEPTED, answer, by=by)


@transaction.atomic
def decline_correction(correction: Correction, *, reason: str, by: User) -> Correction:
    """Leave the record as it is, and say why. Raises PermissionDenied, ValidationError without a reason,
    ConflictError."""
    locked(correction.organization, by=by)
    current = _open(correction)
    if not reason.strip():
        raise ValidationError({"answer": _("見送る理由を入力してください。提案した方に伝わります。")})
    return _answered(current, CorrectionState.DECLINED, reason, by=by)


@transaction.atomic
def withdraw_correction(correction: Correction, *, by: User) -> Correction:
    """Take one's own proposal back. Raises PermissionDenied, ConflictError when it was answered meanwhile."""
    if correction.proposed_by_id != by.pk:
        raise PermissionDenied
    current = _open(correction)
    current.state, current.answered_at, current.answered_by = CorrectionState.WITHDRAWN, timezone.now(), by
    current.save(update_fields=["state", "answered_at", "answered_by"])
    return current


def _open(correction: Correction) -> Correction:
    current = Correction.objects.select_for_update().get(pk=correction.pk)
    if current.state != CorrectionState.OPEN:
        raise ConflictError(current)
    return current


def _answered(correction: Correction, state: CorrectionState, answer: str, *, by: User) -> Correction:
    correction.state, correction.answer = state, answer
    correction.answered_at, correction.answered_by = timezone.now(), by
    correction.full_clean(exclude=["proposed", "before", "field"])
    correction.save()
    notices.tell(
        [correction.proposed_by],
        kind=NoticeKind.CORRECTION_ANSWER,
        key=f"correction-answer:{correction.pk}",
        organization=correction.organization,
        facts={"by": correction.organization.name, "field": correction.field, "state": str(state)},
    )
    return correction
