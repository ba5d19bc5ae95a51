"""From a reviewed text to a published one."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.actions.answering import keep_granted
from casebook.actions.base import draft_of, edited
from casebook.actions.events import note
from casebook.actions.wanting import ConsentWantingError, bind, keys_planned, wanting
from casebook.labels import widest
from casebook.models import Attachment, Case, Draft, Grant, Version
from casebook.notices import leave
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, CaseState, DraftState, SectionKind
from casebook.writing.checking import open_findings
from casebook.writing.content import OWN_TEAM, Content
from casebook.writing.guide import missing
from casebook.writing.live import write
from casebook.writing.settling import settled
from casebook.writing.texts import Text, draft_text
from network.actions.base import ConflictError
from network.models import Organization, Team, TeamMember, User
from network.text import clean_text


class SecondPersonNeededError(PermissionDenied):
    """Whoever wrote or submitted a text does not also let it out."""


@transaction.atomic
def publish(
    case: Case, *, expected: int | None = None, digest: str | None = None, remark: str = "", by: User
) -> Version:
    """Put the submitted text in place of what is public, as its second reader. A case that a steward took down stays
    so: the steward sees the new text and decides.

    `expected` and `digest` say which text was read. Raises PermissionDenied unless `by` edits the owner,
    SecondPersonNeededError for who wrote it, ConflictError where it is another by now, ConsentWantingError,
    ValidationError where it is not submitted, or not complete any more.
    """
    current = edited(case, by=by)
    draft = draft_of(current, expected)
    if draft.state != DraftState.SUBMITTED:
        raise ValidationError(_("この下書きは、まだ確認に出されていません。「確認に出す」のあとで公開できます。"))
    authors = authors_of(draft)
    if by.pk in authors:
        raise SecondPersonNeededError
    text = _text(current, digest)
    if problems := problems_of(current, draft, by=by):
        raise ValidationError(problems)
    clean_text(remark)
    if lacking := wanting(current, text, keys_planned(current, text.content)):
        raise ConsentWantingError(lacking)
    version = _put_in_place(current, draft, text, by=by, remark=remark)
    note(current, CaseDeed.PUBLISHED, by=by, detail=remark)
    _tell(current, authors - {by.pk}, version)
    draft.delete()
    case_changed.send(sender=Case, case=current)
    return version


def problems_of(case: Case, draft: Draft, *, by: User) -> list[str]:
    """What of the draft is missing, or still gives away who the client is."""
    try:
        content = settled(Content.from_json(draft.content))
    except ValidationError as refused:
        return refused.messages
    problems = [entry.message for entry in missing(content)]
    # Who may have a file is who may read its section: without any text there is no section to read.
    kinds = Attachment.objects.filter(case=case).exclude(section__in=content.sections).values_list("section", flat=True)
    said = _("「%(section)s」にファイルがあります。何のためのファイルかを、この節に書いてください。")
    problems += [said % {"section": SectionKind(kind).label} for kind in sorted(set(kinds))]
    found = open_findings(case, content, draft.acknowledged, reader=by)
    return problems + [finding.message for finding in found]


def authors_of(draft: Draft) -> set[int]:
    """Ids of everybody who wrote, submitted or put a file beside the text since the last publication."""
    added = Attachment.objects.filter(case=draft.case_id, live=False, uploaded_by__isnull=False)
    return {*draft.authors, *added.values_list("uploaded_by", flat=True)} - {None}


def may_publish(draft: Draft, person: User) -> bool:
    """Whether the person is a second one: an editor of the owner who neither wrote nor submitted it."""
    edits = Case.objects.editable_by(person).filter(pk=draft.case_id).exists()
    return edits and person.pk not in authors_of(draft)


def _text(case: Case, digest: str | None) -> Text:
    """The draft's text, with the records of everybody in it held. Raises ConflictError where it is another."""
    text = draft_text(case)
    if text is not None:
        _hold(case, {one.organization for one in text.content.participants})
        text = draft_text(case)  # a record may have gone into another one before it was held
    if text is None or digest not in {None, text.digest}:
        raise ConflictError(text)
    return text


def _hold(case: Case, took: Iterable[int]) -> None:
    """Held in the order in which everybody holds records, after the case: no record goes into another meanwhile."""
    concerned = {case.owner_id, *took, *case.participants.values_list("organization_id", flat=True)}
    list(Organization.objects.select_for_update(no_key=True).filter(pk__in=concerned).order_by("pk"))


def _put_in_place(case: Case, draft: Draft, text: Text, *, by: User, remark: str) -> Version:
    content = text.content
    if case.state != CaseState.TAKEN_DOWN:
        case.state = CaseState.PUBLISHED
    case.version, case.digest = case.version + 1, text.digest
    case.opens_on = content.opens_on  # an ISO date: cleaning makes a date of it
    write(case, content)
    _keep_team(case)
    for kind, audience in content.audience.items():
        _grant(case, kind, set(audience.keys), audience.until)
    bind(case, text)
    keep_granted(case, by=by)
    case.refresh_from_db()
    opened = Grant.objects.filter(section__case=case).exists()
    case.published = case.published or (timezone.localdate() if opened else None)
    case.tlp = widest(part.tlp for part in case.sections.prefetch_related("grants"))
    case.save(update_fields=["published", "tlp", "updated_at"])
    version = Version(
        case=case, number=case.version, content=content.as_json(), digest=text.digest, reviewed_by=by, note=remark
    )
    version.written_by = draft.saved_by or draft.submitted_by
    version.clean_fields(exclude={"case", "written_by", "reviewed_by"})
    version.save()
    return version


def _grant(case: Case, kind: str, keys: set[str], until: str | None) -> None:
    section = case.sections.filter(kind=kind).first()
    if section is None:
        return
    named = {f"team:{team_of(case).pk}" if key == OWN_TEAM else key for key in keys}
    section.grants.exclude(key__in=named).delete()
    for key in sorted(named):
        Grant.objects.update_or_create(section=section, key=key, defaults={"until": until})


def team_of(case: Case) -> Team:
    """The owner and everybody who took part, as a team that holds a key; made when first asked for."""
    if case.team is None:
        case.team = Team.objects.create(name=case.title)
        case.save(update_fields=["team"])
        _keep_team(case)
    return case.team


def _keep_team(case: Case) -> None:
    """The case's own team follows who took part; that of an engagement is another one."""
    if case.team is None:
        return
    wanted = {case.owner_id, *case.participants.values_list("organization_id", flat=True)}
    case.team.members.exclude(organization__in=wanted).delete()
    rows = [TeamMember(team=case.team, organization_id=pk) for pk in sorted(wanted)]
    TeamMember.objects.bulk_create(rows, ignore_conflicts=True)


def _tell(case: Case, authors: Iterable[int], version: Version) -> None:
    writers = User.objects.filter(pk__in=authors, is_active=True)
    leave(writers, case, "published", key=f"{case.pk}:{version.number}")
