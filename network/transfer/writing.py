"""Writing many rows: all or nothing, only what differs, in batches."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models.constants import OnConflict
from django.utils.translation import gettext as _

from network.transfer.errors import whole_file

BATCH = 500
Item = TypeVar("Item")
Say = Callable[[str], None]
"""Tells the person at the terminal how far a long file has come."""

Key = tuple[Any, ...]
Values = tuple[Any, ...]


@contextmanager
def all_or_nothing(*, dry_run: bool) -> Iterator[None]:
    """A transaction that a dry run rolls back; what the database itself refuses becomes a TransferError."""
    try:
        with transaction.atomic():
            yield
            if dry_run:
                transaction.set_rollback(True)
    except (IntegrityError, DataError) as error:
        said = _("データベースの決まりに合わない行があるため、何も保存していません（%(reason)s）。")
        raise whole_file(said % {"reason": str(error).splitlines()[0]}) from error


IMPORTING = 0x6D757375
"""The key under which imports wait for each other."""


def one_at_a_time() -> None:
    """Waits until no other import runs, and keeps others waiting until the transaction ends; needs one.

    What a file names may be what the import before it creates. People wait for rows only so long (the setting
    LOCK_SECONDS), an import as long as it takes. Where a writer has the whole database there is nothing to do.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTING])


def batched(items: Sequence[Item], size: int = BATCH) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def set_fields(record: models.Model, values: Mapping[str, object]) -> set[str]:
    """Sets the attributes and returns the names of those that were different."""
    different = {name for name, value in values.items() if getattr(record, name) != value}
    for name in different:
        setattr(record, name, values[name])
    return different


class Children:
    """Rows of one table that belong to an owner and are given as a full set.

    Per owner: `load` what there is, `replace` by what there shall be, `flush` the difference of all at once.
    `key` are the columns that identify a row beside its owner, `values` the ones that may differ,
    `cleared` the ones emptied when a value differs, `counter` the one that counts how often one did.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        owner: str,
        key: tuple[str, ...],
        values: tuple[str, ...] = (),
        cleared: tuple[str, ...] = (),
        counter: str | None = None,
    ) -> None:
        self.model, self.owner, self.key, self.values, self.cleared = model, owner, key, values, cleared
        self.counters = (counter,) if counter else ()
        self._present: dict[int, dict[Key, tuple[int, Values, Values]]] = {}
        """By owner and key: the row's key, its values, and how far it is counted."""
        self._added: list[tuple[models.Model, Key, Values]] = []
        self._removed: list[int] = []

    def load(self, owners: Collection[int]) -> None:
        """Reads the rows of these owners, and forgets those read before."""
        self._present = {owner: {} for owner in owners}
        width, end = len(self.key), len(self.key) + len(self.values)
        rows = self.model._default_manager.filter(**{f"{self.owner}__in": list(owners)}).order_by()
        for pk, owner, *columns in rows.values_list("pk", self.owner, *self.key, *self.values, *self.counters):
            self._present[owner][tuple(columns[:width])] = (pk, tuple(columns[width:end]), tuple(columns[end:]))

    def of(self, owner: models.Model) -> dict[Key, Values]:
        """The rows of an owner, as they were loaded or as they will be: values by key."""
        return {key: values for key, (_pk, values, _counted) in self._present.get(owner.pk, {}).items()}

    def replace(self, owner: models.Model, wanted: Mapping[Key, Values]) -> bool:
        """Notes what has to change, and says whether anything has to. A new owner is saved before `flush`."""
        present = self._present.get(owner.pk, {})
        removed = [pk for key, (pk, _values, _counted) in present.items() if key not in wanted]
        added = [
            (owner, key, values + self._counted_on(present.get(key)))
            for key, values in wanted.items()
            if key not in present or present[key][1] != values
        ]
        if owner.pk is not None and (removed or added):
            self._present[owner.pk] = {key: (0, values, ()) for key, values in wanted.items()}
        self._removed += removed
        self._added += added
        return bool(removed or added)

    def _counted_on(self, row: tuple[int, Values, Values] | None) -> Values:
        return tuple(counted + 1 for counted in row[2]) if row else (1,) * len(self.counters)

    def flush(self) -> None:
        """Writes what `replace` noted."""
        for pks in batched(self._removed):
            self.model._default_manager.filter(pk__in=pks).delete()
        names = (self.owner, *self.key, *self.values, *self.counters)
        rows = [(owner.pk, *key, *values) for owner, key, values in self._added]
        replaced = [*self.values, *self.cleared, *self.counters] if self.values else []
        insert(self.model, names, rows, unique=[self.owner, *self.key], replaced=replaced)
        self._removed, self._added = [], []


def save_all(
    model: type[models.Model], *, created: Sequence[models.Model], changed: Sequence[models.Model], fields: set[str]
) -> None:
    """Inserts the new records, which then have their keys, and updates the changed ones in `fields`."""
    model._default_manager.bulk_create(created, batch_size=BATCH)
    if changed and fields:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=BATCH)


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Values],
    *,
    unique: Sequence[str],
    replaced: Sequence[str],
) -> None:
    """Inserts rows by their columns; columns that are not named get their default. A row that is there already (by
    `unique`) has its `replaced` columns overwritten.

    Beside the ORM, whose objects and compiled values cost most of the time of an import of a million rows.
    """
    if not rows:
        return
    fields = [model._meta.get_field(name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    adapted = [position for position, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    columns = [*fields, *others]
    head, tail = _insertion(model, columns, unique, replaced)
    values = f"({', '.join(['%s'] * len(columns))})"
    size = connection.ops.bulk_batch_size(columns, rows)
    with connection.cursor() as cursor:
        for batch in batched(rows, min(size, BATCH)):
            given = [value for row in batch for value in (*_adapted(row, adapted), *defaults)]
            cursor.execute(f"{head} {', '.join([values] * len(batch))} {tail}", given)


def _insertion(
    model: type[models.Model], columns: Sequence[Any], unique: Sequence[str], replaced: Sequence[str]
) -> tuple[str, str]:
    """What stands before and after the values."""
    quote = connection.ops.quote_name
    head = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(f.column) for f in columns)}) VALUES"
    column_of = {field.attname: field.column for field in model._meta.concrete_fields}
    by_name = [[column_of[name] for name in some] for some in (replaced, unique)]
    tail = connection.ops.on_conflict_suffix_sql(columns, OnConflict.UPDATE, *by_name) if replaced else ""
    return head, tail


def _adapted(row: Values, moments: Sequence[int]) -> Values:
    """Moments as the database takes them; everything else in these tables is text, numbers or null."""
    if not moments:
        return row
    given = list(row)
    for position in moments:
        given[position] = connection.ops.adapt_datetimefield_value(given[position])
    return tuple(given)
