"""The line of a case file.

What a line leaves out keeps its value, or stays empty where the case is new; sets are given whole.
A section without `keys` opens as far as the case's TLP label says; `"keys": []` is for the owner alone.
An entry of `keys` may be `{"key": …, "until": …}` where its last day differs from the section's `until`.
"""

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from casebook.transfer.keys import KeyNames
from casebook.vocabulary import Outcome, SectionKind, Tlp
from network.codes import PHASES, PREFECTURES
from network.transfer.known import Known
from network.transfer.shapes import (
    Check,
    Refusal,
    Shape,
    choice_of,
    distinct,
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


def case_shape(known: Known) -> Shape:
    organization = one_of(known.organizations, called=_("機関"))
    stage = nullable(whole(1, 4))
    return Shape(
        required={
            "id": identifier,
            "title": text(200),
            "owner": organization,
            "sections": distinct(
                _section_shape(KeyNames(known)), by=lambda section: str(section.kind), field="kind", at_least=1
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
                Shape(required={"organization": organization}, optional={"role": text(120, blank=True)}),
                by=lambda participant: str(participant["organization"]),
                field="organization",
            ),
            "measures": list_of(_measure_shape(), unique=False),
            "source": nullable(Shape(optional={"title": text(300, blank=True), "url": _or_blank(url)})),
            "published": nullable(day),
        },
        make=one_place(known.municipalities),
    )


def _measure_shape() -> Shape:
    return Shape(
        required={"name": text(120)},
        optional={"unit": text(20, blank=True), "before": nullable(number()), "after": nullable(number())},
    )


def _section_shape(names: KeyNames) -> Shape:
    return Shape(
        required={"kind": choice_of(SectionKind, called=_("節の種類")), "text": text(20_000, multiline=True)},
        optional={"keys": list_of(_key_check(names), unique=False), "until": nullable(day)},
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
    return SectionLine(fields["kind"], fields["text"], grants, until)


def _or_blank(check: Check) -> Check:
    """The same, or null or empty text, which both mean that it is not known."""
    return lambda value: "" if value is None or value == "" else check(value)
