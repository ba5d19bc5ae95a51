"""Applications for registration: an organization asks, a steward decides."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from network import post
from network.actions.base import ConflictError, changed, steward
from network.actions.joining import LinkTo, invited
from network.history import record as history
from network.models import Application, Organization, User
from network.notices import telling as notices
from network.vocabulary import ApplicationState, Deed, NoticeKind, Role


@transaction.atomic
def apply(application: Application) -> Application:
    """Have a filled-in application decided on by the stewards, who are told. By nobody who is signed in: whoever
    writes proves the address by taking up the invitation that follows. Raises ValidationError."""
    application.state = ApplicationState.OPEN
    application.full_clean()
    application.save()
    notices.tell(
        notices.stewards(),
        kind=NoticeKind.APPLICATION,
        key=f"application:{application.pk}",
        facts={"by": application.name},
    )
    return application


@transaction.atomic
def approve(application: Application, *, link_to: LinkTo, by: User) -> Organization:
    """Register the organization as it described itself, and invite the applicant as its editor.

    Raises PermissionDenied unless `by` is a steward, ConflictError where it was decided already, ValidationError where
    the 法人番号 is registered.
    """
    current = _undecided(application, by=by)
    number = current.corporate_number or None
    if number and (known := Organization.objects.filter(corporate_number=number).first()):
        said = _("この法人番号は「%(name)s」として登録されています。二重に登録せず、見送りにして理由を伝えてください。")
        raise ValidationError(said % {"name": known.name})
    organization = Organization(
        external_id=f"app-{current.pk}",
        name=current.name,
        kana=current.kana,
        kind=current.kind,
        corporate_number=number,
        prefecture=current.prefecture,
        municipality=current.municipality,
        about=current.about,
        website=current.website,
        ties_declared=current.has_ties,
        ties_declared_at=current.created_at,
    )
    organization.full_clean()
    organization.save()
    history.note(organization, history.difference({}, history.snapshot(organization)), deed=Deed.CREATED, by=by)
    _decide(current, ApplicationState.APPROVED, by)
    current.organization = organization
    current.save()
    invited(organization, email=current.applicant_email, role=Role.EDITOR, link_to=link_to, by=by)
    changed(organization)
    return organization


@transaction.atomic
def decline_application(application: Application, *, reason: str, by: User) -> None:
    """Say no, with the reason, by mail. Raises PermissionDenied, ConflictError, ValidationError without a reason."""
    current = _undecided(application, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("理由を入力してください。申請した方にメールで伝わります。")})
    current.reason = reason
    _decide(current, ApplicationState.DECLINED, by)
    current.full_clean()
    current.save()
    with override(settings.LANGUAGE_CODE):  # the reader's language is not known, and the steward's need not be theirs
        post.write(
            to=current.applicant_email,
            subject=_("登録の申請について"),
            body=_(
                "%(person)s様\n\n結び目への「%(name)s」の登録の申請は、次の理由で見送りになりました。\n\n%(reason)s\n\n"
                "内容を直して、もう一度申請できます。\n"
            )
            % {"person": current.applicant_name, "name": current.name, "reason": reason},
        )


def _undecided(application: Application, *, by: User) -> Application:
    steward(by)
    current = Application.objects.select_for_update().get(pk=application.pk)
    if current.state != ApplicationState.OPEN:
        raise ConflictError(current)
    return current


def _decide(application: Application, state: ApplicationState, by: User) -> None:
    application.state, application.decided_by, application.decided_at = state, by, timezone.now()
