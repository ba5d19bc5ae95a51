"""Beginning a case, writing it, giving it to somebody else to read."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.actions.base import draft_of, edited, written
from casebook.actions.events import note
from casebook.actions.publishing import authors_of, problems_of
from casebook.models import Case, Draft
from casebook.notices import leave
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, CaseState, DraftState, Tlp
from casebook.writing.content import Content
from casebook.writing.live import content_of
from casebook.writing.settling import settled
from network.access import organization_ids_edited_by
from network.actions.base import ConflictError
from network.models import Organization, User
from network.notices.telling import editors_of
from network.text import clean_text

LONGEST_REASON = 400
LONGEST_FINDING = 200
PEOPLE = frozenset({"case", "saved_by", "submitted_by"})
"""Nobody types these, and who did something may have gone since."""


@transaction.atomic
def begin_case(owner: Organization, *, content: Content, by: User, born_of: str = "") -> Case:
    """A new case that only the owner's members read, with a draft to write in.

    Raises PermissionDenied unless `by` edits the owner, ValidationError for what cannot be stored, ConflictError with
    the case that was born of the same engagement already.
    """
    if not organization_ids_edited_by(by).filter(organization=owner.pk).exists():
        raise PermissionDenied
    if born_of and (sibling := Case.objects.filter(born_of=born_of).first()):
        raise ConflictError(sibling)
    content = settled(content)
    case = Case(
        external_id=f"case-{secrets.token_hex(6)}",
        title=content.title or _("題名のない事例"),
        owner=owner,
        state=CaseState.DRAFT,
        tlp=Tlp.AMBER_STRICT,
        born_of=born_of,
    )
    case.full_clean(validate_constraints=False)
    case.save()
    Draft.objects.create(case=case, content=content.as_json(), saved_by=by, writers=[by.pk])
    note(case, CaseDeed.BEGUN, by=by)
    case_changed.send(sender=Case, case=case)
    return case


@transaction.atomic
def begin_revision(case: Case, *, by: User) -> Draft:
    """The draft in which the published text is written anew; the one that is there, where somebody began already.

    Raises PermissionDenied unless `by` may write it.
    """
    current = written(case, by=by)
    standing = Draft.objects.filter(case=current).first()
    if standing is not None:
        return standing
    note(current, CaseDeed.BEGUN, by=by)
    return Draft.objects.create(case=current, content=content_of(current).as_json(), saved_by=by)


@transaction.atomic
def save_draft(case: Case, *, changes: Mapping[str, Any], expected: int | None, by: User) -> Draft:
    """Write these fields of the draft's content (names of `Content`, values as in its JSON); the others stay.

    A text that was given to review comes back to writing, and consents to the text before count no longer. Raises
    PermissionDenied, ConflictError with the draft as it stands now, ValidationError for what cannot be stored.
    """
    current = written(case, by=by)
    draft = draft_of(current, expected)
    content = settled(Content.from_json({**draft.content, **changes}))
    if content.as_json() == draft.content:
        return draft
    draft.content, draft.revision = content.as_json(), draft.revision + 1
    draft.state, draft.saved_at, draft.saved_by = DraftState.WRITING, timezone.now(), by
    draft.writers = sorted({*draft.writers, by.pk})
    draft.save()
    if current.state == CaseState.DRAFT and content.title and content.title != current.title:
        current.title = content.title
        current.full_clean(validate_constraints=False)
        current.save(update_fields=["title", "updated_at"])
        case_changed.send(sender=Case, case=current)
    return draft


@transaction.atomic
def acknowledge(case: Case, *, finding: str, reason: str, by: User) -> Draft:
    """Let a finding of the anonymity check stand, with the reason; an empty one takes that back.

    Raises PermissionDenied, ConflictError where there is no draft, ValidationError for a reason that cannot be stored.
    """
    draft = draft_of(written(case, by=by))
    clean_text(finding)
    clean_text(reason)
    if len(finding) > LONGEST_FINDING or len(reason.strip()) > LONGEST_REASON:
        raise ValidationError({"reason": _("理由は%(limit)d字以内で書いてください。") % {"limit": LONGEST_REASON}})
    known = {name: why for name, why in draft.acknowledged.items() if name != finding}
    draft.acknowledged = {**known, finding: reason.strip()} if reason.strip() else known
    draft.save(update_fields=["acknowledged"])
    return draft


@transaction.atomic
def submit(case: Case, *, message: str = "", expected: int | None = None, by: User) -> Draft:
    """Give the text to a second person of the owning organization.

    Raises PermissionDenied, ConflictError, ValidationError that names by step what is missing or still gives away who
    the client is.
    """
    current = written(case, by=by)
    draft = draft_of(current, expected)
    if problems := problems_of(current, draft, by=by):
        raise ValidationError(problems)
    draft.state, draft.submitted_by, draft.submitted_at = DraftState.SUBMITTED, by, timezone.now()
    draft.message, draft.returned_because = message.strip(), ""
    draft.clean_fields(exclude=PEOPLE)
    draft.save()
    note(current, CaseDeed.SUBMITTED, by=by, detail=draft.message)
    authors = authors_of(draft)
    _tell(current, [person for person in editors_of(current.owner) if person.pk not in authors], "submitted")
    return draft


@transaction.atomic
def send_back(case: Case, *, reason: str, expected: int | None = None, by: User) -> Draft:
    """Return a text to its writers. Raises PermissionDenied, ConflictError where none waits, or another does by now,
    ValidationError without a reason."""
    current = edited(case, by=by)
    draft = draft_of(current, expected)
    if draft.state != DraftState.SUBMITTED:
        raise ConflictError(draft)
    if not reason.strip():
        raise ValidationError({"reason": _("何を直してほしいかを書いてください。")})
    draft.state, draft.returned_because = DraftState.RETURNED, reason.strip()
    try:
        draft.clean_fields(exclude=PEOPLE)
    except ValidationError as refused:
        raise ValidationError({"reason": refused.messages}) from refused
    draft.save()
    note(current, CaseDeed.RETURNED, by=by, detail=draft.returned_because)
    _tell(current, User.objects.filter(pk__in=authors_of(draft) - {by.pk}, is_active=True), "returned")
    return draft


@transaction.atomic
def discard_draft(case: Case, *, by: User) -> bool:
    """Throw the draft away; a case that was never published goes with it. Returns whether the case is gone.

    Raises PermissionDenied unless `by` edits the owner, ConflictError where there is none.
    """
    current = edited(case, by=by)
    draft = draft_of(current)
    if current.state == CaseState.DRAFT:
        current.delete()
        return True
    draft.delete()
    current.attachments.filter(live=False).delete()
    note(current, CaseDeed.DISCARDED, by=by)
    return False


def _tell(case: Case, people: Iterable[User], what: str) -> None:
    """Of the deed that was written down last."""
    leave(people, case, what, key=f"{case.pk}:{case.events.values_list('pk', flat=True).first()}")
