"""The dictionary of the search: the steward's."""

from typing import Any

from tests.access.addresses import MISSING
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
search:dictionary                       GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
search:add_synonym                      POST   -                       302 404 404 404 404 404 404 404 302 404 404 302 404 404
search:remove_synonym                   POST   synonym                 302 404 404 404 404 404 404 404 302 404 404 302 404 404
search:remove_synonym                   POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def dictionary_row(world: World, thing: str) -> dict[str, Any]:
    return {"pk": world.searching.get(thing, MISSING)}


PLACES = {"search:remove_synonym": dictionary_row}
BODIES = {("search:add_synonym", "POST"): lambda _world: {"name": "仕入帳", "means": "仕入台帳"}}
