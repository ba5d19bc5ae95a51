"""Having a case written by somebody from anywhere, for a time."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casebook.actions.answering import check_term
from casebook.actions.base import edited
from casebook.actions.events import note
from casebook.models import Case, Delegation
from casebook.notices import leave
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed
from network.actions.base import ConflictError
from network.models import User


@transaction.atomic
def delegate(case: Case, *, email: str, until: date, by: User) -> Delegation:
    """Ask whoever has this address to write the case until and including the day; asked again, the new day holds.

    For an address without an active account the same is written down and opens nothing, so that the answer does not
    tell who has an account. Raises PermissionDenied unless `by` edits the owner, ValidationError for an address that
    cannot be one or is that of an editor of the owner, and for a day gone by or more than a year away.
    """
    current = edited(case, by=by)
    check_term(until)
    address = email.strip().lower()
    if not address:
        raise ValidationError({"email": _("執筆を頼む方のメールアドレスを入力してください。")})
    made = Delegation(case=current, email=address, by=by, until=until)
    made.full_clean(validate_constraints=False)  # before it is looked for: a database may refuse to look
    person = User.objects.filter(email__iexact=address, is_active=True).first()
    if person and Case.objects.editable_by(person).filter(pk=current.pk).exists():
        raise ValidationError({"email": _("この方は編集者なので、頼まなくてもこの事例を書けます。")})
    standing = current.delegations.filter(ended_at__isnull=True)
    standing.filter(Q(email=address) | Q(user=person, user__isnull=False)).update(ended_at=timezone.now())
    made.user = person
    made.save()
    note(current, CaseDeed.DELEGATED, by=by, detail=_until(address, until))
    if person:
        leave([person], current, "delegated", key=str(made.pk), until=until.isoformat())
    case_changed.send(sender=Case, case=current)
    return made


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User) -> Delegation:
    """The person writes and reads the case no more: by an editor of the owner, or by who was asked.

    Raises PermissionDenied, ConflictError where it ended already.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=delegation.case_id)
    current = Delegation.objects.select_related("user").get(pk=delegation.pk)
    if current.user_id != by.pk and not Case.objects.editable_by(by).contains(case):
        raise PermissionDenied
    if not current.is_in_force:
        raise ConflictError(current)
    current.ended_at = timezone.now()
    current.save(update_fields=["ended_at"])
    note(case, CaseDeed.DELEGATION_ENDED, by=by, detail=current.address)
    if current.user and current.user_id != by.pk:
        leave([current.user], case, "delegation_ended", key=str(current.pk))
    case_changed.send(sender=Case, case=case)
    return current


def _until(address: str, until: date) -> str:
    return _("%(who)s（%(day)sまで）") % {"who": address, "day": date_format(until, "DATE_FORMAT")}
