"""Where a company stands by an instrument, on one day."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.instruments import DX_INDEX, MOST_LEVEL, editions
from matching.models import Assessment, Need
from network.models import User

MOST_ASSESSMENTS = 50


@transaction.atomic
def assess(need: Need, *, edition: str, on: date, levels: Mapping[str, int], note: str = "", by: User) -> Assessment:
    """Keep what was answered. Raises PermissionDenied unless `by` works on the need, ValidationError for an edition or
    an item that is none, a level beyond 0–5, a day to come, no answer at all, and one record too many."""
    held = Need.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
    _works_on(held, by)
    known = editions().get(edition)
    if known is None:
        raise ValidationError({"edition": _("この版の指標はありません。版を選び直してください。")})
    if set(levels) - set(known.items) or not all(0 <= level <= MOST_LEVEL for level in levels.values()):
        raise ValidationError({"levels": _("この版にない項目かレベルです。ページを読み直してください。")})
    if not levels:
        raise ValidationError(_("1つも答えていません。わかる項目だけでも選んでください。"))
    if on > timezone.localdate():
        raise ValidationError({"on": _("実施した日は、今日までの日にしてください。")})
    if held.assessments.count() >= MOST_ASSESSMENTS:
        said = _("記録は%(n)d回までです。古い記録を消してから加えてください。")
        raise ValidationError(said % {"n": MOST_ASSESSMENTS})
    made = Assessment(need=held, instrument=DX_INDEX, edition=edition, on=on, levels=dict(levels), note=note, by=by)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def forget_assessment(assessment: Assessment, *, by: User) -> None:
    """Take a record away for good. Raises PermissionDenied unless `by` works on the need."""
    _works_on(assessment.need, by)
    assessment.delete()


def _works_on(need: Need, by: User) -> None:
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied
