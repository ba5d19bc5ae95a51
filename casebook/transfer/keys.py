"""Keys as files write them (`org:EXTERNAL_ID`, `lab:NAME`, `user:EMAIL`) and as grants store them (`org:12`)."""

from typing import Any

from django.utils.translation import gettext as _

from network.access import NETWORK, PUBLIC, STEWARD
from network.transfer.known import Known
from network.transfer.shapes import TEXT, expect, nearest, refuse, shown

FORMS = "public / network / steward / org:機関のid / lab:ラボの名前 / user:メールアドレス"
PLAIN = frozenset({PUBLIC, NETWORK, STEWARD})


class KeyNames:
    """Translates keys both ways."""

    def __init__(self, known: Known) -> None:
        self._pks = {"org": known.organizations, "lab": known.labs, "user": known.users}
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
        if pk is None:
            raise refuse(_("鍵「%(key)s」の相手が登録されていません。") % {"key": shown(value)} + nearest(name, pks))
        return f"{kind}:{pk}"

    def written(self, key: str) -> str | None:
        """The key as a file writes it; None when whom it names is gone."""
        if key in PLAIN:
            return key
        kind, _colon, pk = key.partition(":")
        if kind not in self._names:
            self._names[kind] = {number: name for name, number in self._pks.get(kind, {}).items()}
        name = self._names[kind].get(int(pk)) if pk.isdigit() else None
        return f"{kind}:{name}" if name is not None else None
