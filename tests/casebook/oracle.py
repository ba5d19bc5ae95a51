"""Who sees what, once more: written from the sentences of the design, in plain sets and dicts.

Nothing here is taken from the product: no query, no model, no clock. A reader holds keys; a section accepts keys; it is
readable when they share one and the case is open. Members of the owning organization, and who was asked to write, read
all of it. Things are named as in the test (`"one"`, `"a"`), keys as in the design with names for numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

KINDS = ("summary", "result", "team", "identity")
NOBODY = "anonymous"
Part = tuple[str, str]
"""A case and the kind of one of its sections."""


def word(*parts: str) -> str:
    """The word that stands in one place; Latin letters only."""
    return f"zq{''.join(parts)}qz"


@dataclass
class Person:
    active: bool = True
    steward: bool = False
    roles: dict[str, str] = field(default_factory=dict)
    """By organization: `member` or `editor`."""
    serves: set[str] = field(default_factory=set)
    """Labs."""


@dataclass
class Organization:
    active: bool = True
    labs: set[str] = field(default_factory=set)


@dataclass
class Consent:
    until: date | None = None
    withdrawn: bool = False


@dataclass
class CaseFacts:
    owner: str
    state: str = "published"
    opens: date | None = None
    grants: dict[str, dict[str, date | None]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    """By section: the keys that it accepts, each with its last day."""
    consents: list[Consent] = field(default_factory=list)
    """Those that the published text rests on."""
    took_part: set[str] = field(default_factory=set)


@dataclass
class Delegation:
    case: str
    person: str
    until: date
    ended: bool = False


@dataclass
class File:
    word: str
    case: str
    kind: str
    live: bool = True


@dataclass
class Note:
    word: str
    by: str
    case: str | None
    kind: str
    key: str
    removed: bool = False


@dataclass
class Question:
    word: str
    by: str
    case: str
    kind: str
    open_to_all: bool = False


@dataclass
class Notice:
    to: str
    case: str
    inside: bool
    """For the owner's members only, whoever may read the case."""


