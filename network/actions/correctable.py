"""The parts of a record for which somebody outside may propose a value: how it is checked, read and put in."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from network.access import Reader
from network.actions.places import municipality_in, relocate
from network.actions.profile import declare_capacity, describe
from network.actions.ratings import rate
from network.corporate_number import normalize_corporate_number
from network.history.record import capacity_value, place_value
from network.history.telling import told_to
from network.models import Capability, Organization, Rating, User
from network.vocabulary import CapacityStatus, Deed, Stance

TEXTS = ("name", "kana", "corporate_number", "about", "website", "contact_email", "contact_phone")
REMARK = ""


def checked(organization: Organization, field: str, proposed: Any) -> Any:
    """The proposed value as it would be stored; raises ValidationError when it could not stand there.

    Whether another record has the same number is not asked here: the answer would tell of records one may not see.
    """
    if field == REMARK:
        return None
    if field in TEXTS:
        return _text(field, proposed)
    if field.startswith("rating."):
        return _level(field, proposed)
    if field in ("place", "capacity") and isinstance(proposed, Mapping):
        return _place(proposed) if field == "place" else _capacity(organization, proposed)
    raise ValidationError({"field": _("この項目には訂正を提案できません。ことばでご指摘ください。")})


def stands(organization: Organization, field: str) -> Any:
    """What stands there now; null for a remark."""
    if field.startswith("rating."):
        rating = _rating(organization, field)
        return {"level": rating.level} if rating else None
    if field == "place":
        return place_value(organization)
    if field == "capacity":
        return capacity_value(organization)
    return getattr(organization, field) if field in TEXTS else None


def told(organization: Organization, field: str, *, reader: Reader) -> Any:
    """What stands there as far as the reader may know: a weakness looks like an empty line."""
    if field.startswith("rating."):
        rating = _rating(organization, field)
        line = {field: {"level": rating.level, "stance": rating.stance}} if rating else {}
        shown = told_to(reader, organization, line).get(field)
        return {"level": shown["level"]} if shown else None
    return stands(organization, field)


def told_to_all(organization: Organization, field: str) -> Any:
    """What stands there as far as anybody may know who reads a proposal: a weakness never, even one that is open to
    the network now."""
    if field.startswith("rating."):
        rating = _rating(organization, field)
        return {"level": rating.level} if rating and not rating.is_weakness else None
    return stands(organization, field)


def fingerprint(value: Any) -> str:
    """Says which value an editor looked at, for the way through a form."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def apply(organization: Organization, field: str, value: Any, *, by: User) -> None:
    """Put the value into the record through the verb of its field."""
    if field in TEXTS:
        describe(organization, values={field: value}, deed=Deed.CORRECTED, by=by)
    elif field == "place":
        place = {"prefecture": value["prefecture"], "municipality": value["municipality"]}
        relocate(organization, **place, deed=Deed.CORRECTED, by=by)
    elif field == "capacity":
        declare_capacity(organization, **_capacity_said(value), deed=Deed.CORRECTED, by=by)
    elif field.startswith("rating."):
        rating = _rating(organization, field)
        rate(
            organization,
            capability=_capability(field),
            level=value["level"],
            stance=Stance(rating.stance) if rating else Stance.NEUTRAL,
            note=rating.note if rating else "",
            deed=Deed.CORRECTED,
            by=by,
        )


def _text(field: str, proposed: Any) -> str | None:
    value = proposed if isinstance(proposed, str) else ""
    try:
        if field == "corporate_number":
            return normalize_corporate_number(value)
        cleaned: str = Organization._meta.get_field(field).clean(value.strip(), None)  # type: ignore[union-attr]
    except ValidationError as error:
        raise ValidationError({"proposed": error.messages}) from error
    return cleaned


def _level(field: str, proposed: Any) -> dict[str, int]:
    _capability(field)
    level = proposed.get("level") if isinstance(proposed, Mapping) else None
    if not isinstance(level, int) or isinstance(level, bool):
        raise ValidationError({"level": _("レベルを0から4で選んでください。")})
    try:
        Rating._meta.get_field("level").clean(level, None)
    except ValidationError as error:
        raise ValidationError({"level": error.messages}) from error
    return {"level": level}


def _place(proposed: Mapping[str, Any]) -> dict[str, Any]:
    prefecture = proposed.get("prefecture")
    try:
        code: str = Organization._meta.get_field("prefecture").clean(prefecture, None)
    except ValidationError as error:
        raise ValidationError({"prefecture": error.messages}) from error
    municipality = municipality_in(code, proposed.get("municipality"))
    return {"prefecture": code, "municipality": municipality.pk if municipality else None}


def _capacity(organization: Organization, proposed: Mapping[str, Any]) -> dict[str, Any]:
    """Checked on a copy of the record that is thrown away."""
    copy = Organization.objects.get(pk=organization.pk)
    try:
        said = _capacity_said(proposed)
    except (KeyError, TypeError, ValueError) as error:
        raise ValidationError({"status": _("受付の状況を選んでください。")}) from error
    copy.capacity_status, copy.capacity_slots, copy.capacity_until = said["status"], said["slots"], said["until"]
    copy.clean_fields(exclude={f.name for f in copy._meta.fields if not f.name.startswith("capacity_")})
    return capacity_value(copy)


def _capacity_said(value: Mapping[str, Any]) -> dict[str, Any]:
    until = value.get("until")
    day: date | None = parse_date(until) if until else None
    return {"status": CapacityStatus(value["status"]), "slots": int(value["slots"]), "until": day}


def _capability(field: str) -> Capability:
    found = Capability.objects.filter(code=field.removeprefix("rating.")).first() if "\0" not in field else None
    if found is None:
        raise ValidationError({"field": _("その支援領域はありません。もう一度お選びください。")})
    return found


def _rating(organization: Organization, field: str) -> Rating | None:
    return Rating.objects.filter(organization=organization, capability=_capability(field)).first()
