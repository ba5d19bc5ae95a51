"""How an operation on teams and rooms answers a verb that says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matching import actions
from matching.views.doing import no_room, too_late
from network.actions import ConflictError
from network.api.errors import Conflict
from network.models import Organization
from network.transfer.shapes import Check, Shape, refuse, shown, text

NOTHING = Shape()
"""The body of an operation that takes none."""
DONE = (400, 401, 403, 404, 409, 413, 415, 422)
"""How an operation that changes something may refuse."""


@contextmanager
def doing() -> Iterator[None]:
    """The verb inside: 409 with everything that is missing, or with what happened first."""
    try:
        yield
    except actions.GateError as shut:
        raise Conflict(*((gate.code, said) for gate in shut.gates for said in gate.problems)) from None
    except actions.NoRoomError:
        raise Conflict(("", no_room())) from None
    except ConflictError:
        raise Conflict(("", too_late())) from None


def organization_among(found: QuerySet[Organization]) -> Check:
    """The id of one of these organizations becomes the organization."""

    def check(value: Any) -> Organization:
        name = text(64)(value)
        known = found.filter(external_id=name).first()
        if known is None:
            raise refuse(_("機関「%(value)s」は登録されていません。") % {"value": shown(name)})
        return known

    return check
