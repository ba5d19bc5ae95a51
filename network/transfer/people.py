"""Writes people: accounts, memberships, the labs they facilitate for. Passwords never travel in files."""

from django.contrib.auth.hashers import make_password

from network.history.record import Difference
from network.models import LabFacilitator, Membership, User
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.ledger import Ledger
from network.transfer.reading import Line
from network.transfer.writing import Children, batched, save_all, set_fields
from network.vocabulary import Role

Places = dict[int, dict[str, str]]

COLUMNS = {"name": "name", "steward": "is_steward", "active": "is_active"}


def memberships() -> Children:
    return Children(Membership, owner="user_id", key=("organization_id",), values=("role",))


def facilitated_labs() -> Children:
    return Children(LabFacilitator, owner="user_id", key=("lab_id",))


def write_people(lines: list[Line], known: Known, ledger: Ledger) -> Tally:
    """Creates or updates people by e-mail address. New ones cannot sign in until a password is set."""
    tally, members, labs = Tally(), memberships(), facilitated_labs()
    for batch in batched(lines):
        pks = [known.users[line.fields["email"]] for line in batch if line.fields["email"] in known.users]
        present = {user.email.lower(): user for user in User.objects.filter(pk__in=pks)}
        members.load(pks)
        labs.load(pks)
        created: list[User] = []
        changed: list[User] = []
        told: list[tuple[User, Places]] = []
        for line in batch:
            old = present.get(line.fields["email"])
            record = old or User(email=line.fields["email"], password=make_password(None))
            before = _places(old, members)
            columns = {column: line.fields[name] for name, column in COLUMNS.items() if name in line.fields}
            differs = bool(set_fields(record, columns)) | _replace_sets(line, record, known, members, labs)
            tally.count(created=old is None, changed=differs)
            if old is None or differs:
                (created if old is None else changed).append(record)
                told.append((record, before))
        save_all(User, created=created, changed=changed, fields=set(COLUMNS.values()))
        members.flush()
        labs.flush()
        known.users |= {record.email: record.pk for record in created}
        members.load([record.pk for record, _before in told])
        ledger.note(_moves(told, members))
    return tally


def _places(person: User | None, members: Children) -> Places:
    """What organizations' records say of the person, by organization."""
    held = members.of(person).items() if person else ()
    return {organization: {"name": str(person), "role": role} for (organization,), (role,) in held}


def _moves(told: list[tuple[User, Places]], members: Children) -> dict[int, Difference]:
    """What the records of organizations say of these people now, and said before."""
    changes: dict[int, Difference] = {}
    for person, before in told:
        after = _places(person, members)
        for organization in before.keys() | after.keys():
            pair = [before.get(organization), after.get(organization)]
            if pair[0] != pair[1]:
                changes.setdefault(organization, {})[f"member.{person.pk}"] = pair
    return changes


def _replace_sets(line: Line, record: User, known: Known, members: Children, labs: Children) -> bool:
    differs = False
    if "memberships" in line.fields:
        roles = {
            (known.organizations[entry["organization"]],): (entry.get("role", Role.MEMBER.value),)
            for entry in line.fields["memberships"]
        }
        differs |= members.replace(record, roles)
    if "labs" in line.fields:
        differs |= labs.replace(record, {(known.labs[name],): () for name in line.fields["labs"]})
    return differs