@dataclass
class Oracle:
    """The whole world, and what each reader sees of it."""

    today: date
    people: dict[str, Person]
    organizations: dict[str, Organization]
    teams: dict[str, set[str]]
    cases: dict[str, CaseFacts]
    delegations: list[Delegation] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    bookmarks: set[Part] = field(default_factory=set)
    """Person and case."""

    # --- Who somebody is --------------------------------------------------------------------------

    def signed_in(self, reader: str) -> bool:
        return reader != NOBODY and self.people[reader].active

    def organizations_of(self, reader: str, *, editing: bool = False) -> set[str]:
        if not self.signed_in(reader):
            return set()
        roles = self.people[reader].roles.items()
        return {name for name, role in roles if self.organizations[name].active and (role == "editor" or not editing)}

    def is_steward(self, reader: str) -> bool:
        return self.signed_in(reader) and self.people[reader].steward

    def keys(self, reader: str) -> set[str]:
        """`public` for everybody; `network` for members of an active organization, lab facilitators and stewards."""
        if not self.signed_in(reader):
            return {"public"}
        own, person = self.organizations_of(reader), self.people[reader]
        held = {"public", f"user:{reader}"} | {f"org:{name}" for name in own}
        held |= {f"lab:{lab}" for name in own for lab in self.organizations[name].labs}
        held |= {f"lab:{lab}" for lab in person.serves}
        held |= {f"team:{team}" for team, members in self.teams.items() if members & own}
        if person.steward:
            held.add("steward")
        if own or person.serves or person.steward:
            held.add("network")
        return held

    # --- Cases and sections -----------------------------------------------------------------------

    def is_open(self, case: str, reader: str = NOBODY) -> bool:
        """To anybody outside: published (taken down: to stewards still), after its embargo, every consent holding."""
        facts = self.cases[case]
        if facts.state != "published" and not (facts.state == "taken_down" and self.is_steward(reader)):
            return False
        if facts.opens is not None and facts.opens > self.today:
            return False
        return self.consents_hold(case)

    def consents_hold(self, case: str) -> bool:
        return all(not one.withdrawn and self.holds(one.until) for one in self.cases[case].consents)

    def holds(self, until: date | None) -> bool:
        """A last day still counts."""
        return until is None or self.today <= until

    def writes(self, reader: str, case: str) -> bool:
        return self.signed_in(reader) and any(
            one.case == case and one.person == reader and not one.ended and self.holds(one.until)
            for one in self.delegations
        )

    def is_own(self, reader: str, case: str) -> bool:
        return self.cases[case].owner in self.organizations_of(reader) or self.writes(reader, case)

    def accepted(self, case: str, kind: str) -> set[str]:
        """The keys that open the section today, were the case open."""
        return {key for key, until in self.cases[case].grants[kind].items() if self.holds(until)}

    def sections(self, reader: str) -> set[Part]:
        keys, found = self.keys(reader), set[Part]()
        for case in self.cases:
            own, is_open = self.is_own(reader, case), self.is_open(case, reader)
            found |= {(case, kind) for kind in KINDS if own or (is_open and keys & self.accepted(case, kind))}
        return found

    def visible(self, reader: str) -> set[str]:
        """Cases with a section that the reader may read, and all of the reader's own."""
        own = {case for case in self.cases if self.is_own(reader, case)}
        return own | {case for case, _kind in self.sections(reader)}

    # --- What hangs on them -----------------------------------------------------------------------

    def readable_text(self, reader: str, case: str | None, kind: str) -> bool:
        """Whether the reader may read what a note or a question speaks of."""
        if case is None:
            return True
        return (case, kind) in self.sections(reader) if kind else case in self.visible(reader)

    def files_of(self, reader: str) -> set[str]:
        """Files that may be fetched: of readable sections when published, of own cases all."""
        return {
            one.word
            for one in self.files
            if self.is_own(reader, one.case) or (one.live and (one.case, one.kind) in self.sections(reader))
        }

    def notes_of(self, reader: str) -> list[Note]:
        keys = self.keys(reader)
        return [
            one
            for one in self.notes
            if not one.removed
            and (one.key in keys or (one.by == reader and self.signed_in(reader)))
            and self.readable_text(reader, one.case, one.kind)
        ]

    def questions_of(self, reader: str) -> list[Question]:
        if not self.signed_in(reader):
            return []
        own = self.organizations_of(reader)

        def concerned(one: Question) -> bool:
            facts = self.cases[one.case]
            return one.open_to_all or one.by == reader or bool(own & {facts.owner, *facts.took_part})

        return [one for one in self.questions if concerned(one) and self.readable_text(reader, one.case, one.kind)]

    def bookmarked(self, reader: str) -> set[str]:
        if not self.signed_in(reader):
            return set()
        return {case for person, case in self.bookmarks if person == reader} & self.visible(reader)

    def told(self, reader: str) -> set[str]:
        """The cases that the reader's notices name."""
        if not self.signed_in(reader):
            return set()
        inside = {case for case, facts in self.cases.items() if facts.owner in self.organizations_of(reader)}
        return {
            one.case
            for one in self.notices
            if one.to == reader and one.case in (inside if one.inside else self.visible(reader))
        }

    # --- Words and numbers ------------------------------------------------------------------------

    def words_of_case(self, reader: str, case: str) -> set[str]:
        """What a reading of the case holds: a figure goes with 成果, a role with 支援体制, the source with 実名."""
        if case not in self.visible(reader):
            return set()
        kinds = {kind for found, kind in self.sections(reader) if found == case}
        belongs = {"measure": "result", "role": "team", "source": "identity"}
        return (
            {word(case, "title")}
            | {word(case, kind) for kind in kinds}
            | {word(case, place) for place, kind in belongs.items() if kind in kinds}
        )

    def published_files(self, reader: str, case: str) -> set[str]:
        found = self.files_of(reader)
        return {one.word for one in self.files if one.case == case and one.live and one.word in found}

    def life_of(self, reader: str, case: str) -> set[str]:
        """The words of notes and questions on the case."""
        notes = {one.word for one in self.notes_of(reader) if one.case == case}
        return notes | {one.word for one in self.questions_of(reader) if one.case == case}

    def titles(self, cases: set[str]) -> set[str]:
        return {word(case, "title") for case in cases}

    def counted(self, reader: str) -> int:
        """All cases are alike, so there is one number: the visible ones, and the hidden ones that somebody outside
        may read, in whole threes."""
        visible = self.visible(reader)
        shared = {case for case in self.cases if self.is_open(case) and any(self.accepted(case, k) for k in KINDS)}
        return len(visible) + len(shared - visible) // 3 * 3

    def borne_out(self, reader: str) -> set[str]:
        """Cases that bear out a strength of their owner, as far as the reader may read who took part."""
        network = {"network", "public"}
        bearing = {case for case in self.cases if self.is_open(case) and self.accepted(case, "team") & network}
        return {case for case in bearing if (case, "team") in self.sections(reader)}

    def readers(self) -> Iterator[str]:
        yield NOBODY
        yield from self.people

    def census(self) -> Counter[str]:
        """How many sections each reader sees: a run in which nobody sees anything would prove nothing."""
        return Counter({reader: len(self.sections(reader)) for reader in self.readers()})
