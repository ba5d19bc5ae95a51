"""The line of a case file.

What a line leaves out keeps its value, or stays empty where the case is new; sets are given whole.
A section without `keys` opens as far as its TLP label says, or the case's where it has none; `"keys": []` is for the
owner alone.
An entry of `keys` may be `{"key": …, "until": …}` where its last day differs from the section's `until`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from casebook.transfer.keys import TO_COME, KeyNames
from casebook.vocabulary import Basis, CaseState, Outcome, SectionKind, Tlp
from network.codes import PHASES, PREFECTURES, SIZE_BANDS
from network.transfer.known import Known
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
    text,
    whole,
)
from network.transfer.values import code_of, day, identifier, industry, municipality_of, one_place, url


class SectionLine(NamedTuple):
    """One section as a file states it."""

    kind: str
    text: str
    grants: dict[str, date | None] | None
    """Last day by stored key; None when the label decides."""
    until: date | None
    tlp: str | None
    """The section's own label; None for the case's."""


def case_shape(known: Known, teams: Mapping[str, int]) -> Shape:
    """`teams`: the teams of cases, by the case's external id."""
    organization = one_of(known.organizations, called=_("機関"))
    stage = nullable(whole(1, 4))
    return Shape(
        required={
            "id": identifier,
            "title": text(200),
            "owner": organization,
            "sections": distinct(
                _section_shape(KeyNames(known, teams)), by=lambda section: str(section.kind), field="kind", at_least=1
            ),
        },
        optional={
            "industry": _or_blank(industry),
            "prefecture": _or_blank(code_of(PREFECTURES, called=_("都道府県コード"))),
            "municipality": nullable(municipality_of(known.municipalities)),
            "year": nullable(whole(1990, 2100)),
            "stage_before": stage,
            "stage_after": stage,
            "phases": list_of(code_of(PHASES, called=_("局面"))),
            "capabilities": list_of(one_of(known.capabilities, called=_("支援領域"))),
            "outcome": _or_blank(choice_of(Outcome, called=_("結果"))),
            "tlp": choice_of(Tlp, called=_("TLPの区分")),
            "participants": distinct(
                Shape(
                    required={"organization": organization},
                    optional={
                        "role": text(120, blank=True),
                        "capabilities": list_of(one_of(known.capabilities, called=_("支援領域"))),
                    },
                ),
                by=lambda participant: str(participant["organization"]),
                field="organization",
            ),
            "measures": list_of(_measure_shape(), unique=False),
            "source": nullable(Shape(optional={"title": text(300, blank=True), "url": _or_blank(url)})),
            "published": nullable(day),
            **_newer(),
        },
        make=_whole_line(one_place(known.municipalities)),
    )


def _newer() -> dict[str, Check]:
    """Keys that came later; a file without them is still whole."""
    return {
        "state": choice_of(CaseState, called=_("状態")),
        "withheld": flag,
        "opens_on": nullable(day),
        "basis": _or_blank(choice_of(Basis, called=_("だれの事例か"))),
        "subtitle": text(200, blank=True),
        "size_band": _or_blank(code_of(SIZE_BANDS, called=_("従業員規模"))),
        "contact": text(200, blank=True),
        "keywords": list_of(text(60)),
        "schemes": list_of(text(200)),
        "related_urls": list_of(url),
        "related": list_of(identifier),
    }


def _whole_line(
    one_place: Callable[[dict[str, Any]], dict[str, Any]],
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Lets a team that is still to be made be the team of the line's own case only."""

    def make(fields: dict[str, Any]) -> dict[str, Any]:
        own = TO_COME + fields["id"]
        strangers = [
            (f"sections[{position}].keys", KeyNames.nobody(key.replace("?", "", 1)))
            for position, section in enumerate(fields["sections"])
            for key in section.grants or ()
            if key.startswith(TO_COME) and key != own
        ]
        if strangers:
            raise Refusal(*strangers)
        return one_place(fields)

    return make


def _measure_shape() -> Shape:
    return Shape(
        required={"name": text(120)},
        optional={
            "unit": text(20, blank=True),
            "before": nullable(number()),
            "after": nullable(number()),
            "how": text(200, blank=True),
            "on": nullable(day),
        },
    )


def _section_shape(names: KeyNames) -> Shape:
    return Shape(
        required={"kind": choice_of(SectionKind, called=_("節の種類")), "text": text(20_000, multiline=True)},
        optional={
            "keys": list_of(_key_check(names), unique=False),
            "until": nullable(day),
            "tlp": choice_of(Tlp, called=_("TLPの区分")),
        },
        make=_section_line,
    )


def _key_check(names: KeyNames) -> Check:
    with_own_end = Shape(required={"key": names.stored, "until": nullable(day)})

    def check(value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            fields: dict[str, Any] = with_own_end(value)
            return fields
        return {"key": names.stored(value)}

    return check


def _section_line(fields: dict[str, Any]) -> SectionLine:
    until, keys = fields.get("until"), fields.get("keys")
    if keys is not None and len({entry["key"] for entry in keys}) != len(keys):
        raise Refusal(("keys", _("同じ鍵が2回書かれています。")))
    grants = None if keys is None else {entry["key"]: entry.get("until", until) for entry in keys}
    return SectionLine(fields["kind"], fields["text"], grants, until, fields.get("tlp"))


def _or_blank(check: Check) -> Check:
    """The same, or null or empty text, which both mean that it is not known."""
    return lambda value: "" if value is None or value == "" else check(value)
