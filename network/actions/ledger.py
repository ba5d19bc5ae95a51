"""Changes of rows, written down so that they can be taken back exactly.

A step is a JSON object:
- {"do": "change", "model", "pk", "before", "after"}: columns of one row; `before` holds what changed, `after` those too
  and, where the row must stand untouched to be taken back, every other column;
- {"do": "remove", "model", "pk", "before"}: a row that was taken away, whole.
With "loose": true a row that is gone by now stays gone; with "soft": true one that says something else keeps that, too.

Rows are written without `save`: dates that count changes by themselves stay as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import JSONField, Model
from django.utils.translation import gettext as _

Step = dict[str, Any]
Columns = dict[str, Any]


class CannotBeUndoneError(Exception):
    """Rows say something else than the ledger left them with. `problems` are sentences for the reader."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("changed since")
        self.problems = problems


class Ledger:
    """Changes rows and writes down how."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def change(self, row: Model, values: Mapping[str, Any], *, loose: bool = False, soft: bool = False) -> None:
        """Set columns (by attname) of a row. `loose`: what its other columns say later does not matter for undoing;
        `soft`: nor do these, and what was said later stays."""
        stored = columns_of(stored_row(row))
        new = {name: encoded(row._meta.get_field(name), value) for name, value in values.items()}
        before = {name: stored[name] for name in new if stored[name] != new[name]}
        if not before:
            return
        _table(row).filter(pk=row.pk).update(**{name: values[name] for name in before})
        after = {name: new[name] for name in before} if loose or soft else {**stored, **new}
        step = {"do": "change", "model": row._meta.label_lower, "pk": row.pk, "before": before, "after": after}
        self.steps.append(step | _flags(loose, soft))

    def remove(self, row: Model, *, soft: bool = False) -> None:
        """Take a row away, and first what hangs on it."""
        for relation, dependent in list(_dependents(row)):
            if relation.on_delete is models.SET_NULL:
                self.change(dependent, {relation.field.attname: None}, loose=True)
            else:
                self.remove(dependent)
        before = columns_of(stored_row(row), all_columns=True)
        _table(row).filter(pk=row.pk).delete()
        step = {"do": "remove", "model": row._meta.label_lower, "pk": row.pk, "before": before}
        self.steps.append(step | _flags(loose=False, soft=soft))


def take_back(steps: list[Step]) -> None:
    """Put every row back, last step first; needs a transaction.

    Raises CannotBeUndoneError, and then nothing was written, where rows were changed or are gone.
    """
    problems: list[str] = []
    with transaction.atomic():
        for step in reversed(steps):
            try:
                with transaction.atomic():
                    _take_back(step)
            except CannotBeUndoneError as found:
                problems += [] if step.get("soft") else found.problems
            except IntegrityError:
                if not step.get("soft"):
                    problems.append(_("%(what)s: あとから入った記録とぶつかります。") % {"what": _name_of(step)})
        if problems:
            raise CannotBeUndoneError(list(dict.fromkeys(problems)))


def _flags(loose: bool, soft: bool) -> Step:
    return ({"loose": True} if loose else {}) | ({"soft": True} if soft else {})


def columns_of(row: Model, *, all_columns: bool = False) -> Columns:
    """The row's columns as JSON values; without those that only count or date its changes."""
    return {
        field.attname: encoded(field, field.value_from_object(row))
        for field in row._meta.concrete_fields
        if all_columns or not (getattr(field, "auto_now", False) or field.attname == "registry_version")
    }


def encoded(field: Any, value: Any) -> Any:
    """A column's value as JSON holds it."""
    if value is None or isinstance(value, bool | int | float) or isinstance(field, JSONField):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def stored_row(row: Model) -> Model:
    """The row as it stands in the database; raises DoesNotExist."""
    found: Model = _table(row).get(pk=row.pk)
    return found


def _table(row: Any) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = row._meta.model._base_manager.all()
    return rows


def _dependents(row: Model) -> Iterator[tuple[Any, Model]]:
    """Rows that point at this one, with the relation they do it by."""
    relations: Iterable[Any] = row._meta.get_fields(include_hidden=True)
    for relation in relations:
        if relation.auto_created and (relation.one_to_many or relation.one_to_one) and not relation.concrete:
            for dependent in _table(relation.related_model).filter(**{relation.field.name: row.pk}):
                yield relation, dependent


def _take_back(step: Step) -> None:
    model = apps.get_model(step["model"])
    if step["do"] == "remove":
        if _table(model).filter(pk=step["pk"]).exists():
            raise CannotBeUndoneError([_("%(what)s: 同じ記録がもうあります。") % {"what": _name_of(step)}])
        model(**_decoded(model, step)).save_base(raw=True, force_insert=True)
        return
    row = _table(model).filter(pk=step["pk"]).first()
    if row is None:
        if step.get("loose"):
            return
        raise CannotBeUndoneError([_("%(what)s: 統合のあとで削除されています。") % {"what": _name_of(step)}])
    now = columns_of(row)
    if any(now[name] != value for name, value in step["after"].items() if name in now):
        raise CannotBeUndoneError([_("%(what)s: 統合のあとで変わっています。") % {"what": _name_of(step)}])
    _table(model).filter(pk=step["pk"]).update(**_decoded(model, step))


def _decoded(model: type[Model], step: Step) -> Columns:
    """What stood there before, as Python values; a person or thing that is gone since is nobody, where that may be."""
    found: Columns = {}
    for field in model._meta.concrete_fields:
        if field.attname not in step["before"]:
            continue
        value = found[field.attname] = field.to_python(step["before"][field.attname])
        target = field.remote_field and field.remote_field.model
        if value is None or not target or _table(target).filter(pk=value).exists():
            continue
        if not field.null:
            raise CannotBeUndoneError([_("%(what)s: 相手の記録がなくなっています。") % {"what": _name_of(step)}])
        found[field.attname] = None
    return found


def _name_of(step: Step) -> str:
    """What kind of record it is and its number: what it says may be hidden from whoever undoes."""
    return f"{apps.get_model(step['model'])._meta.verbose_name} #{step['pk']}"
