"""Who may read a section: the verb that decides it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from casebook.actions.answering import end_ungranted
from casebook.actions.base import edited
from casebook.actions.events import note
from casebook.actions.publishing import team_of
from casebook.actions.wanting import consents_allow
from casebook.labels import widest
from casebook.models import Case, Grant, Section
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed
from casebook.writing.content import OWN_TEAM
from network.models import User


class BeyondConsentError(Exception):
    """The consents that the text rests on do not reach so far; `keys` names what was asked for."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


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
    """Let exactly these keys open the section, until and including a last day if one is given; OWN_TEAM stands for
    the owner and everybody who took part.

    The case's label becomes the widest of its sections'. Raises PermissionDenied unless `by` edits the owning
    organization, GrantedOneByOne where single grants stand and must not be replaced, and BeyondConsentError where
    the client or an organization that took part did not agree to it.
    """
    case = edited(section.case, by=by)
    current = Section.objects.get(pk=section.pk)
    if not (replacing_single_grants or current.audience):
        raise GrantedOneByOne
    keys = {f"team:{team_of(case).pk}" if key == OWN_TEAM else key for key in with_keys}
    if beyond := [key for key in sorted(keys) if not consents_allow(case, key, current.kind)]:
        raise BeyondConsentError(beyond)
    _grant(current, keys, until)
    end_ungranted(case, by=by)
    note(case, CaseDeed.SHARED, by=by, detail=f"{current.get_kind_display()}: {', '.join(sorted(keys)) or '-'}")
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
