"""Who somebody is for an owner's log, and what let that person in."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.models import AccessRequest, Case, Delegation, Section
from network.access import STEWARD, Reader, keys_held_by, lab_ids_facilitated_by
from network.models import Lab, Organization, Team, User


class Reasons:
    """One reader before some cases, asked once for all of them.

    `name` and `belongs_to` are as they are today; `reader_id` is None for the operator's commands."""

    def __init__(self, reader: Reader | None, cases: Sequence[Case]) -> None:
        person = reader if isinstance(reader, User) else None
        self.reader_id = person.pk if person else None
        self.keys = keys_held_by(person) if person else frozenset[str]()
        self._names = {
            "org": _names(Organization.objects.all(), self._ids("org")),
            "lab": _names(Lab.objects.all(), self._ids("lab")),
            "team": _names(Team.objects.all(), self._ids("team")),
        }
        self._purposes, self._writes = _asked(person, cases) if person else ({}, frozenset[int]())
        self.name = person.called if person else _("運用コマンド") if reader is None else _("サインインしていない方")
        self.belongs_to = "、".join(self._places(person)) if person else ""

    def is_inside(self, case: Case) -> bool:
        """Whether the reader is a member of the owning organization."""
        return f"org:{case.owner_id}" in self.keys

    def of(self, case: Case, sections: Sequence[Section]) -> str:
        """In words, every way by which the reader may read one of the sections; empty for the operator."""
        if self.reader_id is None:
            return ""
        if self.is_inside(case):
            return _("自機関の事例")
        today = timezone.localdate()
        found = dict.fromkeys(
            said
            for section in sections
            for grant in sorted(section.grants.all(), key=lambda grant: grant.key)
            if grant.key in self.keys and grant.holds_on(today)
            for said in self._said(grant.key, case, section)
        )
        if case.pk in self._writes:
            found[_("執筆の依頼")] = None
        return "、".join(found)

    def _said(self, key: str, case: Case, section: Section) -> Iterable[str]:
        kind, _colon, pk = key.partition(":")
        if kind == "user":
            return self._purposes.get((case.pk, section.kind)) or [_("本人への公開")]
        if kind in self._names:
            name = self._names[kind].get(int(pk), pk)
            said = {"org": _("機関「%(name)s」への公開"), "lab": _("ラボ「%(name)s」への公開")}
            return [said.get(kind, _("支援チーム「%(name)s」への公開")) % {"name": name}]
        return [_("運営者への公開")] if key == STEWARD else []

    def _places(self, person: User) -> list[str]:
        labs = self._names["lab"]
        facilitated = [labs[pk] for pk in lab_ids_facilitated_by(person) if pk in labs]
        return [*sorted(self._names["org"].values()), *sorted(facilitated)]

    def _ids(self, kind: str) -> list[int]:
        return [int(key.partition(":")[2]) for key in self.keys if key.startswith(f"{kind}:")]


def _names(rows: "QuerySet[Any]", pks: Collection[int]) -> dict[int, str]:
    return dict(rows.filter(pk__in=pks).values_list("pk", "name")) if pks else {}


def _asked(person: User, cases: Sequence[Case]) -> tuple[dict[tuple[int, str], list[str]], frozenset[int]]:
    """What the person's granted requests were for, by case and section; and the cases that the person writes."""
    pks = [case.pk for case in cases]
    granted = AccessRequest.objects.in_force().filter(by=person, case__in=pks)
    purposes: dict[tuple[int, str], list[str]] = {}
    for case, kinds, purpose in granted.values_list("case", "kinds", "purpose"):
        for kind in kinds:
            purposes.setdefault((case, kind), []).append(_("申請「%(purpose)s」") % {"purpose": purpose})
    writes = Delegation.objects.in_force_for(person).filter(case__in=pks)
    return purposes, frozenset(writes.values_list("case", flat=True))
