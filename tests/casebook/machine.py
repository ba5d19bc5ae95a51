"""Random lives of a small casebook; after every step every reader is shown exactly what the oracle says."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar, TypeVar
from unittest.mock import patch

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casebook import actions
from casebook.models import AccessRequest, Consent, Delegation
from casebook.upkeep import catch_up
from network.actions.base import ConflictError
from tests.casebook.hidden_world import PEOPLE, READERS, World
from tests.casebook.open_pages import OpenPage
from tests.casebook.oracle import KINDS
from tests.casebook.surfaces import EVERYBODY, HEAVY, LIGHT, Check

CASES, ORGANIZATIONS, LABS = (
    st.sampled_from("abcd"),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from(["near", "far"]),
)
PERSONS, KIND = st.sampled_from(PEOPLE), st.sampled_from(KINDS)
KEYS = st.sampled_from(
    ["public", "network", "steward", "lab:near", "lab:far", "org:one", "org:two", "org:three", "team:team"]
    + [f"user:{name}" for name in PEOPLE]
)
DAYS = st.sampled_from([None, -1, 0, 1, 3])
"""A last day, counted from today."""
ON = st.booleans()
MOST = 3
"""Notes, questions and files on one case: pages show the newest few."""


Done = TypeVar("Done", bound=Callable[..., None])
DEEDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {}
"""What may happen, by the name of the method that does it, and with what."""


def deed(**strategies: st.SearchStrategy[Any]) -> Callable[[Done], Done]:
    """One thing that may happen, as likely as any other: Hypothesis' own rules would be left out of most lives."""

    def listed(method: Done) -> Done:
        DEEDS[method.__name__] = st.fixed_dictionaries(strategies)
        return method

    return listed


