"""The history of a record in words: what a path is called, and what its values say."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.access import Reader
from network.codes import CREDENTIALS, INDUSTRIES, KINDS, LEVELS, PREFECTURES, CodeList
from network.history.labels import LABELS, PARTS, ROW_LABELS
from network.models import Capability, Municipality, Organization
from network.vocabulary import (
    CapacityStatus,
    PartnershipState,
    Role,
    Stance,
    TieKind,
    TieVisibility,
    WeaknessAudience,
)


@dataclass(frozen=True)
class Names:
    """What codes and ids in a history are called, as far as the reader may know."""

    capabilities: Mapping[str, str] = field(default_factory=dict)
    municipalities: Mapping[str, str] = field(default_factory=dict)
    organizations: Mapping[int, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    """Organizations by external id."""
    subject: int = 0
    """The organization whose history it is: of a pair, the other one is named."""


def names_for(reader: Reader, organization: Organization, values: Iterable[Mapping[str, Any]]) -> Names:
    """The names that these mappings of paths to values (or to pairs of values) need; five queries, however many."""
    municipalities: set[str] = set()
    organizations: set[int] = set()
    partners: set[str] = set()
    for mapping in values:
        for path, value in mapping.items():
            if path.startswith("vouched."):
                partners.add(path.split(".", 2)[-1])
            for part in _dicts(value):
                municipalities.update(_codes(part.get("municipality")), _codes(part.get("municipalities")))
                organizations.update(pk for pk in part.get("with") or () if isinstance(pk, int))
    seen = Organization.objects.visible_to(reader)
    return Names(
        capabilities={capability.code: capability.name for capability in Capability.objects.all()},
        municipalities={pk: str(place) for pk, place in Municipality.objects.in_bulk(sorted(municipalities)).items()},
        organizations=dict(seen.filter(pk__in=organizations).values_list("pk", "name")),
        partners=dict(seen.filter(external_id__in=partners).values_list("external_id", "name")),
        subject=organization.pk,
    )


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    """The mapping, or those of a pair."""
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, Mapping)]


def _codes(value: Any) -> list[str]:
    return [code for code in (value if isinstance(value, list) else [value]) if isinstance(code, str)]


def path_label(path: str, capabilities: Mapping[str, str]) -> str:
    """What a path is called: a capability by its name; a path of a newer version by itself."""
    head, _dot, rest = path.partition(".")
    if head == "rating":
        return capabilities.get(rest, rest)
    if head == "vouched":
        code = rest.partition(".")[0]
        return _("%(capability)s（連携先による確認）") % {"capability": capabilities.get(code, code)}
    return str(LABELS.get(path) or ROW_LABELS.get(head) or path)


def words(path: str, value: Any, names: Names, *, only: Iterable[str] | None = None) -> str:
    """One value of a path in a reader's words; of a row, only the named parts. 「なし」 where nothing stood."""
    if value is None or value in ("", []):
        return _("なし")
    head = path.partition(".")[0]
    if head == "vouched" and isinstance(value, Mapping):
        value = {"with": names.partners.get(path.split(".", 2)[-1], _("名前を出せない機関")), **value}
    if isinstance(value, Mapping):
        return _row(head, value, names, only)
    return _plain(head, value, names)


def differing(before: Any, after: Any) -> list[str] | None:
    """The parts in which two rows differ; None where one is no row. The date alone is left out beside others."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        return None
    parts = in_order(part for part in {**before, **after} if before.get(part) != after.get(part))
    return [part for part in parts if part != "confirmed_at"] or parts


def in_order(parts: Iterable[str]) -> list[str]:
    """Parts of a row as they are told; those of a newer version last."""
    known = list(PARTS)
    return sorted(parts, key=lambda part: (known.index(part) if part in PARTS else len(known), part))


def paths_in_order(paths: Iterable[str]) -> list[str]:
    """The record's own values as labelled, then rows by their paths."""
    known = list(LABELS)
    return sorted(paths, key=lambda path: (known.index(path) if path in LABELS else len(known), path))


