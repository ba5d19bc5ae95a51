"""What the search box of the shell finds in the rooms: each registers its group, when it starts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from network.access import Reader


@dataclass(frozen=True, slots=True)
class Found:
    """One thing with where it stands, and a line that tells it from others of the same name."""

    title: str
    address: str
    line: str = ""


Seek = Callable[[str, Reader, int], list[Found]]
"""At most so many of the things that answer the words and that the reader may see, best first; [] for no words."""


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    seek: Seek
    whole: Callable[[str, Reader], str]
    """The address of all that answer the words; empty where there is no such list for this reader."""


GROUPS: dict[str, Group] = {}
"""By name; the box shows them in the order of its own list, unknown ones last."""


def register(name: str, group: Group) -> None:
    GROUPS[name] = group
