"""The lines of a network file: one shape per `type`.

What a line leaves out keeps its value, or takes its default where the record is new; sets
(ratings, industries, labs, service area, memberships) are given whole.
"""

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from network.codes import KINDS, PHASES, PREFECTURES
from network.transfer.experts import experts_shape
from network.transfer.known import Known
from network.transfer.offices import offices_shape
from network.transfer.shapes import (
    Check,
    Refusal,
    Shape,
    choice_of,
    distinct,
    flag,
    list_of,
    nullable,
    number,
    one_of,
    refuse,
    text,
    whole,
)
from network.transfer.values import (
    code_of,
    corporate_number,
    day,
    email,
    email_or_nothing,
    identifier,
    industry,
    moment,
    municipality_of,
    one_place,
    web_address,
)
from network.vocabulary import MAX_LEVEL, CapacityStatus, Role, Stance, TieKind, TieVisibility, WeaknessAudience

TYPES = ("capability", "lab", "organization", "collaboration", "tie", "person")
"""In the order in which they are written: each may refer to those before it."""

IDENTIFIED_BY = {"organization": "id", "capability": "code", "lab": "name", "person": "email"}
"""The field by which a file's lines of a type are told apart."""


class RatingLine(NamedTuple):
    """One rating as a file states it; a million of them must fit in memory."""

    capability: str
    level: int
    stance: str
    note: str
    confirmed_at: datetime | None
    states_confirmation: bool
    evidence: str = ""
    confidence: float | None = None
    """None: computed from evidence and age."""
    states_confidence: bool = False


class References:
    """Checks for what lines may refer to: what the database knows and what the file itself declares."""

    def __init__(self, known: Known, declared: Mapping[str, set[str]]) -> None:
        def named(type_: str, stored: Iterable[str], called: str) -> Check:
            return one_of({*stored, *declared.get(type_, ())}, called=called)

        self.capability = named("capability", known.capabilities, _("支援領域"))
        self.lab = named("lab", known.labs, _("ラボ"))
        self.organization = not_merged(known.merged, named("organization", known.organizations, _("機関")))
        self.prefecture = code_of(PREFECTURES, called=_("都道府県コード"))
        self.municipality = municipality_of(known.municipalities)
        self.prefecture_of = known.municipalities
        people = {*known.users, *(address.lower() for address in declared.get("person", ()))}
        known_account = one_of(people, called=_("利用者"))
        self.account: Check = lambda value: known_account(email(value))

    def area(self, value: Any) -> str:
        """A whole prefecture by its two digits, or one municipality."""
        return str(value) if isinstance(value, str) and value in PREFECTURES else self.municipality(value)


def not_merged(merged: Mapping[str, str], check: Check) -> Check:
    """The check, and no id of a record that went into another one."""

    def checked(value: Any) -> Any:
        found = check(value)
        if found in merged:
            raise refuse(merged_into(merged[found]))
        return found

    return checked


def merged_into(kept: str) -> str:
    return _("この機関は「%(id)s」に統合されています。id に %(id)s と書いてください。") % {"id": kept}


def shapes(references: References) -> dict[str, Shape]:
    """A shape per line type."""
    return {
        "capability": capability_shape(),
        "lab": lab_shape(references),
        "organization": organization_shape(references),
        "collaboration": collaboration_shape(references),
        "tie": tie_shape(references),
        "person": person_shape(references),
    }


TYPE: dict[str, Check] = {"type": one_of(TYPES)}
SHARE = nullable(number(0, 1))


def capability_shape() -> Shape:
    return Shape(
        required={**TYPE, "code": identifier, "name_ja": text(80)},
        optional={
            "name_en": text(80, blank=True),
            "definition": text(300, blank=True),
            "definition_en": text(300, blank=True),
            "phases": list_of(code_of(PHASES, called=_("局面"))),
            "synonyms": list_of(text(80)),
        },
    )


def lab_shape(references: References) -> Shape:
    return Shape(
        required={**TYPE, "name": text(40)},
        optional={
            "prefecture": references.prefecture,
            "bureau": text(20, blank=True),
            "round": nullable(whole(1, 99)),
            "selected_on": text(7, blank=True),
            "areas": list_of(references.area, at_least=1),
        },
    )


