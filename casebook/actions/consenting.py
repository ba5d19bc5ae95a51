"""The consent ledger: how a party is asked, says its word, and takes it back.

What one withdraws is one's word on the case: every consent of that party ends, also one on a text that is only being
written. A new one is asked for and given anew, and only then may an editor open the case again (`reopen`).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.actions.base import edited
from casebook.actions.events import note
from casebook.actions.publishing import SecondPersonNeededError
from casebook.actions.wanting import (
    ConsentWantingError,
    bind,
    ends_soon,
    keys_now,
    keys_planned,
    newest,
    parties,
    reach,
    wanting,
    why_not,
)
from casebook.models import Case, Consent
from casebook.notices import leave
from casebook.recall import tell_exporters
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, ConsentState, Means, Scope
from casebook.writing.texts import Text, live_text, texts_of
from network.access import organization_ids_edited_by
from network.actions.base import ConflictError, only
from network.models import Membership, Organization, User
from network.notices.telling import editors_of
from network.vocabulary import Role

TERMS = frozenset({"scope", "naming", "until", "person", "means", "agreed_on", "contact", "note"})
"""Columns of `Consent` that say what was agreed, with whom and how."""

PEOPLE = frozenset({"case", "organization", "asked_by", "answered_by", "withdrawn_by"})
"""Nobody types these, and who did something may have gone since."""


@transaction.atomic
def record_consent(
    case: Case, *, party: Organization | None = None, digest: str, terms: Mapping[str, object], by: User
) -> Consent:
    """Write down that somebody without an account agreed to the text with this digest: the client, or an organization
    that took part and has no editor. `terms` says who, how, when, how far, until when and where it is taken back.

    Raises PermissionDenied unless `by` edits the owner, ConflictError where neither the draft nor the published text
    is that text, ValidationError by field, or for a party that is none or answers for itself.
    """
    only(terms, TERMS)
    current = edited(case, by=by)
    text = text_of(current, digest)
    if (party.pk if party else None) not in parties(current, text.content):
        raise ValidationError(_("この本文では、同意は必要ありません。"))
    if party is not None and with_editors([party.pk]):
        raise ValidationError(_("%(name)sには編集者がいます。画面から承認を求めてください。") % {"name": party.name})
    values: dict[str, Any] = dict(terms)
    consent = Consent(case=current, organization=party, digest=digest, state=ConsentState.GIVEN, **values)
    consent.asked_by = consent.answered_by = by
    consent.answered_at = timezone.now()
    _complete(consent)
    consent.save()
    note(current, CaseDeed.CONSENT_GIVEN, by=by, detail=called(consent))
    return consent


@transaction.atomic
def ask_approvals(case: Case, *, digest: str, by: User) -> list[Consent]:
    """Ask every organization that took part and has an editor to approve the text with this digest, unless it was
    asked already, or agreed as far as the text is to travel and for long; their editors are told. Returns the new
    questions.

    Raises PermissionDenied, ConflictError where neither the draft nor the published text is that text.
    """
    current = edited(case, by=by)
    text = text_of(current, digest)
    found, today, asked = newest(current, digest), timezone.localdate(), []
    widest = max(reach(current, keys_planned(current, text.content) if text.is_draft else keys_now(current)), 0)
    wanted = with_editors([pk for pk in parties(current, text.content) if pk is not None])
    for organization in Organization.objects.filter(pk__in=wanted).order_by("pk"):
        said = found.get(organization.pk)
        why = why_not(said, digest, widest, today)
        if why == "asked" or (not why and not ends_soon(said, today)):
            continue
        consent = Consent.objects.create(case=current, organization=organization, digest=digest, asked_by=by)
        note(current, CaseDeed.CONSENT_ASKED, by=by, detail=organization.name)
        leave(
            editors_of(organization), current, "approval", key=str(consent.pk), consent=consent.pk, by=case.owner.name
        )
        asked.append(consent)
    return asked


@transaction.atomic
def answer_approval(
    consent: Consent, *, agreed: bool, scope: str = Scope.NAMED, until: date | None = None, reason: str = "", by: User
) -> Consent:
    """An editor of the organization that took part says yes, how far and until when, or no with a reason.

    Raises PermissionDenied, ConflictError where it was answered already or the text is another by now,
    ValidationError by field.
    """
    case, current = _held(consent)
    if not _edits(by, current.organization_id):
        raise PermissionDenied
    if current.state != ConsentState.ASKED or not is_current(case, current):
        raise ConflictError(current)
    if not agreed and not reason.strip():
        raise ValidationError({"reason": _("辞退する理由を書いてください。何を直せばよいかが伝わります。")})
    if agreed:
        _in_time(until)
        current.scope, current.until = scope, until
    current.state = ConsentState.GIVEN if agreed else ConsentState.DECLINED
    current.note = reason.strip()
    current.answered_by, current.answered_at, current.agreed_on = by, timezone.now(), timezone.localdate()
    _checked(current, {"note": "reason"})
    current.save()
    note(case, CaseDeed.CONSENT_GIVEN if agreed else CaseDeed.CONSENT_DECLINED, by=by, detail=called(current))
    what = "approved" if agreed else "not_approved"
    leave(editors_of(case.owner), case, what, key=str(current.pk), by=called(current))
    return current


@transaction.atomic
def withdraw_consent(consent: Consent, *, reason: str, by: User) -> Consent:
    """Take back a party's word on the case: from the next request on nobody outside the owning organization reads it.

    By an editor of the organization that gave it; by an editor of the owner where the owner wrote it down. Raises
    PermissionDenied, ConflictError where nothing was given or it was taken back already, ValidationError by field.
    """
    case, current = _held(consent)
    if not may_withdraw(current, by):
        raise PermissionDenied
    if current.state != ConsentState.GIVEN or current.withdrawn_at is not None:
        raise ConflictError(current)
    if not reason.strip():
        raise ValidationError({"reason": _("撤回の理由を書いてください。")})
    # Only the reason is looked at: nothing else about an old row may stand in the way of taking one's word back.
    try:
        current.withdrawn_reason = Consent._meta.get_field("withdrawn_reason").clean(reason.strip(), current)
    except ValidationError as refused:
        raise ValidationError({"reason": refused.messages}) from refused
    given = case.consents.filter(organization=current.organization_id, state=ConsentState.GIVEN, withdrawn_at=None)
    was_open = given.filter(binding=True).exists()
    given.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=current.withdrawn_reason)
    note(case, CaseDeed.CONSENT_WITHDRAWN, by=by, detail=called(current))
    if was_open:
        tell_exporters(case, by=by)
    told = [person for person in editors_of(case.owner) if person != by]
    leave(told, case, "withdrawn", key=str(current.pk), by=called(current))
    case_changed.send(sender=Case, case=case)
    current.refresh_from_db()
    return current


@transaction.atomic
def reopen(case: Case, *, by: User) -> Case:
    """Let the published text rest on the newest consents to exactly that text: a case that a withdrawal or an end
    closed opens again, one that rests on consents about to end rests on the new ones.

    No second reader is needed, for not a letter is new; but who wrote down a consent does not also act on it alone.
    Raises PermissionDenied, SecondPersonNeededError, ConsentWantingError, ConflictError where there is nothing new.
    """
    current = edited(case, by=by)
    text = live_text(current)
    if text is None:
        raise ConflictError(current)
    if lacking := wanting(current, text, keys_now(current)):
        raise ConsentWantingError(lacking)
    fresh = renewals(current, text)
    if not fresh:
        raise ConflictError(current)
    if by.pk in {one.answered_by_id for one in fresh if one.means}:
        raise SecondPersonNeededError
    bind(current, text)
    note(current, CaseDeed.RESTORED, by=by, detail=_("新しい同意: %(who)s") % {"who": "、".join(map(called, fresh))})
    case_changed.send(sender=Case, case=current)
    return current


def renewals(case: Case, text: Text) -> list[Consent]:
    """Consents to the published text that hold and that it does not rest on yet."""
    needed, today = parties(case, text.content), timezone.localdate()
    said = newest(case, text.digest)
    found = [consent for party, consent in said.items() if party in needed and not consent.binding]
    return [consent for consent in found if consent.digest == text.digest and consent.holds_on(today)]


def may_withdraw(consent: Consent, by: User) -> bool:
    """Whether the person speaks for the party: for one that has no account, whoever edits the owner writes it down."""
    return _edits(by, consent.organization_id) or (bool(consent.means) and _edits(by, consent.case.owner_id))


def text_of(case: Case, digest: str) -> Text:
    """The draft or the published text, whichever has this digest; the draft where both have. Raises ConflictError
    where neither has: it was changed since somebody read it."""
    for text in texts_of(case):
        if text.digest == digest:
            return text
    raise ConflictError(case)


def is_current(case: Case, consent: Consent) -> bool:
    """Whether the consent is about a text that is there: the draft, or the published one."""
    return any(text.digest == consent.digest for text in texts_of(case))


def with_editors(organizations: Collection[int]) -> set[int]:
    """Those of the active organizations that somebody can answer for."""
    editors = Membership.objects.filter(role=Role.EDITOR, user__is_active=True, organization__is_active=True)
    return set(editors.filter(organization__in=organizations).values_list("organization_id", flat=True))


def called(consent: Consent) -> str:
    """The party's name."""
    return consent.organization.name if consent.organization else _("お客様")


