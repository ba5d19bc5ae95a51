"""What an open page of a case is watched for: may its reader still see it, and does it read otherwise now?"""

import hashlib
import json

from casebook.models import Attachment, Case
from casebook.reading import Reading, read
from network.access import Reader
from network.accounts import second_factor


def mark_of(case: int, reader: Reader) -> str | None:
    """Changes when anything does that this reader reads of the case; None when that is nothing now.

    Made of nothing else: what happens in hidden sections never shows, not even that it happened.
    """
    if second_factor.is_missing(reader):
        return None
    shown = Case.objects.visible_to(reader).prefetch_related("capabilities", "phases").filter(pk=case).first()
    if shown is None:
        return None
    [reading] = read([shown], reader)
    files = Attachment.objects.visible_to(reader).filter(case=case, live=True).order_by("pk")
    told = [_told(reading), list(files.values_list("pk", "name", "sha256", "section"))]
    return hashlib.sha256(json.dumps(told, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(reading: Reading) -> list[object]:
    case = reading.case
    facts: list[object] = [
        case.title,
        case.subtitle,
        case.industry,
        case.prefecture,
        case.municipality_id,
        case.year,
        case.outcome,
    ]
    facts += [case.stage_before, case.stage_after, case.size_band, case.contact, case.keywords, case.state]
    filed = [sorted(one.pk for one in case.capabilities.all()), sorted(one.phase for one in case.phases.all())]
    sections = [(section.kind, section.text, section.tlp) for section in reading.sections]
    figures = [(one.name, one.unit, one.before, one.after, one.how, one.on) for one in reading.measures]
    partners = [(one.organization_id, one.role) for one in reading.participants]
    source = [case.source_title, case.source_url] if reading.shows_source else []
    return [facts, filed, sections, figures, partners, source, reading.has_more]
