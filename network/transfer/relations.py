"""Writes what stands between organizations: collaborations and ties."""

from collections.abc import Callable
from typing import Any

from network.models import Collaboration, Tie
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.reading import Line
from network.transfer.writing import batched, save_all, set_fields

COLLABORATION_COLUMNS = {"engagements": "engagements", "last": "last", "strength": "stated_strength"}
TIE_COLUMNS = {"since": "since", "until": "until", "note": "note"}

Identity = tuple[Any, ...]


def pair_of(between: tuple[str, str], known: Known) -> tuple[int, int]:
    """Primary keys of the pair, the smaller first, as the tables keep it."""
    one, other = (known.organizations[id_] for id_ in between)
    return (min(one, other), max(one, other))


def write_collaborations(lines: list[Line], known: Known) -> tuple[Tally, set[int]]:
    """Creates or updates collaborations; also returns the primary keys of the organizations concerned."""
    return _write(
        Collaboration,
        lines,
        columns=COLLABORATION_COLUMNS,
        identity=lambda fields: pair_of(fields["between"], known),
        names=("first_id", "second_id"),
    )


def write_ties(lines: list[Line], known: Known) -> tuple[Tally, set[int]]:
    """Creates or updates ties; also returns the primary keys of the organizations concerned."""
    return _write(
        Tie,
        lines,
        columns=TIE_COLUMNS,
        identity=lambda fields: (*pair_of(fields["between"], known), fields["kind"]),
        names=("first_id", "second_id", "kind"),
    )


def _write(
    model: type[Collaboration] | type[Tie],
    lines: list[Line],
    *,
    columns: dict[str, str],
    identity: Callable[[dict[str, Any]], Identity],
    names: tuple[str, ...],
) -> tuple[Tally, set[int]]:
    tally, concerned = Tally(), set[int]()
    for batch in batched(lines):
        wanted = {identity(line.fields): line.fields for line in batch}
        candidates = model._default_manager.filter(first_id__in={key[0] for key in wanted})
        present = {tuple(getattr(row, name) for name in names): row for row in candidates}
        created: list[Collaboration | Tie] = []
        changed: list[Collaboration | Tie] = []
        for key, fields in wanted.items():
            old = present.get(key)
            record = old or model(**dict(zip(names, key, strict=True)))
            differs = set_fields(record, {column: fields[name] for name, column in columns.items() if name in fields})
            tally.count(created=old is None, changed=bool(differs))
            if old is None or differs:
                (created if old is None else changed).append(record)
                concerned |= {record.first_id, record.second_id}
        save_all(model, created=created, changed=changed, fields=set(columns.values()))
    return tally, concerned
