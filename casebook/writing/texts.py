"""The texts of a case that somebody may be asked about: the one that is written, and the one that is published."""

from dataclasses import dataclass

from casebook.models import Case, Draft
from casebook.vocabulary import CaseState
from casebook.writing.content import Content, File
from casebook.writing.live import files_of, following_merges


@dataclass(frozen=True, slots=True)
class Text:
    """A whole text with the files that belong to it; `digest` is what a consent is given to."""

    content: Content
    files: tuple[File, ...]
    digest: str
    is_draft: bool


def draft_text(case: Case) -> Text | None:
    """The draft as it would be published now; None where nobody writes."""
    draft = Draft.objects.filter(case=case).first()
    if draft is None:
        return None
    content, files = following_merges(Content.from_json(draft.content)), tuple(files_of(case))
    return Text(content, files, content.digest(files), is_draft=True)


def live_text(case: Case) -> Text | None:
    """The text as it was published last, with the files that are still there; None for a case that never was, and for
    one that a file brought."""
    version = case.versions.first() if case.state != CaseState.DRAFT else None
    if version is None:
        return None
    files = tuple(files_of(case, live=True))
    return Text(following_merges(Content.from_json(version.content)), files, case.digest, is_draft=False)


def texts_of(case: Case) -> list[Text]:
    """Both, as far as they are there: the draft first."""
    return [text for text in (draft_text(case), live_text(case)) if text]
