"""Meilisearch without Meilisearch, and commands without a shell."""

from io import StringIO

from django.core.management import call_command

from search.engines.base import EngineUnavailable


class FakeIndex:
    """Holds documents as Meilisearch would; away when told so."""

    held: dict[int, dict] = {}
    away = False
    writes: list[list[int]] = []
    births = 0
    """Which index it is: 0 for none yet."""
    prepared: list[int] = []

    def made(self):
        if self.away:
            raise EngineUnavailable("away")
        return str(self.births) if self.births else None

    def prepare(self):
        FakeIndex.births = self.births or 1
        FakeIndex.prepared.append(self.births)

    def replace(self, cases, documents):
        cases = list(cases)
        FakeIndex.writes.append(sorted(cases))
        kept = {pk: document for pk, document in self.held.items() if document["case"] not in cases}
        FakeIndex.held = kept | {document["id"]: document for document in documents}

    def prints(self):
        return {pk: document["print"] for pk, document in self.held.items()}

    def remove(self, sections):
        FakeIndex.held = {pk: document for pk, document in self.held.items() if pk not in set(sections)}


def call_command_output(*arguments):
    output = StringIO()
    try:
        call_command(*arguments, stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue()
    return 0, output.getvalue()
