"""The check as a whole."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from casebook.anonymity.addresses import addresses, prefecture_names, prefectures, town_names, towns
from casebook.anonymity.companies import companies, pseudonym
from casebook.anonymity.finding import IDENTIFIERS, NAMES, Finding, Hit, Suggestion
from casebook.anonymity.headcounts import headcounts
from casebook.anonymity.known import Known
from casebook.anonymity.naming import beyond_naming
from casebook.anonymity.numbers import identifiers
from casebook.anonymity.people import named, people
from casebook.anonymity.places import Place, places
from casebook.anonymity.registry import mentions
from casebook.anonymity.small_groups import small_groups
from casebook.anonymity.tokens import tokens
from casebook.anonymity.wording import message, remedy
from casebook.models import Case
from casebook.vocabulary import FindingKind, Naming, Severity
from casebook.writing.content import Content, File
from network.access import Reader


def findings(
    content: Content, *, reader: Reader, naming: str, case: Case | None = None, files: Iterable[File] = ()
) -> list[Finding]:
    """What in the content may tell who the client is, in reading order: first the facts, then the texts.

    Nothing in it depends on what the reader may not read. `case` is the case whose draft this is: its own published
    text is no other case, and its owner's name is no secret in 支援体制. A fixed number of queries.
    """
    texts = places(content, files)
    known = Known.load(content, [place.folded.text for place in texts], reader=reader, case=case)
    found = [*beyond_naming(content, naming=naming, case=case)]
    found += small_groups(content, reader=reader, case=case, naming=naming)
    pseudonyms: dict[str, str] = {}
    for place in texts:
        for hit in _apart(_hits(place, content, naming, known)):
            found.append(_finding(place, hit, naming, pseudonyms))
    return found


def _hits(place: Place, content: Content, naming: str, known: Known) -> Iterator[Hit]:
    """All that is found in one text, the surest reading of the same words first."""
    text = place.folded.text
    words = tokens(text)
    if not place.is_contact:
        yield from identifiers(text)
        yield from addresses(text)
        for pk, hit in mentions(text, known.organizations):
            took_part = pk in known.took_part
            if not (took_part and place.is_team):
                yield replace(hit, sure=not took_part)
    for hit in named(text, known.people):
        if not (place.is_team and known.agreed_to(text[hit.start : hit.end])):
            yield hit
    if not place.is_contact:
        yield from (hit for hit in companies(text, words) if not known.in_team(place, text[hit.start : hit.end]))
    yield from (
        hit for hit in people(text, words) if not (place.is_team and known.agreed_to(text[hit.start : hit.end]))
    )
    if not place.is_contact:
        yield from headcounts(text)
        yield from _place_names(text, content, naming)


def _place_names(text: str, content: Content, naming: str) -> Iterator[Hit]:
    """Names of places that the facts leave out: of municipalities, and of prefectures where it is anonymous."""
    if naming == Naming.ANONYMOUS:
        yield from towns(text, town_names())
        yield from prefectures(text)
    elif naming == Naming.REGION and not content.municipality:
        yield from towns(text, town_names(content.prefecture) - prefecture_names())


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """Each character is found once: by the hit that came first, or by a longer one of the same kind around it."""
    kept: list[Hit] = []
    for hit in hits:
        over = [other for other in kept if other.start < hit.end and hit.start < other.end]
        if not over:
            kept.append(hit)
        elif all(other.kind == hit.kind and hit.start <= other.start and other.end <= hit.end for other in over):
            kept = [other for other in kept if other not in over]
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _finding(place: Place, hit: Hit, naming: str, pseudonyms: dict[str, str]) -> Finding:
    start, end = place.folded.span(hit.start, hit.end)
    text = place.folded.original[start:end]
    instead = hit.instead
    if hit.kind == FindingKind.COMPANY:
        instead = pseudonyms.setdefault(place.folded.text[hit.start : hit.end], pseudonym(len(pseudonyms)))
    return Finding(
        hit.kind,
        place.name,
        start,
        end,
        text,
        message(hit.kind, sure=hit.sure),
        remedy(hit.kind),
        _severity(hit, naming),
        _replacement(place, instead),
    )


def _severity(hit: Hit, naming: str) -> Severity:
    heavy = hit.sure and hit.kind in NAMES | IDENTIFIERS and naming != Naming.REAL
    return Severity.MUST if heavy else Severity.CARE


def _replacement(place: Place, instead: str) -> tuple[Suggestion, ...]:
    if not instead or place.field == "files":
        return ()
    return (Suggestion({"text": instead}, _("「%(text)s」に書き換える") % {"text": instead}),)
