"""Writes what stands between organizations: collaborations and ties."""

from collections.abc import Callable
from typing import Any

from network.history.record import Difference, tie_value
from network.models import Collaboration, Tie
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.ledger import Ledger
from network.transfer.reading import Line
from network.transfer.writing import batched, save_all, set_fields

COLLABORATION_COLUMNS = {"engagements": "engagements", "last": "last", "strength": "stated_strength"}
TIE_COLUMNS = {"since": "since", "until": "until", "note": "note", "visibility": "visibility"}

Identity = tuple[Any, ...]


def pair_of(between: tuple[str, str], known: Known) -> tuple[int, int]:
    """Primary keys of the pair, the smaller first, as the tables keep it."""
    one, other = (known.organizations[id_] for id_ in between)
    return (min(one, other), max(one, other))


def write_collaborations(lines: list[Line], known: Known, ledger: Ledger) -> Tally:
    """Creates or updates collaborations."""
    return _write(
        Collaboration,
        lines,
        ledger,
        columns=COLLABORATION_COLUMNS,
        identity=lambda fields: pair_of(fields["between"], known),
        names=("first_id", "second_id"),
    )


def write_ties(lines: list[Line], known: Known, ledger: Ledger) -> Tally:
    """Creates or updates ties; both organizations' records speak of them."""
    return _write(
        Tie,
        lines,
        ledger,
        columns=TIE_COLUMNS,
        identity=lambda fields: (*pair_of(fields["between"], known), fields["kind"]),
        names=("first_id", "second_id", "kind"),
    )


def _write(
    model: type[Collaboration] | type[Tie],
    lines: list[Line],
    ledger: Ledger,
    *,
    columns: dict[str, str],
    identity: Callable[[dict[str, Any]], Identity],
    names: tuple[str, ...],
) -> Tally:
    tally = Tally()
    for batch in batched(lines):
        wanted = {identity(line.fields): line.fields for line in batch}
        candidates = model._default_manager.filter(first_id__in={key[0] for key in wanted})
        present = {tuple(getattr(row, name) for name in names): row for row in candidates}
        created: list[Collaboration | Tie] = []
        changed: list[Collaboration | Tie] = []
        written: list[tuple[Collaboration | Tie, object]] = []
        for key, fields in wanted.items():
            old = present.get(key)
            record = old or model(**dict(zip(names, key, strict=True)))
            before = _said(old)
            differs = set_fields(record, {column: fields[name] for name, column in columns.items() if name in fields})
            tally.count(created=old is None, changed=bool(differs))
            if old is None or differs:
                (created if old is None else changed).append(record)
                written.append((record, before))
        save_all(model, created=created, changed=changed, fields=set(columns.values()))
        ledger.note(_changes(written))
    return tally


def _said(record: Collaboration | Tie | None) -> object:
    """What the two organizations' records say of it; past work is counted elsewhere."""
    return tie_value(record) if isinstance(record, Tie) else None


def _changes(written: list[tuple[Collaboration | Tie, object]]) -> dict[int, Difference]:
    """What the records of both sides say of these now, and said before."""
    changes: dict[int, Difference] = {}
    for record, before in written:
        for organization in (record.first_id, record.second_id):
            paths = changes.setdefault(organization, {})
            if isinstance(record, Tie):
                paths[f"tie.{record.pk}"] = [before, tie_value(record)]
    return changes
