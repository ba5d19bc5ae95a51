"""Writing many rows: all or nothing, only what differs, in batches."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, models, transaction
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
    `cleared` the ones emptied when a value differs.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        owner: str,
        key: tuple[str, ...],
        values: tuple[str, ...] = (),
        cleared: tuple[str, ...] = (),
    ) -> None:
        self.model, self.owner, self.key, self.values, self.cleared = model, owner, key, values, cleared
        self._present: dict[int, dict[Key, tuple[int, Values]]] = {}
        self._added: list[tuple[models.Model, Key, Values]] = []
        self._removed: list[int] = []

    def load(self, owners: Collection[int]) -> None:
        """Reads the rows of these owners, and forgets those read before."""
        self._present = {owner: {} for owner in owners}
        width = len(self.key)
        rows = self.model._default_manager.filter(**{f"{self.owner}__in": list(owners)})
        for pk, owner, *columns in rows.values_list("pk", self.owner, *self.key, *self.values):
            self._present[owner][tuple(columns[:width])] = (pk, tuple(columns[width:]))

    def of(self, owner: models.Model) -> dict[Key, Values]:
        """The loaded rows of an owner: values by key."""
        return {key: values for key, (_pk, values) in self._present.get(owner.pk, {}).items()}

    def replace(self, owner: models.Model, wanted: Mapping[Key, Values]) -> bool:
        """Notes what has to change, and says whether anything has to. A new owner is saved before `flush`."""
        present = self._present.get(owner.pk, {})
        removed = [pk for key, (pk, _values) in present.items() if key not in wanted]
        added = [
            (owner, key, values) for key, values in wanted.items() if key not in present or present[key][1] != values
        ]
        self._removed += removed
        self._added += added
        return bool(removed or added)

    def flush(self) -> None:
        """Writes what `replace` noted."""
        for pks in batched(self._removed):
            self.model._default_manager.filter(pk__in=pks).delete()
        rows = [
            self.model(**{self.owner: owner.pk, **dict(zip(self.key + self.values, key + values, strict=True))})
            for owner, key, values in self._added
        ]
        if self.values:
            self.model._default_manager.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=[self.owner, *self.key],
                update_fields=[*self.values, *self.cleared],
            )
        else:
            self.model._default_manager.bulk_create(rows)
        self._removed, self._added = [], []


def save_all(
    model: type[models.Model], *, created: Sequence[models.Model], changed: Sequence[models.Model], fields: set[str]
) -> None:
    """Inserts the new records, which then have their keys, and updates the changed ones in `fields`."""
    model._default_manager.bulk_create(created, batch_size=BATCH)
    if changed and fields:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=BATCH)
