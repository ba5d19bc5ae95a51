"""Partnerships: one side says so, the other agrees; only then it counts and shows."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.actions.base import ConflictError
from network.actions.pairs import expect_partner, in_order, locked_pair, noted
from network.history.record import partnership_value
from network.models import Organization, Partnership, User
from network.notices.telling import editors_of, tell
from network.vocabulary import Deed, NoticeKind, PartnershipState

State = PartnershipState


@dataclass(frozen=True, slots=True)
class Deal:
    """The row, held, with the side that acts and the side that is told; what the histories said before."""

    row: Partnership
    current: Organization
    partner: Organization
    before: object


@transaction.atomic
def propose_partnership(
    organization: Organization, *, other: Organization, note: str = "", since: date | None = None, by: User
) -> Partnership:
    """Ask another organization to confirm that the two work together; its editors are told.

    Where the other side has already asked, this is the answer: two proposals that cross make a partnership. One that
    was declined or has ended can be proposed anew.
    Raises PermissionDenied, and ValidationError for bad values and where it is proposed or confirmed already.
    """
    current, partner = locked_pair(organization, other.pk, by=by)
    expect_partner(current, partner, by=by)
    first, second = in_order(current, partner)
    row = Partnership.objects.select_for_update(of=("self",)).filter(first=first, second=second).first()
    if row is None:
        return _ask(Deal(Partnership(first=first, second=second), current, partner, None), note, since, by=by)
    deal = Deal(row, current, partner, partnership_value(row))
    if row.state == State.PROPOSED and row.proposed_by_id != current.pk:
        row.since = row.since or since
        return _answer(deal, State.CONFIRMED, by=by)
    if row.state == State.PROPOSED:
        raise ValidationError({"other": _("この機関には、もう確認をお願いしています。返事をお待ちください。")})
    if row.state == State.CONFIRMED:
        raise ValidationError({"other": _("この機関との連携関係は、もう双方が確認しています。")})
    return _ask(deal, note, since, by=by)


@transaction.atomic
def confirm_partnership(organization: Organization, *, partnership: Partnership, by: User) -> Partnership:
    """Agree to what the other side proposed.

    Raises PermissionDenied for the side that asked, ConflictError when it waits for no answer any more.
    """
    return _answer(_asked(organization, partnership, by=by), State.CONFIRMED, by=by)


@transaction.atomic
def decline_partnership(
    organization: Organization, *, partnership: Partnership, reason: str = "", by: User
) -> Partnership:
    """Say no to what the other side proposed; only the two sides ever learn of it.

    Raises as `confirm_partnership`, and ValidationError for a bad reason.
    """
    deal = _asked(organization, partnership, by=by)
    deal.row.reason = reason
    return _answer(deal, State.DECLINED, by=by)


@transaction.atomic
def end_partnership(organization: Organization, *, partnership: Partnership, by: User) -> Partnership:
    """End what both confirmed, from either side, or take back one's own proposal.

    Raises PermissionDenied for a proposal of the other side, ConflictError when there is nothing to end.
    """
    deal = _held(organization, partnership, by=by)
    if deal.row.state not in {State.PROPOSED, State.CONFIRMED}:
        raise ConflictError(deal.row)
    if deal.row.state == State.PROPOSED and deal.row.proposed_by_id != deal.current.pk:
        raise PermissionDenied
    return _answer(deal, State.ENDED, by=by)


def _held(organization: Organization, partnership: Partnership, *, by: User) -> Deal:
    sides = (partnership.first_id, partnership.second_id)
    if organization.pk not in sides:
        raise PermissionDenied
    current, partner = locked_pair(organization, sum(sides) - organization.pk, by=by)
    row = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    return Deal(row, current, partner, partnership_value(row))


def _asked(organization: Organization, partnership: Partnership, *, by: User) -> Deal:
    deal = _held(organization, partnership, by=by)
    if deal.row.state != State.PROPOSED:
        raise ConflictError(deal.row)
    if deal.row.proposed_by_id == deal.current.pk:
        raise PermissionDenied
    return deal


def _ask(deal: Deal, note: str, since: date | None, *, by: User) -> Partnership:
    row = deal.row
    row.state, row.proposed_by, row.proposed_by_person = State.PROPOSED, deal.current, by
    row.proposed_at, row.answered_at, row.answered_by_person = timezone.now(), None, None
    row.note, row.since, row.reason = note, since, ""
    _write(deal, by=by)
    _tell(deal, NoticeKind.PARTNERSHIP)
    return row


def _answer(deal: Deal, state: PartnershipState, *, by: User) -> Partnership:
    row = deal.row
    taken_back = row.state == State.PROPOSED and state == State.ENDED
    row.state, row.answered_at, row.answered_by_person = state, timezone.now(), by
    _write(deal, by=by)
    if not taken_back:
        _tell(deal, NoticeKind.PARTNERSHIP_ANSWER)
    return row


def _write(deal: Deal, *, by: User) -> None:
    row = deal.row
    row.full_clean()
    row.save()
    pair = (deal.current, deal.partner)
    noted(pair, f"partnership.{row.pk}", deal.before, partnership_value(row), deed=Deed.PARTNERSHIP, by=by)


def _tell(deal: Deal, kind: NoticeKind) -> None:
    row = deal.row
    tell(
        editors_of(deal.partner),
        kind=kind,
        key=f"partnership:{row.pk}:{row.state}:{timezone.now():%Y%m%d%H%M%S%f}",
        organization=deal.partner,
        facts={"by": deal.current.name, "by_id": deal.current.pk, "state": str(row.state)},
    )
