"""The owner's answer to who asks for more of a case: some sections for a time, or a reason why not."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.actions.asking import waiting_request
from casebook.actions.base import edited
from casebook.actions.events import note
from casebook.actions.wanting import consents_allow
from casebook.labels import widest
from casebook.models import AccessRequest, Case, Grant, Section
from casebook.notices import leave
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, RequestState
from network.actions.base import ConflictError
from network.models import User
from network.notices.mailing import mail

LONGEST = timedelta(days=366)
"""Whoever needs it longer asks again: a year from now somebody looks whether it is still right."""


@transaction.atomic
def grant_access(
    request: AccessRequest, *, kinds: Collection[str], until: date, answer: str = "", by: User
) -> AccessRequest:
    """Open these sections to the person who asked, until and including the day; where the person has them longer
    already, that holds.

    Raises PermissionDenied unless `by` edits the owner, ConflictError where it was answered meanwhile, ValidationError
    by field: for a section that is not there or that the consents do not let this person read, for a day gone by or
    more than LONGEST away, and where the person may not see the case (any more).
    """
    case = edited(request.case, by=by)
    current = waiting_request(request)
    sections = _chosen(case, current, kinds)
    check_term(until)
    if not sees(current):
        raise ValidationError(
            _("申請した方は、いまはこの事例をご覧になれないため、承認できません。公開の状態か、所属が変わっています。")
        )
    _open(sections, current.key, until)
    current.kinds, current.until = [section.kind for section in sections], until
    note(case, CaseDeed.GRANTED, by=by, detail=_said_of(current))
    _answered(current, RequestState.GRANTED, answer, by=by)
    leave([current.by], case, "granted", key=str(current.pk), request=current.pk, until=until.isoformat())
    _grants_changed(case)
    return current


@transaction.atomic
def decline_access(request: AccessRequest, *, reason: str, by: User) -> AccessRequest:
    """Leave it at what the person may read, and say why. Raises PermissionDenied, ConflictError, ValidationError
    without a reason."""
    case = edited(request.case, by=by)
    current = waiting_request(request)
    if not reason.strip():
        raise ValidationError({"answer": _("見送る理由を入力してください。申請した方に伝わります。")})
    _answered(current, RequestState.DECLINED, reason, by=by)
    note(case, CaseDeed.DECLINED, by=by, detail=_said_of(current))
    leave([current.by], case, "declined", key=str(current.pk), request=current.pk)
    return current


@transaction.atomic
def revoke(request: AccessRequest, *, by: User) -> AccessRequest:
    """Close to the person at once what this request opened, also where another grant would let that person in longer.

    Raises PermissionDenied unless `by` edits the owner, ConflictError where it is not in force (any more).
    """
    case = edited(request.case, by=by)
    current = AccessRequest.objects.select_for_update(of=("self",)).select_related("by").get(pk=request.pk)
    if not current.is_in_force:
        raise ConflictError(current)
    Grant.objects.filter(section__case=case, section__kind__in=current.kinds, key=current.key).delete()
    _over(current, case, by=by)
    _grants_changed(case)
    return current


def keep_granted(case: Case, *, by: User) -> None:
    """After a new text, which sets who may read it: whom a request let in for a time stays in, as far as the section
    is still there and the new consents allow it. For the rest see `end_ungranted`."""
    for request in case.access_requests.in_force():
        sections = case.sections.filter(kind__in=request.kinds)
        if request.until:
            _open([one for one in sections if _may_open(one, case, request)], request.key, request.until)
    end_ungranted(case, by=by)


def end_ungranted(case: Case, *, by: User) -> None:
    """Requests of which no grant is left are over, and who asked is told; the others name the sections left."""
    for request in case.access_requests.in_force().select_related("by"):
        left = case.sections.filter(kind__in=request.kinds, grants__key=request.key).in_reading_order()
        kinds = list(left.values_list("kind", flat=True))
        if not kinds:
            _over(request, case, by=by)
        elif kinds != request.kinds:
            request.kinds = kinds
            request.save(update_fields=["kinds"])


def check_term(until: date) -> None:
    """Raises ValidationError for a last day that has passed or is more than LONGEST away."""
    today = timezone.localdate()
    if until < today:
        raise ValidationError({"until": _("期限は、今日以降の日付にしてください。")})
    if until > today + LONGEST:
        last = date_format(today + LONGEST, "DATE_FORMAT")
        raise ValidationError({"until": _("期限は、1年以内（%(day)sまで）にしてください。") % {"day": last}})


def sees(request: AccessRequest) -> bool:
    """Whether who asked may (still) see the case."""
    return Case.objects.visible_to(request.by).filter(pk=request.case_id).exists()


def _chosen(case: Case, request: AccessRequest, kinds: Collection[str]) -> list[Section]:
    """The sections of these kinds in reading order. Raises ValidationError."""
    sections = list(Section.objects.filter(case=case, kind__in=kinds).in_reading_order())
    if not sections or {section.kind for section in sections} != set(kinds):
        raise ValidationError({"kinds": _("公開する節を、この事例の節から1つ以上選んでください。")})
    beyond = [section.get_kind_display() for section in sections if not _may_open(section, case, request)]
    if beyond:
        said = _("「%(sections)s」は、いただいている同意の範囲を越えるため公開できません。選択から外してください。")
        raise ValidationError({"kinds": said % {"sections": "」「".join(beyond)}})
    return sections


def _may_open(section: Section, case: Case, request: AccessRequest) -> bool:
    return consents_allow(case, request.key, section.kind)


def _open(sections: Iterable[Section], key: str, until: date) -> None:
    for section in sections:
        grant, made = Grant.objects.get_or_create(section=section, key=key, defaults={"until": until})
        if not made and grant.until is not None and grant.until < until:
            grant.until = until
            grant.save(update_fields=["until"])


def _answered(request: AccessRequest, state: RequestState, answer: str, *, by: User) -> None:
    request.state, request.answer = state, answer.strip()
    request.answered_at, request.answered_by = timezone.now(), by
    request.full_clean(validate_constraints=False)
    request.save()
    if sees(request):  # to who may not, not even that there is an answer
        mail(
            [request.by],
            subject=gettext_lazy("[結び目] 閲覧の申請に回答がありました"),
            said=gettext_lazy("事例の閲覧の申請に、所有する機関から回答がありました。"),
            page=reverse("casebook:case_request", args=[request.pk]),
            why=gettext_lazy(
                "このメールは、閲覧を申請した方のうち、お知らせをメールでも受け取る方にお送りしています。"
            ),
        )


def _over(request: AccessRequest, case: Case, *, by: User) -> None:
    """Nothing is left of what was granted: written down, and who asked is told."""
    request.revoked_at, request.revoked_by = timezone.now(), by
    request.save(update_fields=["revoked_at", "revoked_by"])
    note(case, CaseDeed.REVOKED, by=by, detail=_said_of(request))
    leave([request.by], case, "revoked", key=str(request.pk), request=request.pk)


def _grants_changed(case: Case) -> None:
    """The case's label follows its sections', as after `share`; the house is told."""
    case.tlp = widest(part.tlp for part in case.sections.prefetch_related("grants"))
    case.save(update_fields=["tlp", "updated_at"])
    case_changed.send(sender=Case, case=case)


def _said_of(request: AccessRequest) -> str:
    """For the history that the owner's members read: who, which sections, until when."""
    who = f"{request.by.called}（{request.on_behalf_of}）" if request.on_behalf_of else request.by.called
    what = "、".join(request.kind_names)
    day = date_format(request.until, "DATE_FORMAT") if request.until else ""
    return "：".join([who, _("%(what)s（%(day)sまで）") % {"what": what, "day": day}]) if what else who
