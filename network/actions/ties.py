"""The neutrality ledger: whether an organization has interests in others, and which.

An interest belongs to the side that disclosed it: that side changes and ends it, the other is told of it and can
propose a correction. What a file stated belongs to whichever side touches it first. Nothing is ever deleted: an
interest that is over has a last day.
"""

import hashlib
import json
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network.actions.base import ConflictError, changed, locked
from network.actions.pairs import expect_partner, in_order, locked_pair, noted
from network.history import record as history
from network.history.record import tie_value
from network.models import Organization, Tie, User
from network.models.relations import TieQuerySet
from network.notices.telling import editors_of, tell
from network.vocabulary import Deed, NoticeKind, TieKind, TieVisibility


def stamp(tie: Tie) -> str:
    """Stands for everything an interest says; another one after any change."""
    return hashlib.sha256(json.dumps(tie_value(tie), sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def declare_ties(organization: Organization, *, has_ties: bool, by: User) -> None:
    """Say whether the organization has interests in others at all: yes or no, silence is no answer.

    Raises PermissionDenied, and ValidationError for a "no" while interests that it disclosed itself are in force.
    """
    current = locked(organization, by=by)
    lasting = own_ties(current).visible_to(by).exclude(until__lt=timezone.localdate())
    if not has_ties and lasting.exists():
        message = _(
            "開示している利害関係が続いているあいだは「なし」にできません。先に、終わった関係に終了日を入れてください。"
        )
        raise ValidationError({"has_ties": message})
    _declare(current, has_ties=has_ties, by=by)
    changed(current, "ties_declared", "ties_declared_at")


@transaction.atomic
def disclose_tie(
    organization: Organization,
    *,
    other: Organization,
    kind: TieKind,
    since: date | None = None,
    until: date | None = None,
    note: str = "",
    visibility: TieVisibility = TieVisibility.NETWORK,
    by: User,
) -> Tie:
    """Disclose an interest; from then on the organization counts as having some. The other side's editors are told.

    Raises PermissionDenied, and ValidationError for bad values and for a kind that is on record between the two.
    """
    current, partner = locked_pair(organization, other.pk, by=by)
    expect_partner(current, partner, by=by)
    first, second = in_order(current, partner)
    if Tie.objects.filter(first=first, second=second, kind=kind).exists():
        message = _("この機関との同じ種類の関係は、もう記録されています。一覧から選んで直してください。")
        raise ValidationError({"kind": message})
    tie = Tie(first=first, second=second, kind=kind, declared_by=current)
    _say(tie, since, until, note, visibility)
    _declare(current, has_ties=True, by=by)
    _noted(tie, None, current, partner, by=by)
    changed(current, "ties_declared", "ties_declared_at")
    return tie


@transaction.atomic
def change_tie(
    organization: Organization,
    *,
    tie: Tie,
    since: date | None,
    until: date | None,
    note: str,
    visibility: TieVisibility,
    expected: str | None = None,
    by: User,
) -> Tie:
    """Correct what an interest says; kind and partner stay. `expected` is the `stamp` that the editor read.

    Raises PermissionDenied unless `by` edits the side it belongs to, ValidationError, ConflictError.
    """
    current, partner, found = _held(organization, tie, by=by)
    if expected is not None and expected != stamp(found):
        raise ConflictError(found)
    before = tie_value(found)
    found.declared_by = current
    _say(found, since, until, note, visibility)
    _noted(found, before, current, partner, by=by)
    return found


@transaction.atomic
def end_tie(organization: Organization, *, tie: Tie, until: date, by: User) -> Tie:
    """Give an interest its last day, today or before; it stays on record as the past.

    Raises PermissionDenied, ValidationError for a day to come or before its first, ConflictError when it has ended.
    """
    current, partner, found = _held(organization, tie, by=by)
    today = timezone.localdate()
    if found.until is not None and found.until < today:
        raise ConflictError(found)
    if until > today:
        raise ValidationError({"until": _("終了日は、今日かそれより前の日にしてください。")})
    before = tie_value(found)
    found.declared_by = current
    _say(found, found.since, until, found.note, TieVisibility(found.visibility))
    _noted(found, before, current, partner, by=by)
    return found


def own_ties(organization: Organization) -> TieQuerySet:
    """Interests that the organization disclosed itself or that a file stated of it; not what the other side says."""
    either = Q(first=organization) | Q(second=organization)
    return Tie.objects.filter(either, Q(declared_by=organization) | Q(declared_by__isnull=True))


def _held(organization: Organization, tie: Tie, *, by: User) -> tuple[Organization, Organization, Tie]:
    other = tie.second_id if tie.first_id == organization.pk else tie.first_id
    current, partner = locked_pair(organization, other, by=by)
    found = own_ties(current).select_for_update(of=("self",)).filter(pk=tie.pk).first()
    if found is None:
        raise PermissionDenied
    return current, partner, found


def _say(tie: Tie, since: date | None, until: date | None, note: str, visibility: TieVisibility) -> None:
    if since and until and until < since:
        raise ValidationError({"until": _("終了日が開始日より前です。日付をご確認ください。")})
    tie.since, tie.until, tie.note, tie.visibility = since, until, note, visibility
    tie.full_clean()
    tie.save()


def _declare(organization: Organization, *, has_ties: bool, by: User) -> None:
    before = organization.ties_declared
    organization.ties_declared, organization.ties_declared_at = has_ties, timezone.now()
    history.note(organization, {"ties_declared": (before, has_ties)}, deed=Deed.TIE, by=by)


def _noted(tie: Tie, before: object, current: Organization, partner: Organization, *, by: User) -> None:
    after = tie_value(tie)
    if before == after:
        return
    noted((current, partner), f"tie.{tie.pk}", before, after, deed=Deed.TIE, by=by)
    tell(
        editors_of(partner),
        kind=NoticeKind.TIE,
        key=f"tie:{tie.pk}:{stamp(tie)}:{timezone.now():%Y%m%d%H%M%S%f}",
        organization=partner,
        facts={"by": current.name, "by_id": current.pk},
    )