def _held(consent: Consent) -> tuple[Case, Consent]:
    """Case and consent as they stand now; the case is held until the transaction ends."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=consent.case_id)
    return case, Consent.objects.select_related("organization", "case").get(pk=consent.pk)


def _edits(person: User, organization: int | None) -> bool:
    return organization is not None and organization_ids_edited_by(person).filter(organization=organization).exists()


def _complete(consent: Consent) -> None:
    """Raises ValidationError, by field, for a consent that was written down in part."""
    problems: dict[str, str] = {}
    if not consent.person.strip():
        problems["person"] = _("同意した方のお名前と役職を書いてください。")
    if consent.means not in Means.values:
        problems["means"] = _("確認の方法を選んでください。")
    if not consent.contact.strip():
        problems["contact"] = _("撤回したいときの連絡先を書いてください。")
    if consent.agreed_on is None or consent.agreed_on > timezone.localdate():
        problems["agreed_on"] = _("同意の日は、今日までの日付にしてください。")
    if problems:
        raise ValidationError(problems)
    _in_time(consent.until)
    _checked(consent, {})


def _checked(consent: Consent, names: Mapping[str, str]) -> None:
    """Clean the row; what a field refuses is said at the name that its form has for it."""
    try:
        consent.clean_fields(exclude=PEOPLE)
    except ValidationError as refused:
        raise ValidationError(
            {names.get(field, field): said for field, said in refused.message_dict.items()}
        ) from refused


def _in_time(until: date | None) -> None:
    if until is not None and until < timezone.localdate():
        raise ValidationError({"until": _("同意の期限は、今日以降の日付にしてください。")})