def organization_shape(references: References) -> Shape:
    return Shape(
        required={**TYPE, "id": identifier},
        optional={
            "name": text(120),
            "kana": text(200, blank=True),
            "kind": code_of(KINDS, called=_("種類")),
            "corporate_number": nullable(corporate_number),
            "prefecture": references.prefecture,
            "municipality": nullable(references.municipality),
            "about": text(2000, blank=True, multiline=True),
            "service_area": _service_area(references),
            "industries": list_of(industry, unique=False),
            "capacity": _capacity(),
            "labs": list_of(references.lab),
            "lead_suitability": SHARE,
            "max_requirements": nullable(whole(1, 100)),
            "availability": SHARE,
            "exposure": SHARE,
            "ratings": _ratings(references.capability),
            "website": web_address,
            "contact_email": email_or_nothing,
            "contact_phone": text(20, blank=True),
            "weakness_audience": choice_of(WeaknessAudience, called=_("弱みの公開範囲")),
            "offices": offices_shape(
                references.prefecture, references.municipality, references.prefecture_of, _service_area(references)
            ),
            "experts": experts_shape(references.account),
            "ties_declared": nullable(flag),
            "active": flag,
        },
        make=one_place(references.prefecture_of),
    )


def collaboration_shape(references: References) -> Shape:
    return Shape(
        required={**TYPE, "between": _between(references.organization)},
        optional={"engagements": whole(0, 1_000_000), "last": nullable(day), "strength": SHARE},
    )


def tie_shape(references: References) -> Shape:
    return Shape(
        required={
            **TYPE,
            "between": _between(references.organization),
            "kind": choice_of(TieKind, called=_("利害関係の種類")),
        },
        optional={
            "since": nullable(day),
            "until": nullable(day),
            "note": text(400, blank=True, multiline=True),
            "visibility": choice_of(TieVisibility, called=_("公開範囲")),
        },
        make=_since_before_until,
    )


def person_shape(references: References) -> Shape:
    membership = Shape(
        required={"organization": references.organization},
        optional={"role": choice_of(Role, called=_("役割"))},
    )
    return Shape(
        required={**TYPE, "email": email},
        optional={
            "name": text(80, blank=True),
            "memberships": distinct(membership, by=lambda entry: str(entry["organization"]), field="organization"),
            "labs": list_of(references.lab),
            "steward": flag,
            "active": flag,
        },
    )


def _service_area(references: References) -> Shape:
    return Shape(
        optional={
            "prefectures": list_of(references.prefecture),
            "municipalities": list_of(references.municipality),
            "nationwide": flag,
            "remote": flag,
        }
    )


def _capacity() -> Shape:
    return Shape(
        required={"status": choice_of(CapacityStatus, called=_("受付の状況"))},
        optional={"slots": whole(0, 999), "until": nullable(day)},
    )


def share_above_zero(value: Any) -> float:
    """A number in (0, 1]: what is not believed at all is not declared."""
    found = float(number(0, 1)(value))
    if found == 0:
        raise refuse(_("0より大きく1以下の数値で書いてください。"))
    return found


def _ratings(capability: Check) -> Check:
    rating = Shape(
        required={"capability": capability},
        optional={
            "level": whole(0, MAX_LEVEL),
            "stance": choice_of(Stance, called=_("立場")),
            "note": text(400, blank=True, multiline=True),
            "confirmed_at": nullable(moment),
            "evidence": text(400, blank=True),
            "confidence": nullable(share_above_zero),
        },
        make=_rating_line,
    )
    return distinct(rating, by=lambda line: str(line.capability), field="capability")


def _rating_line(fields: dict[str, Any]) -> RatingLine:
    if "level" not in fields and "stance" not in fields:
        raise Refusal(("level", _("必須です。level か stance のどちらかを書いてください。")))
    return RatingLine(
        capability=sys.intern(fields["capability"]),
        level=fields.get("level", 0),
        stance=sys.intern(fields.get("stance", Stance.NEUTRAL.value)),
        note=fields.get("note", ""),
        confirmed_at=fields.get("confirmed_at"),
        states_confirmation="confirmed_at" in fields,
        evidence=fields.get("evidence", ""),
        confidence=fields.get("confidence"),
        states_confidence="confidence" in fields,
    )


def _between(organization: Check) -> Check:
    pair = list_of(organization, unique=False)

    def check(value: Any) -> tuple[str, str]:
        found = pair(value)
        if len(found) != 2 or found[0] == found[1]:
            raise Refusal(("", _("別々の2つの機関のidを書いてください。")))
        return (min(found), max(found))

    return check


def _since_before_until(fields: dict[str, Any]) -> dict[str, Any]:
    since, until = fields.get("since"), fields.get("until")
    if since and until and until < since:
        raise Refusal(("until", _("開始の日より前です。")))
    return fields
