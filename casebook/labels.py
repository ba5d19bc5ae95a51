"""TLP labels as names for sets of keys."""

from collections.abc import Iterable

from casebook.vocabulary import Tlp
from network.access import NETWORK, PUBLIC


def keys_of_label(label: str, *, owner: int, participants: Iterable[int], labs: Iterable[int]) -> list[str]:
    """The keys that a section accepts when only its case's label is known, sorted.

    CLEAR opens it to everyone, GREEN to the network, AMBER to the owning organization, the organizations
    that took part and the labs the owner joined; AMBER+STRICT and RED to nobody beyond the owner, who
    reads every section of its cases without any key. Takes primary keys of organizations and labs.
    """
    if label == Tlp.CLEAR:
        return [PUBLIC]
    if label == Tlp.GREEN:
        return [NETWORK]
    if label == Tlp.AMBER:
        return sorted({f"org:{pk}" for pk in (owner, *participants)} | {f"lab:{pk}" for pk in labs})
    return []


def widest(labels: Iterable[str]) -> Tlp:
    """The label of a whole by those of its parts: CLEAR if any is, RED where there is none.

    Tlp lists its labels from the narrowest to the widest.
    """
    order = list(Tlp)
    return max((Tlp(label) for label in labels), key=order.index, default=Tlp.RED)
