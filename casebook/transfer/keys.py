"""Keys as files write them (`org:EXTERNAL_ID`, `lab:NAME`, `user:EMAIL`, `team:CASE_ID`) and as grants store them
(`org:12`).

`team:CASE_ID` are the owner and everybody who took part in that case. Only a case with a team has one; a line may name
its own case, which then gets one.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from network.access import NETWORK, PUBLIC, STEWARD
from network.transfer.known import Known
from network.transfer.shapes import TEXT, expect, nearest, refuse, shown

FORMS = "public / network / steward / org:機関のid / lab:ラボの名前 / user:メールアドレス / team:事例のid"
PLAIN = frozenset({PUBLIC, NETWORK, STEWARD})
TO_COME = "team:?"
"""Begins the key of a team that is still to be made; what follows is the id of its case. No id has a ?."""


class KeyNames:
    """Translates keys both ways."""

    def __init__(self, known: Known, teams: Mapping[str, int]) -> None:
        """`teams`: the teams of cases, by the case's external id."""
        self._pks = {"org": known.organizations, "lab": known.labs, "user": known.users, "team": dict(teams)}
        self._names: dict[str, dict[int, str]] = {}

    def stored(self, value: Any) -> str:
        """The key as a grant stores it; a check for files, so it raises Refusal."""
        expect(value, str, TEXT)
        if value in PLAIN:
            return str(value)
        kind, colon, name = value.partition(":")
        if not colon or kind not in self._pks:
            said = _("鍵「%(key)s」は使えません。%(form)s のどれかを書いてください。")
            raise refuse(said % {"key": shown(value), "form": FORMS})
        pks = self._pks[kind]
        pk = pks.get(name.lower() if kind == "user" else name)
        if pk is None and kind == "team":
            return f"{TO_COME}{name}"
        if pk is None:
            raise refuse(self.nobody(value) + nearest(name, pks))
        return f"{kind}:{pk}"

    @staticmethod
    def nobody(key: str) -> str:
        """What is said of a key whose counterpart is not there."""
        return _("鍵「%(key)s」の相手が登録されていません。") % {"key": shown(key)}

    def written(self, key: str) -> str | None:
        """The key as a file writes it; None when whom it names is gone."""
        if key in PLAIN:
            return key
        kind, _colon, pk = key.partition(":")
        if kind not in self._names:
            self._names[kind] = {number: name for name, number in self._pks.get(kind, {}).items()}
        name = self._names[kind].get(int(pk)) if pk.isdigit() else None
        return f"{kind}:{name}" if name is not None else None