class Hidden(RuleBasedStateMachine):
    """`world` is built once for all lives; each begins from it and is rolled back at its end."""

    world: ClassVar[World]
    everybody: ClassVar[tuple[Check, ...]] = EVERYBODY
    light: ClassVar[tuple[Check, ...]] = LIGHT
    heavy: ClassVar[tuple[Check, ...]] = HEAVY
    number: ClassVar[int] = 0
    """Seeds its examples."""
    steps: ClassVar[int] = 0
    asked: ClassVar[Counter[tuple[str, str]]] = Counter()
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.at = copy.copy(type(self).world)
        self.at.oracle = copy.deepcopy(self.at.oracle)
        self.at.people = {}
        self.at.rows = {kind: dict(rows) for kind, rows in self.at.rows.items()}
        self.stack.enter_context(patch("django.utils.timezone.now", self.at.clock))
        self.pages: list[OpenPage] = []
        self.turn = 0

    @initialize(turn=st.integers(0, 5_000))
    def begin_anywhere(self, turn: int) -> None:
        """With whom and what one begins; a few pages stand open already."""
        self.turn = turn
        self.pages = [OpenPage(self.at, *page) for page in (("anonymous", "a"), ("facilitator", "b"), ("other", "c"))]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(DEEDS)))
        getattr(self, name)(**data.draw(DEEDS[name], label=name))

    def day(self, days: int | None) -> Any:
        return None if days is None else self.at.today() + timedelta(days=days)

    # --- Grants and what a case stands at ---------------------------------------------------------

    @deed(case=CASES, kind=KIND, keys=st.lists(KEYS, max_size=2), until=DAYS)
    def grant(self, case: str, kind: str, keys: list[str], until: int | None) -> None:
        self.at.grant(case, kind, dict.fromkeys(keys, self.day(until)))

    @deed(case=CASES, key=KEYS, until=DAYS)
    def grant_everything(self, case: str, key: str, until: int | None) -> None:
        for kind in KINDS:
            self.at.grant(case, kind, {key: self.day(until)})

    @deed(person=PERSONS, case=CASES, kind=KIND, key=KEYS, until=DAYS)
    def share(self, person: str, case: str, kind: str, key: str, until: int | None) -> None:
        """The verb: taken from an editor of the owner and from nobody else."""
        may = self.at.oracle.cases[case].owner in self.at.oracle.organizations_of(person, editing=True)
        try:
            actions.share(
                self.at.rows["section"][f"{case}/{kind}"],
                with_keys=[self.at.key(key)],
                by=self.at.reader(person),
                until=self.day(until),
            )
        except PermissionDenied:
            assert not may
        except actions.BeyondConsentError:
            assert not self.at.oracle.consents_hold(case)
        else:
            assert may
            self.at.oracle.cases[case].grants[kind] = {key: self.day(until)}

    @deed(case=CASES, state=st.sampled_from(["published", "published", "draft", "archived", "taken_down"]))
    def move(self, case: str, state: str) -> None:
        self.at.set_case(case, state=state)

    @deed(person=PERSONS, case=CASES)
    def take_down(self, person: str, case: str) -> None:
        """The verb: a steward's, of a published case that the steward may see."""
        sees = self.at.oracle.is_steward(person) and case in self.at.oracle.visible(person)
        may = sees and self.at.oracle.cases[case].state == "published"
        try:
            actions.take_down(self.at.rows["case"][case], reason="苦情", by=self.at.reader(person))
        except (PermissionDenied, ConflictError):
            assert not may
        else:
            assert may
            self.at.oracle.cases[case].state = "taken_down"

    @deed(case=CASES, days=st.sampled_from([None, 0, 1, 3]))
    def embargo(self, case: str, days: int | None) -> None:
        self.at.set_case(case, opens=self.day(days))

    @deed(case=CASES, owner=ORGANIZATIONS)
    def change_hands(self, case: str, owner: str) -> None:
        if owner not in self.at.oracle.cases[case].took_part:
            self.at.set_case(case, owner=owner)

    # --- Consents ---------------------------------------------------------------------------------

    @deed(case=CASES, days=st.sampled_from([None, 0, 1, 3]), withdrawn=st.sampled_from([False, False, True]))
    def agree(self, case: str, days: int | None, withdrawn: bool) -> None:
        self.at.consent(case, self.day(days), withdrawn=withdrawn)

    @deed(person=PERSONS, case=CASES)
    def withdraw(self, person: str, case: str) -> None:
        """The verb; whoever may not take it back leaves it as it is."""
        consent = Consent.objects.filter(case__external_id=case, binding=True, withdrawn_at=None).first()
        if consent is None:
            return
        try:
            actions.withdraw_consent(consent, reason="取りやめます", by=self.at.reader(person))
        except PermissionDenied:
            assert self.at.oracle.cases[case].owner not in self.at.oracle.organizations_of(person, editing=True)
        else:
            for one in self.at.oracle.cases[case].consents:
                one.withdrawn = True

    @deed(case=CASES)
    def renew_consents(self, case: str) -> None:
        self.at.let_rest_on_nothing(case)

    # --- People and organizations -----------------------------------------------------------------

    @deed(person=PERSONS, organization=ORGANIZATIONS, role=st.sampled_from([None, "member", "editor"]))
    def belong(self, person: str, organization: str, role: str | None) -> None:
        self.at.set_role(person, organization, role)

    @deed(person=PERSONS, lab=LABS, on=ON)
    def serve(self, person: str, lab: str, on: bool) -> None:
        self.at.serve(person, lab, on=on)

    @deed(organization=ORGANIZATIONS, lab=LABS, on=ON)
    def join_lab(self, organization: str, lab: str, on: bool) -> None:
        self.at.join_lab(organization, lab, on=on)

    @deed(organization=ORGANIZATIONS, on=ON)
    def join_team(self, organization: str, on: bool) -> None:
        self.at.join_team(organization, on=on)

    @deed(person=PERSONS, on=ON)
    def appoint(self, person: str, on: bool) -> None:
        self.at.set_person(person, steward=on)

    @deed(person=PERSONS, on=st.sampled_from([True, True, False]))
    def account(self, person: str, on: bool) -> None:
        self.at.set_person(person, active=on)

    @deed(organization=ORGANIZATIONS, on=st.sampled_from([True, True, False]))
    def close_organization(self, organization: str, on: bool) -> None:
        self.at.set_organization(organization, active=on)

    # --- Asking and writing -----------------------------------------------------------------------

    @deed(person=PERSONS, case=CASES, kinds=st.sets(KIND, min_size=1, max_size=2), days=st.sampled_from([0, 1, 3]))
    def ask_for_more(self, person: str, case: str, kinds: set[str], days: int) -> None:
        """A request, granted at once by an editor of the owner where there is one."""
        facts = self.at.oracle.cases[case]
        editor = next(
            (one for one in PEOPLE if facts.owner in self.at.oracle.organizations_of(one, editing=True)), None
        )
        if editor is None or not self.at.oracle.signed_in(person):
            return
        try:
            made = actions.request_access(self.at.rows["case"][case], purpose="学びたい", by=self.at.reader(person))
        except (PermissionDenied, ConflictError, ValidationError):
            return
        assert case in self.at.oracle.visible(person)
        until = self.day(days)
        try:
            actions.grant_access(made, kinds=kinds, until=until, by=self.at.reader(editor))
        except ValidationError:
            assert not self.at.oracle.consents_hold(case)
            return
        for kind in kinds:
            before = facts.grants[kind].get(f"user:{person}", until)
            facts.grants[kind][f"user:{person}"] = max(before, until) if before else None

    @deed(number=st.integers(0, 9))
    def revoke(self, number: int) -> None:
        granted = list(AccessRequest.objects.filter(state="granted", revoked_at=None, until__gte=self.at.today()))
        if not granted:
            return
        request = granted[number % len(granted)]
        case, person = request.case.external_id, self.at.names("user")[request.by_id]
        facts = self.at.oracle.cases[case]
        for editor in PEOPLE:
            if facts.owner in self.at.oracle.organizations_of(editor, editing=True):
                actions.revoke(request, by=self.at.reader(editor))
                for kind in request.kinds:
                    facts.grants[kind].pop(f"user:{person}", None)
                return

    @deed(case=CASES, person=PERSONS, days=st.sampled_from([-1, 0, 1, 3]))
    def delegate(self, case: str, person: str, days: int) -> None:
        self.at.delegate(case, person, self.day(days))

    @deed(number=st.integers(0, 9))
    def end_delegation(self, number: int) -> None:
        standing = [one for one in self.at.oracle.delegations if not one.ended and self.at.oracle.holds(one.until)]
        if not standing:
            return
        ended = standing[number % len(standing)]
        if not self.at.oracle.signed_in(ended.person):
            return
        row = Delegation.objects.get(case__external_id=ended.case, user__name=ended.person, ended_at=None)
        actions.end_delegation(row, by=self.at.reader(ended.person))
        ended.ended = True

    # --- What hangs on cases ----------------------------------------------------------------------

    @deed(by=PERSONS, case=CASES, kind=st.sampled_from(["", *KINDS]), key=KEYS)
    def note(self, by: str, case: str, kind: str, key: str) -> None:
        if key.startswith(("network", "lab", "org")) and self.room_for(self.at.oracle.notes, case):
            self.at.note(by, case, kind, key)

    @deed(by=PERSONS, case=CASES, kind=st.sampled_from(["", *KINDS]))
    def ask(self, by: str, case: str, kind: str) -> None:
        if self.room_for(self.at.oracle.questions, case):
            self.at.ask(by, case, kind)

    @deed(number=st.integers(0, 9))
    def open_question(self, number: int) -> None:
        if self.at.oracle.questions:
            self.at.open_question(number % len(self.at.oracle.questions))

    @deed(case=CASES, kind=KIND, live=st.sampled_from([True, True, False]))
    def attach(self, case: str, kind: str, live: bool) -> None:
        if self.room_for(self.at.oracle.files, case):
            self.at.attach(case, kind, live=live)

    @deed(person=PERSONS, case=CASES, inside=ON)
    def mark(self, person: str, case: str, inside: bool) -> None:
        self.at.bookmark(person, case)
        if len(self.at.oracle.notices) < 10:
            self.at.tell(person, case, inside=inside)

    def room_for(self, rows: list[Any], case: str) -> bool:
        return sum(one.case == case for one in rows) < MOST

    # --- Time and open pages ----------------------------------------------------------------------

    @deed(hours=st.sampled_from([8, 14, 24, 72]))
    def wait(self, hours: int) -> None:
        before = self.at.today()
        self.at.move_clock(timedelta(hours=hours))
        if before != self.at.today():
            catch_up()

    @deed(person=st.sampled_from(READERS), case=CASES)
    def open_page(self, person: str, case: str) -> None:
        """A page that stays open from now on, where it opens at all."""
        page = OpenPage(self.at, person, case)
        assert page.is_open == (case in self.at.oracle.visible(person)), f"socket of {case} for {person}"
        if page.is_open and len(self.pages) < 4:
            self.pages.append(page)

    # --- After every step -------------------------------------------------------------------------

    @invariant()
    def everybody_sees_exactly_what_is_theirs(self) -> None:
        kind = type(self)
        self.at.learn_who_was_told()
        with self.at.at_this_moment():
            for reader, check, turn in self.asked_now():
                check(self.at, reader, turn)
                kind.asked[check.__name__, reader] += 1
            self.look_at_an_open_page()
        kind.seen += self.at.oracle.census()
        self.turn += 1
        kind.steps += 1

    def look_at_an_open_page(self) -> None:
        """One after the other, as they do by themselves; one that was closed is no more looked at."""
        if self.pages:
            page = self.pages.pop(0)
            if page.look():
                self.pages.append(page)

    def asked_now(self) -> Iterator[tuple[str, Check, int]]:
        """Who is asked what after this step: every reader for the sections, two in turn something light over HTTP, one
        something heavy."""
        rounds, third = divmod(self.turn, len(READERS) // 2)
        for place, reader in enumerate(READERS):
            yield from ((reader, check, self.turn + place) for check in self.everybody)
            if self.light and place // 2 == third:
                yield reader, self.light[(rounds + place) % len(self.light)], rounds
        rounds, place = divmod(self.turn, len(READERS))
        if self.heavy:
            yield READERS[place], self.heavy[(rounds + place * 3) % len(self.heavy)], rounds // len(self.heavy)


def readers_who_saw_nothing(machine: type[Hidden]) -> Iterator[str]:
    yield from (reader for reader in READERS if not machine.seen[reader])
