"""What still gives away who the client is."""

from collections.abc import Collection

from casebook.anonymity import Finding, findings
from casebook.models import Case
from casebook.vocabulary import Basis, Severity
from casebook.writing.content import Content
from casebook.writing.live import files_of, following_merges
from network.access import Reader

SEEN_BY_ALL = frozenset({Basis.OWN, Basis.PUBLISHED, Basis.FICTION})
"""Cases that hide nobody: there findings are hints, and nothing is held up."""


def all_findings(case: Case, content: Content, *, reader: Reader) -> list[Finding]:
    """Everything the anonymity check finds in the text and in the names of its files, in reading order."""
    text = following_merges(content)
    return findings(text, reader=reader, naming=content.naming, case=case, files=files_of(case))


def open_findings(case: Case, content: Content, acknowledged: Collection[str], *, reader: Reader) -> list[Finding]:
    """What must go, or be explained, before the text is given to anybody: what names somebody, and a group that is
    known to be too small, unless somebody gave a reason for letting it stand."""
    if content.basis in SEEN_BY_ALL or not case.pk:
        return []
    found = all_findings(case, content, reader=reader)
    return [one for one in found if one.id not in acknowledged and one.severity == Severity.MUST]
