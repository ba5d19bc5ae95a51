"""Meilisearch without Meilisearch, and commands without a shell."""

from io import StringIO

from django.core.management import call_command

from search.engines.base import DocumentsRefused, EngineUnavailable


class FakeIndex:
    """Holds documents as Meilisearch would, index by index; away when told so, and takes no document it was told not
    to take."""

    indexes: dict[str, dict[int, dict]] = {}
    ages: dict[str, int] = {}
    """Which one it is: none yet where its name is missing."""
    births = 0
    away = False
    refused: set[int] = set()
    writes: list[tuple[str, list[int]]] = []
    prepared: list[str] = []

    def __init__(self, uid=None):
        self.uid = uid or "sections"

    @classmethod
    def forget(cls):
        cls.indexes, cls.ages, cls.births, cls.away = {}, {}, 0, False
        cls.refused, cls.writes, cls.prepared = set(), [], []

    @property
    def documents(self):
        return self.indexes.setdefault(self.uid, {})

    def made(self):
        if self.away:
            raise EngineUnavailable("away")
        return str(self.ages[self.uid]) if self.uid in self.ages else None

    def prepare(self):
        if self.uid not in self.ages:
            FakeIndex.births += 1
            self.ages[self.uid] = self.births
        self.prepared.append(self.uid)

    def unlike(self):
        return []

    def replace(self, cases, documents):
        cases = list(cases)
        if self.away:
            raise EngineUnavailable("away")
        if self.refused & {document["id"] for document in documents}:
            raise DocumentsRefused("invalid_document")
        self.writes.append((self.uid, sorted(cases)))
        kept = {pk: document for pk, document in self.documents.items() if document["case"] not in cases}
        self.indexes[self.uid] = kept | {document["id"]: document for document in documents}

    def held(self):
        return iter(list(self.documents.values()))

    def remove(self, sections):
        self.indexes[self.uid] = {pk: document for pk, document in self.documents.items() if pk not in set(sections)}

    discard = remove

    def take_place_of(self, live):
        live.documents, self.documents  # noqa: B018 - both are there
        for one in (self.indexes, self.ages):
            one[live.uid], one[self.uid] = one[self.uid], one[live.uid]

    def drop(self):
        self.indexes.pop(self.uid, None)
        self.ages.pop(self.uid, None)


def held(index, uid="sections"):
    """The documents of the live index by id."""
    return dict(index.indexes.get(uid) or {})


def call_command_output(*arguments):
    output = StringIO()
    try:
        call_command(*arguments, stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue()
    return 0, output.getvalue()
