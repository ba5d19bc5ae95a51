"""Whether what a case tells of its client fits so few companies that one of them can be named (k-anonymity)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from casebook.anonymity.finding import Finding, Suggestion
from casebook.anonymity.population import Counts, Estimate, companions
from casebook.models import Case
from casebook.vocabulary import FindingKind, Naming, Severity
from casebook.writing.content import Content
from network.access import Reader
from network.codes import INDUSTRIES, PREFECTURES, SIZE_BANDS

Wider = tuple[str, dict[str, Any]]
"""What one would do, and the values that it means."""


def small_groups(content: Content, *, reader: Reader, case: Case | None, naming: str) -> list[Finding]:
    """One finding where fewer than ANONYMITY_K companies fit, or where that cannot be ruled out: nobody counted, the
    case names a municipality with an industry or a size, and no other case tells the same. Three queries.

    A client who is named needs no crowd to stand in.
    """
    counts = Counts.around(content)
    wider = {label: content.changed(**values) for label, values in _wider(content)}
    others = companions({"now": content, **wider}, reader=reader, case=case)
    now = counts.estimate(content)
    if naming == Naming.REAL or not _is_small(content, now, others["now"]):
        return []
    suggestions = []
    for label, values in _wider(content):
        then, more = counts.estimate(wider[label]), others[label]
        helps = more > others["now"] or then.count != now.count or not _is_small(wider[label], then, more)
        if helps:
            suggestions.append(_suggestion(label, values, then, more))
    return [_finding(content, counts, now, others["now"], suggestions)]


def _is_small(content: Content, now: Estimate, others: int) -> bool:
    if now.is_below(settings.ANONYMITY_K):
        return True
    told = content.municipality and (content.industry or content.size_band)
    return bool(told) and not now.reaches(settings.ANONYMITY_K) and not others


def _wider(content: Content) -> list[Wider]:
    """What could be told less exactly, the mildest first."""
    steps: list[Wider] = []
    if content.municipality:
        steps.append((_("市区町村を書かず、都道府県までにする"), {"municipality": None}))
    if content.size_band:
        steps.append((_("従業員規模を書かない"), {"size_band": ""}))
    if content.year:
        steps.append((_("実施した年を書かない"), {"year": None}))
    if content.municipality and content.size_band:
        steps.append((_("市区町村と従業員規模を書かない"), {"municipality": None, "size_band": ""}))
    return steps


def _suggestion(label: str, values: Mapping[str, Any], then: Estimate, others: int) -> Suggestion:
    reached = _("%(label)s（%(companies)s、ほかの事例%(others)d件）")
    return Suggestion(values, reached % {"label": label, "companies": _reached(then), "others": others}, then.count)


def _reached(then: Estimate) -> str:
    if then.count is None:
        return _("該当数は不明")
    count = {"count": f"{then.count:,}"}
    return _("%(count)s社が該当") % count if then.exact else _("該当数は不明、多くて%(count)s社") % count


def _finding(content: Content, counts: Counts, now: Estimate, others: int, suggestions: list[Suggestion]) -> Finding:
    told = [
        counts.towns.get(content.municipality or "") or PREFECTURES.name(content.prefecture),
        INDUSTRIES.name(content.industry) if content.industry else "",
        SIZE_BANDS.name(content.size_band) if content.size_band else "",
        _("%(year)d年") % {"year": content.year} if content.year else "",
    ]
    message = _("%(estimate)s。%(k)d社に満たないと、名前を書かなくても会社が分かるおそれがあります。%(source)s") % {
        "estimate": now.words,
        "k": settings.ANONYMITY_K,
        "source": _("（%(source)s）") % {"source": now.source} if now.source else "",
    }
    remedy = _("場所・規模・年のどれかを広げてください。同じ条件で読めるほかの事例は%(others)d件です。") % {
        "others": others
    }
    place = "municipality" if content.municipality else "prefecture"
    text = " × ".join(part for part in told if part)
    # What somebody counted holds a publication up; what nobody knows is for people to judge.
    severity = Severity.MUST if now.is_below(settings.ANONYMITY_K) else Severity.CARE
    return Finding(FindingKind.SMALL_GROUP, place, 0, 0, text, message, remedy, severity, tuple(suggestions))
