"""Where somebody works, as rows: whole prefectures and single municipalities."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from network.models import Municipality

AreaKey = tuple[str, str | None]
"""A prefecture, and a municipality of it or None for the whole."""


def area_keys(prefectures: Iterable[str], municipalities: Iterable[str]) -> set[AreaKey]:
    """The areas of these codes. Raises ValidationError naming the municipalities that nobody knows."""
    asked = set(municipalities)
    known = Municipality.objects.in_bulk(asked)
    if unknown := sorted(asked - known.keys()):
        said = _("市区町村コード「%(codes)s」は登録されていません。")
        raise ValidationError({"municipalities": said % {"codes": _("、").join(unknown)}})
    return {(code, None) for code in prefectures} | {(place.prefecture, place.pk) for place in known.values()}


def replace_areas(rows: "QuerySet[Any]", wanted: set[AreaKey], **owner: Any) -> None:
    """Make the rows say exactly what is wanted. Raises ValidationError for an unknown prefecture."""
    missing = set(wanted)
    for area in rows:
        if (area.prefecture, area.municipality_id) in missing:
            missing.remove((area.prefecture, area.municipality_id))
        else:
            area.delete()
    for prefecture, municipality in sorted(missing, key=str):
        area = rows.model(prefecture=prefecture, municipality_id=municipality, **owner)
        area.full_clean()
        area.save()
