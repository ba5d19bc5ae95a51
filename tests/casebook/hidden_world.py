"""A small world twice: as rows of the database, and as the oracle knows it; both change together."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.test import Client

from casebook.models import (
    Attachment,
    Bookmark,
    Case,
    Consent,
    Delegation,
    Grant,
    Insight,
    Measure,
    Participant,
    Question,
    Section,
    life,
    sections,
)
from casebook.signals import case_changed
from network import access
from network.access import Reader
from network.models import Capability, Lab, LabFacilitator, Membership, Notice, Organization, Team, TeamMember, User
from tests.casebook import oracle as known
from tests.casebook.oracle import KINDS, NOBODY, Oracle, word

BEGIN = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
"""Noon in Tokyo."""
TOKYO = timedelta(hours=9)
OWNERS = {"a": "one", "b": "one", "c": "two", "d": "three"}
ROLES = {"member": {"one": "editor"}, "other": {"two": "member"}}
PEOPLE = ("member", "other", "facilitator", "steward", "outsider")
READERS = (NOBODY, *PEOPLE)
LABS = {"near": "静岡県", "far": "大阪市"}
JOINED = {"one": {"near"}, "two": {"near"}, "three": {"far"}}
FIRST = {
    "a/summary": "public", "a/result": "lab:near", "a/team": "org:two", "a/identity": "user:outsider",
    "b/summary": "network", "b/result": "network", "b/team": "network", "c/summary": "public", "c/team": "steward",
    "d/result": "team:team", "d/team": "lab:far",
}  # fmt: skip
"""What sections accept in the beginning."""
INSIDE = {"request", "taken_down", "reinstated", "withdrawn", "lapses"}
"""What is told to the owner's members alone."""
NAMELESS = {"recall"}
"""Told to who took a case out, who may not see it any more: without its title."""
COMMON = "在庫管理"
TEXT = "棚卸しを月に一度へ改めた。"


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


