"""Verbs of the casebook: each is atomic, says who did it, and tells the rest of the house."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from casebook.labels import widest
from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from network.models import User


class GrantedOneByOne(Exception):  # noqa: N818  # it says what is there; nothing went wrong
    """The section has grants that no audience stands for, and replacing them was not asked for."""


@transaction.atomic
def share(
    section: Section,
    *,
    with_keys: Iterable[str],
    by: User,
    until: date | None = None,
    replacing_single_grants: bool = True,
) -> None:
    """Let exactly these keys open the section, until and including a last day if one is given.

    The case's label becomes the widest of its sections'. Raises PermissionDenied unless `by` edits the owning
    organization, and GrantedOneByOne where single grants stand and must not be replaced.
    """
    case = Case.objects.select_for_update(no_key=True).get(pk=section.case_id)
    if not Case.objects.editable_by(by).contains(case):
        raise PermissionDenied
    current = Section.objects.get(pk=section.pk)
    if not (replacing_single_grants or current.audience):
        raise GrantedOneByOne
    keys = set(with_keys)
    _grant(current, keys, until)
    if keys and case.published is None:
        case.published = timezone.localdate()
    case.tlp = widest(part.tlp for part in case.sections.prefetch_related("grants"))
    case.save(update_fields=["published", "tlp", "updated_at"])
    case_changed.send(sender=Case, case=case)


def _grant(section: Section, keys: set[str], until: date | None) -> None:
    section.grants.exclude(key__in=keys).delete()
    Grant.objects.bulk_create(
        [Grant(section=section, key=key, until=until) for key in sorted(keys)],
        update_conflicts=True,
        unique_fields=["section", "key"],
        update_fields=["until"],
    )
