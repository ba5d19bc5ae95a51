"""What the registry knows of the names in a content, as far as its reader may know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from casebook.anonymity.folding import compact, folded_name
from casebook.anonymity.places import Place
from casebook.anonymity.registry import Name, name_of, registered
from casebook.models import Case
from casebook.writing.content import Content
from network.access import Reader, organization_ids_of
from network.models import Expert, Membership, Organization


@dataclass(frozen=True)
class Known:
    """Organizations named in the texts; `took_part` holds the keys of the owner and the participants, `people` the
    names (folded) of their people, `agreed` of those of them who agreed to be shown."""

    organizations: Sequence[Name]
    took_part: frozenset[int]
    people: frozenset[str]
    agreed: frozenset[str]

    @classmethod
    def load(cls, content: Content, texts: Sequence[str], *, reader: Reader, case: Case | None) -> "Known":
        took_part = frozenset(
            {took.organization for took in content.participants} | ({case.owner_id} if case else set())
        )
        rows = Organization.objects.filter(pk__in=took_part).order_by("pk").values_list("pk", "name", "kind")
        # Whoever writes the case knows who took part, even where the registry is closed to them.
        names = {pk: name_of(pk, *row) for pk, *row in rows}
        names |= {name.pk: name for name in registered(texts, reader)}
        experts = list(
            Expert.objects.visible_to(reader).filter(organization__in=took_part).values_list("name", "agreed_on")
        )
        colleagues = Membership.objects.filter(
            organization__in=took_part & frozenset(organization_ids_of(reader))
        ).values_list("user__name", flat=True)
        people = {folded_name(name) for name in (*(name for name, _on in experts), *colleagues)}
        agreed = {folded_name(name) for name, on in experts if on}
        longest_first = sorted(names.values(), key=lambda name: -len(name.core))
        return cls(longest_first, took_part, frozenset(people - {""}), frozenset(agreed - {""}))

    def agreed_to(self, text: str) -> bool:
        """Whether the words (folded) are the name of somebody who agreed to be shown, with or without honorific."""
        said = compact(text)
        return any(said.startswith(name) for name in self.agreed)

    def in_team(self, place: Place, text: str) -> bool:
        """Whether the words (folded) are the name of an organization that took part, where it may stand."""
        said = compact(text)
        return place.is_team and any(name.core in said for name in self.organizations if name.pk in self.took_part)