class World:
    """`rows` has every object by kind and name; what is done here is done to the oracle too."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.rows: dict[str, dict[str, Any]] = {kind: {} for kind in ("org", "lab", "team", "user", "case", "section")}
        self.oracle = Oracle(
            today=self.today(),
            people={name: known.Person(steward=name == "steward", roles=dict(ROLES.get(name, {}))) for name in PEOPLE},
            organizations={name: known.Organization(labs=set(labs)) for name, labs in JOINED.items()},
            teams={"team": {"one", "three"}},
            cases={name: known.CaseFacts(owner, took_part={"two"} - {owner}) for name, owner in OWNERS.items()},
        )
        self.oracle.people["facilitator"].serves.add("near")
        self._network()
        self.stored = default_storage.save("casebook/hidden", ContentFile(b"a file"))
        for name in OWNERS:
            self._case(name)
        for place, key in FIRST.items():
            self.grant(*place.split("/"), {key: None})
        self.clients = {name: self._client(name) for name in READERS}
        self.number = 0
        self.people: dict[str, User] = {}

    # --- Building ---------------------------------------------------------------------------------

    def _network(self) -> None:
        self.rows["lab"] = {name: Lab.objects.get(name=called) for name, called in LABS.items()}
        for name, labs in JOINED.items():
            made = Organization.objects.create(
                external_id=name, name=f"架空 {name}", kind="shinkin_bank", prefecture="22"
            )
            made.labs.set([self.rows["lab"][lab] for lab in labs])
            self.rows["org"][name] = made
        team = Team.objects.create(name="支援")
        self.rows["team"]["team"] = team
        for name in ("one", "three"):
            TeamMember.objects.create(team=team, organization=self.rows["org"][name])
        for name in PEOPLE:
            person = User.objects.create(email=f"{name}@example.jp", name=name, is_steward=name == "steward")
            # Whoever becomes a steward has a second factor already.
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
            self.rows["user"][name] = person
            for organization, role in ROLES.get(name, {}).items():
                Membership.objects.create(user=person, organization=self.rows["org"][organization], role=role)
        LabFacilitator.objects.create(user=self.rows["user"]["facilitator"], lab=self.rows["lab"]["near"])

    def _case(self, name: str) -> None:
        case = Case.objects.create(
            external_id=name,
            title=f"{COMMON} {word(name, 'title')}",
            owner=self.rows["org"][OWNERS[name]],
            industry="H",
            prefecture="22",
            year=2025,
            source_title=word(name, "source"),
            published=self.today(),
        )
        self.rows["case"][name] = case
        case.capabilities.add(Capability.objects.get(code="inventory"))
        for kind in KINDS:
            text = f"{TEXT}{word(name, kind)}"
            self.rows["section"][f"{name}/{kind}"] = Section.objects.create(case=case, kind=kind, text=text)
        Measure.objects.create(case=case, name=word(name, "measure"), unit="分", before=80, after=5)
        for partner in self.oracle.cases[name].took_part:
            Participant.objects.create(case=case, organization=self.rows["org"][partner], role=word(name, "role"))
        if not self.oracle.cases[name].took_part:
            Participant.objects.create(case=case, organization=self.rows["org"]["three"], role=word(name, "role"))
            self.oracle.cases[name].took_part.add("three")
        self.changed(name)

    def _client(self, name: str) -> Client:
        client = Client()
        if name != NOBODY:
            client.force_login(self.rows["user"][name])
        return client

    # --- Looking ----------------------------------------------------------------------------------

    def today(self) -> date:
        return (self.now + TOKYO).date()

    def clock(self) -> datetime:
        return self.now

    def reader(self, name: str) -> Reader:
        """As a request would find the person."""
        if name == NOBODY or not self.oracle.people[name].active:
            return AnonymousUser()
        if name not in self.people:
            self.people[name] = User.objects.get(pk=self.rows["user"][name].pk)
        return self.people[name]

    @contextmanager
    def at_this_moment(self) -> Iterator[None]:
        """While nothing changes, who somebody is is asked once: the many surfaces would ask it thirty times."""
        held: dict[int | None, frozenset[str]] = {}
        ask = access.keys_held_by

        def keys(person: Reader) -> frozenset[str]:
            active = person.pk if person.is_active else None
            if active not in held:
                held[active] = ask(person)
            return held[active]

        with ExitStack() as stack:
            for module in (access, sections, life):
                stack.enter_context(patch.object(module, "keys_held_by", keys))
            yield

    def key(self, key: str) -> str:
        """`org:one` as `org:12`."""
        kind, colon, name = key.partition(":")
        return f"{kind}:{self.rows[kind][name].pk}" if colon else kind

    def names(self, kind: str) -> dict[int, str]:
        return {row.pk: name for name, row in self.rows[kind].items()}

    def changed(self, case: str) -> None:
        case_changed.send(sender=Case, case=Case.objects.get(pk=self.rows["case"][case].pk))

    def new_word(self, what: str) -> str:
        self.number += 1
        return word(what, letters(self.number))

    # --- Changing ---------------------------------------------------------------------------------

    def move_clock(self, by: timedelta) -> None:
        self.now += by
        self.oracle.today = self.today()

    def grant(self, case: str, kind: str, keys: dict[str, date | None]) -> None:
        section = self.rows["section"][f"{case}/{kind}"]
        Grant.objects.filter(section=section).delete()
        Grant.objects.bulk_create(Grant(section=section, key=self.key(k), until=until) for k, until in keys.items())
        self.oracle.cases[case].grants[kind] = dict(keys)
        self.changed(case)

    def set_role(self, person: str, organization: str, role: str | None) -> None:
        user, found = self.rows["user"][person], self.rows["org"][organization]
        roles = self.oracle.people[person].roles
        if role is None:
            Membership.objects.filter(user=user, organization=found).delete()
            roles.pop(organization, None)
        else:
            Membership.objects.update_or_create(user=user, organization=found, defaults={"role": role})
            roles[organization] = role

    def set_person(self, person: str, *, active: bool | None = None, steward: bool | None = None) -> None:
        self.people.pop(person, None)
        entry, changes = self.oracle.people[person], dict[str, bool]()
        if active is not None:
            entry.active = changes["is_active"] = active
        if steward is not None:
            entry.steward = changes["is_steward"] = steward
        User.objects.filter(pk=self.rows["user"][person].pk).update(**changes)

    def serve(self, person: str, lab: str, *, on: bool) -> None:
        pair = {"user": self.rows["user"][person], "lab": self.rows["lab"][lab]}
        if on:
            LabFacilitator.objects.get_or_create(**pair)
        else:
            LabFacilitator.objects.filter(**pair).delete()
        _toggle(self.oracle.people[person].serves, lab, on=on)

    def join_lab(self, organization: str, lab: str, *, on: bool) -> None:
        labs = self.rows["org"][organization].labs
        (labs.add if on else labs.remove)(self.rows["lab"][lab])
        _toggle(self.oracle.organizations[organization].labs, lab, on=on)

    def join_team(self, organization: str, *, on: bool) -> None:
        pair = {"team": self.rows["team"]["team"], "organization": self.rows["org"][organization]}
        if on:
            TeamMember.objects.get_or_create(**pair)
        else:
            TeamMember.objects.filter(**pair).delete()
        _toggle(self.oracle.teams["team"], organization, on=on)

    def set_organization(self, organization: str, *, active: bool) -> None:
        Organization.objects.filter(pk=self.rows["org"][organization].pk).update(is_active=active)
        self.oracle.organizations[organization].active = active

    def set_case(self, case: str, **facts: Any) -> None:
        """`state`, `opens`, `owner`."""
        columns = {"state": "state", "opens": "opens_on", "owner": "owner"}
        values = {columns[name]: self.rows["org"][v] if name == "owner" else v for name, v in facts.items()}
        Case.objects.filter(pk=self.rows["case"][case].pk).update(**values)
        for name, value in facts.items():
            setattr(self.oracle.cases[case], name, value)
        self.changed(case)

    def consent(self, case: str, until: date | None, *, withdrawn: bool = False) -> None:
        """A consent that the published text rests on from now on, or one that was taken back."""
        given = {
            "withdrawn_at": self.now if withdrawn else None,
            "state": "given",
            "binding": True,
            "person": "架空 花子",
            "means": "written",
            "scope": "public",
        }
        Consent.objects.create(case=self.rows["case"][case], until=until, digest="0" * 64, naming="real", **given)
        self.oracle.cases[case].consents.append(known.Consent(until, withdrawn))
        self.changed(case)

    def let_rest_on_nothing(self, case: str) -> None:
        """As when a text is published again, with new consents to come."""
        Consent.objects.filter(case=self.rows["case"][case]).update(binding=False)
        self.oracle.cases[case].consents.clear()
        self.changed(case)

    def delegate(self, case: str, person: str, until: date) -> None:
        user = self.rows["user"][person]
        Delegation.objects.filter(case=self.rows["case"][case], user=user).update(ended_at=self.now)
        Delegation.objects.create(case=self.rows["case"][case], user=user, email=user.email, until=until)
        for one in self.oracle.delegations:
            one.ended |= one.case == case and one.person == person
        self.oracle.delegations.append(known.Delegation(case, person, until))
        self.changed(case)

    def attach(self, case: str, kind: str, *, live: bool) -> None:
        name = self.new_word("file")
        made = Attachment(case=self.rows["case"][case], section=kind, name=f"{name}.txt", live=live)
        made.content_type, made.size, made.sha256 = "text/plain", 6, hashlib.sha256(name.encode()).hexdigest()
        made.file.name = self.stored
        made.save()
        self.rows.setdefault("file", {})[name] = made
        self.oracle.files.append(known.File(name, case, kind, live))

    def note(self, by: str, case: str | None, kind: str, key: str) -> None:
        made = known.Note(self.new_word("note"), by, case, kind, key)
        row: Model | None = self.rows["case"][case] if case else None
        Insight.objects.create(
            by=self.rows["user"][by], case=row, section=kind, key=self.key(key), text=f"気づき {made.word}"
        )
        self.oracle.notes.append(made)

    def ask(self, by: str, case: str, kind: str) -> None:
        made = known.Question(self.new_word("ask"), by, case, kind)
        user, row = self.rows["user"][by], self.rows["case"][case]
        Question.objects.create(by=user, case=row, section=kind, text=f"質問 {made.word}")
        self.oracle.questions.append(made)

    def open_question(self, index: int) -> None:
        made = self.oracle.questions[index]
        Question.objects.filter(text__contains=made.word).update(state="open_to_all")
        made.open_to_all = True

    def bookmark(self, person: str, case: str) -> None:
        Bookmark.objects.get_or_create(user=self.rows["user"][person], case=self.rows["case"][case])
        self.oracle.bookmarks.add((person, case))

    def tell(self, person: str, case: str, *, inside: bool) -> None:
        """A notice that names the case to whoever may know of it."""
        what = "reinstated" if inside else "published"
        facts = {"case": self.rows["case"][case].pk, "what": what}
        self.number += 1
        Notice.objects.create(user=self.rows["user"][person], kind="case", key=f"told:{self.number}", facts=facts)

    def learn_who_was_told(self) -> None:
        """Verbs leave notices; the oracle is told to whom and of which case, and says itself who may read them."""
        people, cases = self.names("user"), self.names("case")
        rows = Notice.objects.filter(kind="case").values_list("user_id", "facts")
        self.oracle.notices = [
            known.Notice(people[user], cases[facts["case"]], facts["what"] in INSIDE)
            for user, facts in rows
            if facts["what"] not in NAMELESS
        ]


def _toggle(found: set[str], name: str, *, on: bool) -> None:
    (found.add if on else found.discard)(name)
