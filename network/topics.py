"""What a record is about, told to the rooms beside the one that keeps it: cases near a need are found by its topic.

Rooms side by side know nothing of each other; the one that keeps a kind of record registers here, when it starts, how
its topic is read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from network.access import Reader


@dataclass(frozen=True, slots=True)
class Topic:
    """In the words and codes that every room understands; what is not known is empty."""

    title: str
    address: str
    """Where the record stands."""
    text: str = ""
    capabilities: tuple[str, ...] = ()
    industry: str = ""
    stage: str = ""
    prefecture: str = ""
    phases: tuple[str, ...] = ()


TopicOf = Callable[[int, Reader], Topic | None]
"""The topic of the record with that id; None for one that the reader may not see, as for one that is not there."""

TOPICS: dict[str, TopicOf] = {}
"""By the kind of record."""


def register(kind: str, topic_of: TopicOf) -> None:
    TOPICS[kind] = topic_of


def topic_of(kind: str, pk: int, reader: Reader) -> Topic | None:
    """What the record is about; None also for a kind that no room keeps."""
    read = TOPICS.get(kind)
    return read(pk, reader) if read else None
