"""What an organization declared when it was proposed, and what of it is different today.

A profile: `levels` by capability code (-1 a weakness that the lab may know, 0 nothing), `kind`, `places` (prefectures)
and `active`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from matching import snapshot
from matching.core.arrays import Arrays
from matching.core.model import WEAKNESS
from matching.models import Need
from network.codes import KINDS, PREFECTURES
from network.models import Organization

Profile = dict[str, Any]


def profiles(ids: Collection[str], codes: Iterable[str], arrays: Arrays) -> dict[str, Profile]:
    """The profile of each of these; of one that is not active only that."""
    wanted = list(codes)
    found: dict[str, Profile] = {}
    for name in ids:
        if name not in arrays.row:
            found[name] = {"active": False}
            continue
        known = arrays.organization(arrays.row[name])
        levels = {code: int(known.levels.get(code, 0)) for code in wanted}
        found[name] = {"active": True, "levels": levels, "kind": known.kind, "places": list(known.prefectures)}
    return found


def today_of(ids: Collection[str], need: Need, codes: Iterable[str]) -> dict[str, Profile]:
    """The same, on the registry of today as the need's lab may know it."""
    known = Organization.objects.filter(external_id__in=ids).values_list("pk", flat=True)
    return profiles(ids, codes, snapshot.of(list(known), timezone.localdate()).seen_by(need.lab))


def proposed(name: str, result: Mapping[str, Any], today: Profile) -> Profile:
    """What the answer was made on, as far as it says; else what is so today."""
    levels = result.get("levels", {}).get(name)
    return {**today, "levels": levels} if levels is not None else today


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer as it was."""

    organization: str
    """External id."""
    capability: str = ""
    """Code, where a level changed."""
    before: Any = None
    after: Any = None
    field: str = "level"


def differences(name: str, then: Profile, now: Profile) -> Iterator[Difference]:
    """What changed in one profile since; nothing else is said of one that is not active any more."""
    if not now.get("active"):
        yield Difference(name, field="active", before=True, after=False)
        return
    levels = then.get("levels", {})
    for code, before in levels.items():
        after = now["levels"].get(code, 0)
        if before != after:
            yield Difference(name, code, before, after)
    for field in ("kind", "places"):
        if field in then and then[field] != now[field]:
            yield Difference(name, field=field, before=then[field], after=now[field])


def sentence(found: Difference, name: str, capabilities: dict[str, str]) -> str:
    """A difference in words, for who may know the lab's view of the registry."""
    if found.field == "active":
        return _("%(name)sは、いまは登録が無効です。") % {"name": name}
    if found.field == "level":
        said = _("%(name)sの「%(capability)s」が、%(before)sから%(after)sに変わりました。")
        capability = capabilities.get(found.capability, found.capability)
        return said % {
            "name": name,
            "capability": capability,
            "before": _level(found.before),
            "after": _level(found.after),
        }
    said = _("%(name)sの%(field)sが、%(before)sから%(after)sに変わりました。")
    label, words = (_("種類"), KINDS.name) if found.field == "kind" else (_("所在地"), _places)
    return said % {"name": name, "field": label, "before": words(found.before), "after": words(found.after)}


def _places(codes: list[str]) -> str:
    return _("・").join(PREFECTURES.name(code) for code in codes)


def _level(level: int) -> str:
    if level == WEAKNESS:
        return _("弱み")
    return _("レベル%(n)d") % {"n": level} if level else _("申告なし")
