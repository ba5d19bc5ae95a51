"""What the clock changes without anybody's deed: an embargo ends, a consent or a grant runs out.

What a reader may read follows the clock by itself, at every request. This is for what is kept from it: evidence,
labels, the search index, connections that stand open.
"""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casebook.bearing import bear_out_cases
from casebook.labels import widest
from casebook.lapsing import remind_of_lapsing
from casebook.models import Case, Consent, Delegation, Grant, Upkeep
from casebook.models.cases import CaseQuerySet
from casebook.signals import case_changed

ONLY = 1
"""The id of the one row."""


@transaction.atomic
def catch_up() -> int:
    """Tell of every case that the days since the last time changed; returns how many.

    Does nothing a second time on one day, and leaves nothing out where days were missed.
    """
    today = timezone.localdate()
    Upkeep.objects.get_or_create(pk=ONLY)
    mark = Upkeep.objects.select_for_update(no_key=True).get(pk=ONLY)
    if mark.day is not None and mark.day >= today:
        return 0
    cases = list(changed_between(mark.day or date.min, today).select_for_update(no_key=True))
    for case in cases:
        _relabel(case)
        case_changed.send(sender=Case, case=case, in_bulk=True)
    bear_out_cases(cases)
    remind_of_lapsing(today)
    mark.day = today
    mark.save()
    return len(cases)


def changed_between(last: date, today: date) -> CaseQuerySet:
    """Cases of which something began or ended after the day `last`, and through `today`."""
    ended = Q(until__gte=last, until__lt=today)
    lapsed = Consent.objects.filter(ended, binding=True).values("case")
    closed = Grant.objects.filter(ended).values("section__case")
    relieved = Delegation.objects.filter(ended, ended_at__isnull=True).values("case")
    opened = Q(opens_on__gt=last, opens_on__lte=today)
    changed = Case.objects.filter(opened | Q(pk__in=lapsed) | Q(pk__in=closed) | Q(pk__in=relieved))
    return changed.prefetch_related("sections__grants").order_by("pk")


def _relabel(case: Case) -> None:
    """The case's label, where a grant that made it wider ran out; never a wider one."""
    label = widest(section.tlp for section in case.sections.all())
    if widest([label, case.tlp]) == case.tlp != label and _lost_a_grant(case):
        case.tlp = label
        case.save(update_fields=["tlp", "updated_at"])


def _lost_a_grant(case: Case) -> bool:
    today = timezone.localdate()
    return any(not grant.holds_on(today) for section in case.sections.all() for grant in section.grants.all())
