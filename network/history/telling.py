"""What of a record's past and present a reader is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from network.access import Reader, lab_ids_facilitated_by, organization_ids_of
from network.history.record import Snapshot
from network.models import Change, Organization
from network.vocabulary import Deed, PartnershipState, Stance, TieVisibility

PRIVATE = ("expert", "member")
"""Rows that speak of people: told to members only."""
BETWEEN = ("tie", "partnership")
"""Rows that stand between two organizations."""


def told_to(reader: Reader, organization: Organization, values: Mapping[str, Any]) -> Snapshot:
    """A snapshot cut down to what the reader may know: a declared weakness looks as if nothing were declared to who
    may not know it, people are known inside the organization only, and what stands between two organizations to whom
    `Tie` and `Partnership` tell it."""
    known = Known.by(reader, organization, [values])
    return {path: value for path, value in values.items() if known.may_know(path, value)}


def changes_told_to(reader: Reader, organization: Organization, changes: Iterable[Change]) -> list[Change]:
    """The entries with what the reader may know of them; those of which nothing is left are not there.

    A rating that became a weakness looks like one that was withdrawn, in its deed too.
    """
    changes = list(changes)
    known = Known.by(reader, organization, [change.changes for change in changes])
    told = []
    for change in changes:
        shown = {
            path: [value if known.may_know(path, value) else None for value in pair]
            for path, pair in change.changes.items()
        }
        change.changes = {path: pair for path, pair in shown.items() if pair[0] != pair[1]}
        if change.deed == Deed.RATED and change.changes and all(pair[1] is None for pair in change.changes.values()):
            change.deed = Deed.WITHDRAWN
        if change.changes:
            told.append(change)
    return told


@dataclass(frozen=True)
class Known:
    """What a reader may know of one record's past and present."""

    member: bool
    frank: bool
    """Whether the declared weaknesses are told."""
    own: frozenset[int]
    near: frozenset[int]
    """Organizations of the labs the reader facilitates for."""
    seen: frozenset[int]
    seen_names: frozenset[str]
    """The organizations named in the values that the reader may know of, by id and by external id."""

    @classmethod
    def by(cls, reader: Reader, organization: Organization, values: Iterable[Mapping[str, Any]]) -> "Known":
        """For the organizations that these values name; a fixed number of queries."""
        pairs, partners = _named(values)
        own = frozenset(organization_ids_of(reader))
        frank = Organization.objects.weaknesses_known_to(reader).filter(pk=organization.pk).exists()
        joined = Organization.objects.filter(labs__in=lab_ids_facilitated_by(reader))
        named = Organization.objects.visible_to(reader).filter(Q(pk__in=pairs) | Q(external_id__in=partners))
        seen = list(named.order_by().values_list("pk", "external_id"))
        return cls(
            member=organization.pk in own,
            frank=frank or organization.pk in own,
            own=own,
            near=frozenset(joined.filter(pk__in=pairs).order_by().values_list("pk", flat=True)),
            seen=frozenset(pk for pk, _name in seen),
            seen_names=frozenset(name for _pk, name in seen),
        )

    def may_know(self, path: str, value: Any) -> bool:
        """Whether this value of this path is told; `value` is one side of a pair, or what stands in a snapshot."""
        head, _dot, rest = path.partition(".")
        if head in PRIVATE:
            return self.member
        if not isinstance(value, Mapping):
            return True
        if head == "rating":
            return self.frank or value.get("stance") != Stance.WEAKNESS
        if head == "vouched":
            return rest.partition(".")[2] in self.seen_names
        return head not in BETWEEN or self._may_know_pair(head, value)

    def _may_know_pair(self, head: str, value: Mapping[str, Any]) -> bool:
        """The rules of `TieQuerySet.visible_to` and `PartnershipQuerySet.visible_to`, for a value of any day."""
        pair = set(value.get("with") or ())
        if not pair <= self.seen:
            return False
        if head == "tie":
            return value.get("visibility") == TieVisibility.NETWORK or bool(pair & (self.own | self.near))
        return value.get("state") == PartnershipState.CONFIRMED or bool(pair & self.own)


def _named(values: Iterable[Mapping[str, Any]]) -> tuple[set[int], set[str]]:
    """The organizations that values, or pairs of values, name: of pairs by id, of vouchers by external id."""
    pairs: set[int] = set()
    partners: set[str] = set()
    for mapping in values:
        for path, value in mapping.items():
            head, _dot, rest = path.partition(".")
            if head == "vouched":
                partners.add(rest.partition(".")[2])
            elif head in BETWEEN:
                for side in value if isinstance(value, list) else [value]:
                    pairs.update((side or {}).get("with") or ())
    return pairs, partners
