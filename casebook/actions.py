"""Verbs of the casebook: each is atomic, says who did it, and tells the rest of the house."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from network.models import User


@transaction.atomic
def share(section: Section, *, with_keys: Iterable[str], by: User, until: date | None = None) -> None:
    """Let exactly these keys open the section, until and including a last day if one is given.

    Raises PermissionDenied unless `by` edits the owning organization.
    """
    case = section.case
    if not Case.objects.editable_by(by).contains(case):
        raise PermissionDenied
    keys = set(with_keys)
    section.grants.exclude(key__in=keys).delete()
    Grant.objects.bulk_create(
        [Grant(section=section, key=key, until=until) for key in sorted(keys)],
        update_conflicts=True,
        unique_fields=["section", "key"],
        update_fields=["until"],
    )
    if keys and case.published is None:
        case.published = timezone.localdate()
    case.save()
    case_changed.send(sender=Case, case=case)
