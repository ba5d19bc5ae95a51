"""What the small world holds of workbenches: a variant of the latest proposal for `need`, with a note."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from matching.models import Variant
from matching.workbench import actions
from network.models import User

if TYPE_CHECKING:  # the cast calls this
    from tests.cast import World


def plant_workbench(world: "World", word: Callable[..., str]) -> dict[str, Variant]:
    """The variants by name."""
    by = world.people["facilitator"]
    assert isinstance(by, User)
    begun = actions.begin(world.proposals["latest"], place=0, by=by)
    assert begun.variant is not None
    actions.write_note(begun.variant, text=word("variantnote"), expected=1, by=by)
    begun.variant.refresh_from_db()
    return {"variant": begun.variant}
