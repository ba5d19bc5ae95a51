"""Where the index in Meilisearch is not what the casebook says: every difference by name."""

from search import filling, outbox
from search.documents import all_cases
from search.engines.meili import Index
from search.engines.meili_settings import version
from search.models import Document, Outbox

ALTERED = "altered"


def differences() -> list[tuple[int, str]]:
    """Sections whose document in Meilisearch is missing, old, altered or needless: (section id, what is wrong)."""
    indexed = {int(document["id"]): _mark(document) for document in Index().held()}
    wrong: list[tuple[int, str]] = []
    for batch in all_cases():
        wordings = dict(Document.objects.filter(case__in=batch).exclude(wording="").values_list("pk", "wording"))
        for pk, expected in ((pk, made) for case in batch for pk, made in outbox.prints(case, wordings).items()):
            found = indexed.pop(pk, None)
            if found != expected:
                wrong.append((pk, "missing" if found is None else found if found == ALTERED else "old"))
    return wrong + [(pk, "needless") for pk in indexed]


def _mark(document: dict[str, object]) -> str:
    """What the document says that it was made from; ALTERED where its words are not those that were written."""
    return str(document.get("print", "")) if document.get("body") == outbox.body(document) else ALTERED


def state() -> list[tuple[str, str]]:
    """What else is not as it should be: (what, of what)."""
    wrong = [("setting", name) for name in Index().unlike()]
    wrong += [("dead", f"{row.case_id}: {row.problem}") for row in outbox.dead()]
    waiting = Outbox.objects.filter(dead_at__isnull=True).count()
    if not filling.complete(version()):
        wrong.append(("incomplete", str(waiting)))
    elif waiting:
        wrong.append(("waiting", str(waiting)))
    return wrong
