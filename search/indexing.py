"""Keeping the index in step with the casebook, in the transaction of the change."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.utils import timezone

from casebook.models import Case
from search import phrases
from search.documents import Entry, all_cases, case_ids, entries
from search.models import Document, Filling, Outbox, Posting
from search.text import Use, tokens

BATCH = 5_000
TRIES = 5


@transaction.atomic
def index_case(case: Case) -> None:
    """Write what changed of the case into the database index, and have it written into Meilisearch."""
    # Locked: two changes of one case at a time would both write its postings, and the second would fail.
    current = Case.objects.select_for_update().prefetch_related("sections", "capabilities").get(pk=case.pk)
    write(entries(current))
    enqueue([case.pk])


def write(wanted: Iterable[Entry]) -> int:
    """Replace the postings of the entries that are not in the index as they are now; returns how many."""
    by_section = {entry.section_id: entry for entry in wanted}
    known = dict(Document.objects.filter(pk__in=by_section).values_list("pk", "fingerprint"))
    stale = [entry for pk, entry in by_section.items() if known.get(pk) != entry.fingerprint]
    _replace(stale)
    return len(stale)


def rebuild(say: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Make every posting anew, case by case, without a moment in which nothing is found; returns the sections.

    `say` hears how many of how many cases are done.
    """
    whole, sections = Case.objects.count(), 0
    for done, pk in enumerate((pk for batch in case_ids() for pk in batch), start=1):
        sections += _rebuilt(pk)
        if done % 50 == 0 or done >= whole:
            say(done, max(whole, done))
    return sections


def _rebuilt(case_id: int) -> int:
    """The number of sections written; of a case or section that was deleted meanwhile, none."""
    for _attempt in range(TRIES - 1):
        # A section may be deleted between our reading and our writing; it is not there the next time.
        with suppress(IntegrityError):
            return _written_anew(case_id)
    return _written_anew(case_id)


@transaction.atomic
def _written_anew(case_id: int) -> int:
    # Read under the lock, or a change of this moment would be overwritten with what was there before. One case
    # at a time: whoever waits for a second lock while holding a first may wait for somebody who waits for us.
    cases = Case.objects.select_for_update().filter(pk=case_id).prefetch_related("sections", "capabilities")
    wanted = [entry for case in cases for entry in entries(case)]
    _replace(wanted)
    return len(wanted)


def mark(name: str, means: str) -> int:
    """Mark the documents in which one of the names may stand, to be made anew; returns how many."""
    analysed = [frozenset(token.term for token in tokens(one) if token.use is not Use.IDEA) for one in (name, means)]
    marked = 0
    for terms in filter(None, dict.fromkeys([*analysed, *phrases.traces(name, means)])):
        holding = Document.objects.exclude(fingerprint="")
        for term in sorted(terms):
            holding = holding.filter(Exists(Posting.objects.filter(document=OuterRef("pk"), term=term)))
        marked += Document.objects.filter(pk__in=list(holding.values_list("pk", flat=True))).update(fingerprint="")
    return marked


def renew_marked(most: int = 100) -> int:
    """Make documents anew that a change of the dictionary touched (`mark`); returns the number of cases."""
    marked = Document.objects.filter(fingerprint="").order_by("case_id").values_list("case_id", flat=True).distinct()
    cases = list(Case.objects.filter(pk__in=list(marked[:most])))
    for case in cases:
        with suppress(Case.DoesNotExist):  # deleted meanwhile
            index_case(case)
    return len(cases)


def differences() -> list[tuple[int, str]]:
    """Sections whose entry in the database index is missing, old or incomplete: (section id, what is wrong)."""
    wrong: list[tuple[int, str]] = []
    for batch in all_cases():
        wanted = {entry.section_id: entry for case in batch for entry in entries(case)}
        known = {
            document.pk: document
            for document in Document.objects.filter(pk__in=wanted).annotate(counted=Sum("postings__frequency"))
        }
        wordings = _wordings(wanted)
        for pk, entry in wanted.items():
            if pk not in known:
                wrong.append((pk, "missing"))
            elif (known[pk].fingerprint, known[pk].wording) != (entry.fingerprint, wordings[pk]):
                wrong.append((pk, "old"))
            elif (known[pk].counted or 0) != known[pk].length + known[pk].paired:
                wrong.append((pk, "incomplete"))
    return wrong


def _wordings(documents: Collection[int]) -> dict[int, str]:
    """What the wording of each would be, by the postings there are, if it were made now."""
    held: dict[int, set[str]] = {pk: set() for pk in documents}
    if traced := phrases.traced():
        postings = Posting.objects.filter(document__in=documents, term__in=traced)
        for pk, term in postings.values_list("document", "term"):
            held[pk].add(term)
    return {pk: phrases.wording(terms) for pk, terms in held.items()}


def enqueue(case_ids: Iterable[int]) -> None:
    """Note the cases for the worker; a case that waits already is only marked as changed again."""
    if not settings.MEILISEARCH_URL:
        # A change that an index does not learn of: should the site return to it, it has to be filled anew.
        Filling.objects.all().delete()
        return
    rows = [Outbox(case_id=pk, not_before=timezone.now()) for pk in case_ids]
    waiting = Outbox.objects.filter(case_id__in=[row.case_id for row in rows])
    # What was given up is tried anew: it is another text now.
    waiting.filter(dead_at__isnull=False).update(not_before=timezone.now())
    waiting.update(revision=F("revision") + 1, refill=False, dead_at=None, refused=0)
    Outbox.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def refill(case_ids: Iterable[int]) -> None:
    """Note the cases for the index that will take the other's place; those that wait go there anyway."""
    rows = [Outbox(case_id=pk, not_before=timezone.now(), refill=True) for pk in case_ids]
    waiting = Outbox.objects.filter(case_id__in=[row.case_id for row in rows])
    waiting.filter(dead_at__isnull=False).update(not_before=timezone.now(), dead_at=None, refused=0)
    waiting.update(revision=F("revision") + 1)
    Outbox.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def _replace(wanted: list[Entry]) -> None:
    ids = [entry.section_id for entry in wanted]
    Posting.objects.filter(document__in=ids).delete()
    Document.objects.bulk_create(
        [_document(entry) for entry in wanted],
        update_conflicts=True,
        unique_fields=["section"],
        update_fields=["case", "length", "paired", "fingerprint", "wording"],
    )
    rows = [
        (entry.section_id, term, frequency)
        for entry in wanted
        for counted in (entry.frequencies, entry.pairs)
        for term, frequency in counted.items()
    ]
    with connection.cursor() as cursor:
        # By hand: making a hundred model instances per section takes longer than all the rest.
        cursor.executemany("INSERT INTO search_posting (document_id, term, frequency) VALUES (%s, %s, %s)", rows)


def _document(entry: Entry) -> Document:
    return Document(
        pk=entry.section_id,
        case_id=entry.case_id,
        length=entry.frequencies.total(),
        paired=entry.pairs.total(),
        fingerprint=entry.fingerprint,
        wording=entry.wording,
    )
