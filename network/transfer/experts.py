"""Experts of organizations in a file, with what they agreed to: an export is the operator's complete backup."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from network.actions.experts import REMOVED, forget
from network.believing.evidence import refresh_credentials
from network.codes import CREDENTIALS
from network.history.record import Difference, difference, expert_value
from network.models import Expert, ExpertCredential, Organization, User
from network.transfer.shapes import Check, Shape, distinct, list_of, nullable, text
from network.transfer.values import code_of, day

Held = tuple[str, date | None, date | None]
ACCOUNTS = {"account": "user_id", "agreement_recorded_by": "agreement_recorded_by_id"}


class ExpertLine(NamedTuple):
    """One person as a file tells of them; accounts by e-mail address."""

    name: str
    kana: str = ""
    title: str = ""
    about: str = ""
    account: str | None = None
    credentials: tuple[Held, ...] = ()
    agreed_on: date | None = None
    agreement_note: str = ""
    agreement_recorded_by: str | None = None


def experts_shape(account: Check) -> Check:
    """A list of people; `account` checks an e-mail address of the file or the database."""
    credential = Shape(
        required={"credential": code_of(CREDENTIALS, called=_("資格"))},
        optional={"since": nullable(day), "until": nullable(day)},
    )
    person = Shape(
        required={"name": text(80)},
        optional={
            "kana": text(120, blank=True),
            "title": text(120, blank=True),
            "about": text(400, blank=True, multiline=True),
            "account": nullable(account),
            "credentials": distinct(credential, by=lambda held: held["credential"], field="credential"),
            "agreed_on": nullable(day),
            "agreement_note": text(200, blank=True),
            "agreement_recorded_by": nullable(account),
        },
        make=_person,
    )
    return list_of(person, unique=False)


def _person(fields: dict[str, Any]) -> ExpertLine:
    held = [(row["credential"], row.get("since"), row.get("until")) for row in fields.pop("credentials", [])]
    return ExpertLine(**fields, credentials=tuple(sorted(held, key=lambda row: row[0])))


class Experts:
    """Per batch: `load` what there is, `replace` by what there shall be, `flush`; at the end `link` the accounts.

    People have no number of their own in files: who is told of unchanged is the same, then who has the same account,
    then who has the same name.
    """

    def __init__(self, users: Mapping[str, int]) -> None:
        self.users = users
        """Primary keys by e-mail address; grows while the file is written."""
        self._present: dict[int, list[Expert]] = {}
        self._wanted: list[tuple[Organization, list[ExpertLine]]] = []
        self._unlinked: list[tuple[int, dict[str, str]]] = []

    def load(self, owners: Collection[int]) -> None:
        self._present = {owner: [] for owner in owners}
        rows = Expert.objects.filter(organization__in=owners).select_related("user", "agreement_recorded_by")
        for expert in rows.prefetch_related("credentials").order_by("name", "kana", "pk"):
            self._present[expert.organization_id].append(expert)

    def of(self, owner: Organization) -> list[dict[str, object]]:
        """The loaded experts of an organization as they stand in a line."""
        return [_exported(line) for line in sorted(map(_said, self._present.get(owner.pk, [])), key=str)]

    def replace(self, owner: Organization, lines: list[ExpertLine]) -> bool:
        """Notes what has to change, and says whether anything has to. A new owner is saved before `flush`."""
        if sorted(map(_said, self._present.get(owner.pk, [])), key=str) == sorted(lines, key=str):
            return False
        self._wanted.append((owner, lines))
        return True

    def flush(self) -> dict[int, Difference]:
        """Writes what `replace` noted; returns what differs now, by organization and path of the history."""
        before = {owner.pk: _snapshot(self._present.get(owner.pk, [])) for owner, _lines in self._wanted}
        owners = {owner.pk: owner for owner, _lines in self._wanted}
        for owner, lines in self._wanted:
            self._write(owner, lines)
        self._wanted = []
        self.load(before)
        changes = {pk: self._differs(owners[pk], said) for pk, said in before.items()}
        for owner in owners.values():
            refresh_credentials(owner)
        return changes

    def link(self) -> None:
        """Give the people their accounts that were written later in the file."""
        for pk, accounts in self._unlinked:
            Expert.objects.filter(pk=pk).update(
                **{ACCOUNTS[name]: self.users[email] for name, email in accounts.items()}
            )
        self._unlinked = []

    def _differs(self, owner: Organization, before: dict[str, Any]) -> Difference:
        """What differs; of who is gone no more than that somebody was there."""
        after = _snapshot(self._present[owner.pk])
        gone = before.keys() - after.keys()
        forget(owner, [int(path.removeprefix("expert.")) for path in gone])
        return difference({path: REMOVED if path in gone else value for path, value in before.items()}, after)

    def _write(self, owner: Organization, lines: list[ExpertLine]) -> None:
        left = list(self._present.get(owner.pk, []))
        different = [line for line in lines if _take(left, line, _said) is None]
        by_account = [(line, _take(left, line.account, _account) if line.account else None) for line in different]
        found = [(line, expert or _take(left, line.name, str)) for line, expert in by_account]
        Expert.objects.filter(pk__in=[expert.pk for expert in left]).delete()
        for line, expert in found:
            self._save(owner, line, expert)

    def _save(self, owner: Organization, line: ExpertLine, expert: Expert | None) -> None:
        accounts = {name: email for name in ACCOUNTS if (email := getattr(line, name))}
        columns: dict[str, Any] = {name: getattr(line, name) for name in ("name", "kana", "title", "about")}
        columns |= {"agreed_on": line.agreed_on, "agreement_note": line.agreement_note}
        columns |= {column: self.users.get(accounts.get(name, "")) for name, column in ACCOUNTS.items()}
        if expert is None:
            expert = Expert.objects.create(organization_id=owner.pk, **columns)
        else:
            Expert.objects.filter(pk=expert.pk).update(**columns, version=expert.version + 1)
        if later := {name: email for name, email in accounts.items() if email not in self.users}:
            self._unlinked.append((expert.pk, later))
        ExpertCredential.objects.filter(expert=expert).delete()
        rows = [ExpertCredential(expert=expert, credential=c, since=s, until=u) for c, s, u in line.credentials]
        ExpertCredential.objects.bulk_create(rows)


def _take(left: list[Expert], wanted: object, told: Callable[[Expert], object]) -> Expert | None:
    """The first of those left of whom is told what is wanted, taken out."""
    expert = next((expert for expert in left if told(expert) == wanted), None)
    if expert is not None:
        left.remove(expert)
    return expert


def _email(user: User | None) -> str | None:
    return user.email.lower() if user else None


def _account(expert: Expert) -> str | None:
    return _email(expert.user)


def _said(expert: Expert) -> ExpertLine:
    held = [(row.credential, row.since, row.until) for row in expert.credentials.all()]
    return ExpertLine(
        name=expert.name,
        kana=expert.kana,
        title=expert.title,
        about=expert.about,
        account=_account(expert),
        credentials=tuple(sorted(held, key=lambda row: row[0])),
        agreed_on=expert.agreed_on,
        agreement_note=expert.agreement_note,
        agreement_recorded_by=_email(expert.agreement_recorded_by),
    )


def _snapshot(experts: Collection[Expert]) -> dict[str, Any]:
    return {f"expert.{expert.pk}": expert_value(expert) for expert in experts}


def _exported(line: ExpertLine) -> dict[str, object]:
    def iso(found: date | None) -> str | None:
        return found.isoformat() if found else None

    held = [{"credential": code, "since": iso(since), "until": iso(until)} for code, since, until in line.credentials]
    return line._asdict() | {"credentials": held, "agreed_on": iso(line.agreed_on)}
