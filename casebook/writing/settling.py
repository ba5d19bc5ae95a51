"""What people typed as it is stored: the same thing always written the same way, and nothing that a row refuses.

A text that is published and taken up again for a new draft must have the same digest: consents are given to it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from casebook.models import Case, Measure, Participant, Section
from casebook.vocabulary import Naming, SectionKind
from casebook.writing.content import OWN_TEAM, Content, Took
from casebook.writing.live import LINES, NUMBERS
from network.codes import PHASES
from network.models import Capability, Municipality, Organization
from network.text import clean_line

KEY = re.compile(rf"public|network|steward|{OWN_TEAM}|(?:lab|org|team|user):[0-9]{{1,18}}")
AT_MOST = 30
"""Entries of a list of words or addresses, figures, participants, related cases."""
LONGEST_WORD = 100
LONGEST_ADDRESS = 500
LONGEST_SECTION = 20_000
"""Characters, as the section's column says; a text column does not check that itself."""


def settled(content: Content) -> Content:
    """The content in its one way of writing it. Raises ValidationError, by the names of `Content`, for what cannot be
    stored; what is merely missing may stay so."""
    content = _in_order(content)
    problems: dict[str, list[str]] = {}
    for name, said in _problems(content):
        problems.setdefault(name, []).append(said)
    if problems:
        raise ValidationError(problems)
    related = Case.objects.filter(pk__in=content.related).order_by("pk").values_list("pk", flat=True)
    content = content.changed(related=tuple(related))
    place = Municipality.objects.filter(pk=content.municipality).first() if content.municipality else None
    return content.changed(prefecture=place.prefecture) if place else content


def _in_order(content: Content) -> Content:
    took: dict[int, Took] = {}
    for one in content.participants:
        took.setdefault(one.organization, Took(one.organization, one.role.strip(), _sorted(one.capabilities)))
    return content.changed(
        title=content.title.strip(),
        phases=_sorted(content.phases),
        capabilities=_sorted(content.capabilities),
        related=tuple(sorted(set(content.related))),
        participants=tuple(took.values()),
        sections={kind: text.replace("\r\n", "\n") for kind, text in content.sections.items() if text.strip()},
        municipality=content.municipality or None,
    )


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


def _problems(content: Content) -> Iterator[tuple[str, str]]:
    """Field and message of everything that a row would refuse."""
    row = {name: getattr(content, name) for name in (*LINES, *NUMBERS)} | {"prefecture": content.prefecture}
    yield from _refused(Case(**row), only={name for name, value in row.items() if value not in {"", None}})
    yield from _sections(content)
    yield from _figures(content)
    yield from _parties(content)
    yield from _lists(content)
    yield from _audience(content)
    if content.naming not in Naming.values:
        yield "naming", _("名前の出し方を選んでください。")
    if content.municipality and not Municipality.objects.filter(pk=content.municipality).exists():
        yield "municipality", _("市区町村が見つかりません。選び直してください。")


def _refused(row: Model, *, only: set[str], name: str = "", called: str = "") -> Iterator[tuple[str, str]]:
    """What the row's fields say of these values, each at its own name or all at `name`."""
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - only)
    except ValidationError as refused:
        for field, said in refused.message_dict.items():
            yield from ((name or field, f"{called}{one}") for one in said)


def _sections(content: Content) -> Iterator[tuple[str, str]]:
    for kind, text in content.sections.items():
        if kind not in SectionKind.values:
            yield "sections", _("知らない節があります。画面を読み直してください。")
            continue
        label = SectionKind(kind).label
        if len(text) > LONGEST_SECTION:
            said = _("「%(section)s」は%(limit)s字以内にしてください（いま%(count)s字）。")
            yield "sections", said % {"section": label, "limit": f"{LONGEST_SECTION:,}", "count": f"{len(text):,}"}
            continue
        called = _("「%(section)s」: ") % {"section": label}
        yield from _refused(Section(kind=kind, text=text), only={"text"}, name="sections", called=called)


def _figures(content: Content) -> Iterator[tuple[str, str]]:
    if len(content.measures) > AT_MOST:
        yield "measures", _("成果の数字は%(limit)d個までです。") % {"limit": AT_MOST}
    for one in content.measures:
        if not all(value is None or math.isfinite(value) for value in (one.before, one.after)):
            yield "measures", _("成果の数字は、ふつうの数で入力してください。")
            continue
        if not one.name.strip():
            yield "measures", _("成果の数字には、指標の名前を入れてください。")
            continue
        row = Measure(name=one.name, unit=one.unit, before=one.before, after=one.after, how=one.how)
        row.on = one.on  # an ISO date: cleaning makes a date of it
        yield from _refused(row, only={"name", "unit", "before", "after", "how", "on"}, name="measures")


def _parties(content: Content) -> Iterator[tuple[str, str]]:
    wanted = {one.organization for one in content.participants}
    if len(wanted) > AT_MOST or Organization.objects.filter(pk__in=wanted).count() < len(wanted):
        yield "participants", _("参加した機関が見つかりません。選び直してください。")
    for one in content.participants:
        yield from _refused(Participant(role=one.role), only={"role"} if one.role else set(), name="participants")
    codes = {code for one in content.participants for code in one.capabilities} | set(content.capabilities)
    if Capability.objects.filter(code__in=codes).count() < len(codes):
        yield "capabilities", _("知らない支援領域があります。選び直してください。")
    if set(content.phases) - set(PHASES):
        yield "phases", _("知らない局面があります。選び直してください。")


def _lists(content: Content) -> Iterator[tuple[str, str]]:
    for name in ("keywords", "schemes", "related_urls"):
        values = getattr(content, name)
        longest = LONGEST_ADDRESS if name == "related_urls" else LONGEST_WORD
        if len(values) > AT_MOST or any(len(value) > longest for value in values):
            said = _("%(count)d個まで、それぞれ%(longest)d字以内にしてください。")
            yield name, said % {"count": AT_MOST, "longest": longest}
            continue
        check: Any = URLValidator(schemes=["http", "https"]) if name == "related_urls" else clean_line
        yield from _each(name, values, check)
    if len(content.related) > AT_MOST:
        yield "related", _("関連する事例は%(limit)d個までです。") % {"limit": AT_MOST}


def _each(name: str, values: Iterable[str], check: Any) -> Iterator[tuple[str, str]]:
    for value in values:
        try:
            check(value)
        except ValidationError as refused:
            yield from ((name, said) for said in refused.messages)


def _audience(content: Content) -> Iterator[tuple[str, str]]:
    for kind, planned in content.audience.items():
        known = kind in SectionKind.values and all(KEY.fullmatch(key) for key in planned.keys)
        if not known or not _is_day(planned.until):
            yield "audience", _("公開範囲を読み取れません。選び直してください。")
    if not _is_day(content.opens_on):
        yield "opens_on", _("公開を始める日は、日付で入力してください（例: 2027-04-01）。")


def _is_day(text: str | None) -> bool:
    try:
        return text is None or parse_date(text) is not None
    except (ValueError, TypeError):
        return False