def _row(head: str, row: Mapping[str, Any], names: Names, only: Iterable[str] | None) -> str:
    wanted = (
        list(only)
        if only is not None
        else in_order(part for part in row if row[part] is not False and row[part] not in ("", None, []))
    )
    if only is None and head in ("place", "office") and row.get("municipality") in names.municipalities:
        wanted = [part for part in wanted if part != "prefecture"]  # the municipality's name begins with it
    told = [(part, _part(head, part, row.get(part), names)) for part in wanted]
    return _("・").join(
        text if _speaks_for_itself(part, row.get(part)) else f"{PARTS.get(part, part)}: {text}" for part, text in told
    ) or _("なし")


def _speaks_for_itself(part: str, value: Any) -> bool:
    """True where the words alone say what they are."""
    alone = part in {"level", "stance", "status", "kind", "role", "state", "prefecture", "municipality", "with", "name"}
    return alone and value not in ("", None, [])


def _part(head: str, part: str, value: Any, names: Names) -> str:
    if value is None or value in ("", []):
        return _("なし")
    maker = WORDS.get((head, part)) or WORDS.get(("", part))
    return maker(value, names) if maker else _plain(part, value, names)


def _plain(part: str, value: Any, names: Names) -> str:
    if maker := WORDS.get(("", part)):
        return maker(value, names)
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, list):
        return _("、").join(str(entry) for entry in value)
    return str(value)


def _choice(choices: Any) -> Callable[[Any, Names], str]:
    return lambda value, _names: str(dict(choices.choices).get(value, value))


def _code(codes: CodeList) -> Callable[[Any, Names], str]:
    return lambda value, _names: _("、").join(codes.name(code) if code in codes else code for code in _codes(value))


def _level(value: Any, _names: Names) -> str:
    name = LEVELS.name(str(value)) if str(value) in LEVELS else ""
    return _("レベル%(level)s（%(name)s）") % {"level": value, "name": name} if name else str(value)


def _day(value: Any, _names: Names) -> str:
    """A date, or the day of a moment in the network's time; what is neither stays as it is."""
    try:
        moment, day = parse_datetime(str(value)), parse_date(str(value))
    except ValueError:
        return str(value)
    found = day or (localtime(moment).date() if moment and moment.tzinfo else None)
    return date_format(found, "DATE_FORMAT") if found else str(value)


def _place(value: Any, names: Names) -> str:
    return _("、").join(names.municipalities.get(code, code) for code in _codes(value))


def _other(value: Any, names: Names) -> str:
    """The other organization of a pair."""
    if isinstance(value, str):
        return value
    others = [pk for pk in value if pk != names.subject] or value
    return _("、").join(names.organizations.get(pk, _("名前を出せない機関")) for pk in others)


def _slots(value: Any, _names: Names) -> str:
    return ngettext("%(n)s件", "%(n)s件", value) % {"n": value}


WORDS: dict[tuple[str, str], Callable[[Any, Names], str]] = {
    ("", "level"): _level,
    ("", "stance"): _choice(Stance),
    ("", "status"): _choice(CapacityStatus),
    ("", "state"): _choice(PartnershipState),
    ("", "role"): _choice(Role),
    ("", "visibility"): _choice(TieVisibility),
    ("", "weakness_audience"): _choice(WeaknessAudience),
    ("tie", "kind"): _choice(TieKind),
    ("", "kind"): _code(KINDS),
    ("", "industries"): _code(INDUSTRIES),
    ("", "credentials"): _code(CREDENTIALS),
    ("", "prefecture"): _code(PREFECTURES),
    ("", "prefectures"): _code(PREFECTURES),
    ("", "municipality"): _place,
    ("", "municipalities"): _place,
    ("", "with"): _other,
    ("", "slots"): _slots,
    **{("", part): _day for part in ("confirmed_at", "until", "since", "agreed_on", "on")},
}
"""How a part is said: by its row's kind and its name, or by its name alone."""
