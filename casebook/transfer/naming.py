"""The names that a few readings refer to, and no more: a registry may be large."""

from collections.abc import Iterable, Sequence
from typing import Any

from casebook.models import Case
from casebook.reading import Reading
from network.models import Lab, Organization, User
from network.transfer.known import Known


def known_for(readings: Sequence[Reading], *, with_keys: bool) -> Known:
    """The owners and participants of these readings, with `with_keys` also whom their sections' keys name."""
    pks: dict[str, set[int]] = {"org": {reading.case.owner_id for reading in readings}, "lab": set(), "user": set()}
    pks["org"] |= {entry.organization_id for reading in readings for entry in reading.participants}
    if with_keys:
        for kind, pk in _keys_naming_someone(readings):
            pks.setdefault(kind, set()).add(pk)
    return Known(
        organizations=_names(Organization, "external_id", pks["org"]),
        labs=_names(Lab, "name", pks["lab"]),
        users=_names(User, "email", pks["user"]),
    )


def teams_for(readings: Sequence[Reading]) -> dict[str, int]:
    """The teams that the keys of these readings name, by the external id of the first case with each."""
    teams = {pk for kind, pk in _keys_naming_someone(readings) if kind == "team"}
    cases = Case.objects.filter(team__in=teams).order_by("-external_id") if teams else Case.objects.none()
    return {reference: team for reference, team in cases.values_list("external_id", "team_id") if team}


def _keys_naming_someone(readings: Iterable[Reading]) -> list[tuple[str, int]]:
    keys = [grant.key for reading in readings for section in reading.sections for grant in section.grants.all()]
    parts = [key.partition(":") for key in keys]
    return [(kind, int(pk)) for kind, _colon, pk in parts if pk.isdecimal()]


def _names(model: Any, field: str, pks: set[int]) -> dict[str, int]:
    return dict(model.objects.filter(pk__in=pks).values_list(field, "pk")) if pks else {}
