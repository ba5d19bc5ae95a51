"""What an open page of a case is watched for: may its reader still see it, and does it read otherwise now?"""

import hashlib
import json

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

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


def person_of(session_key: str | None) -> Reader:
    """Who is signed in with that session now; nobody when it ended, the password changed or the account was closed."""
    nobody = AnonymousUser()
    if not session_key:
        return nobody
    kept = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    if SESSION_KEY not in kept or kept.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return nobody
    pk = get_user_model()._meta.pk.to_python(kept[SESSION_KEY])
    person = load_backend(kept[BACKEND_SESSION_KEY]).get_user(pk)
    hashed = kept.get(HASH_SESSION_KEY, "")
    if person is None or not constant_time_compare(hashed, person.get_session_auth_hash()):
        return nobody
    return person
