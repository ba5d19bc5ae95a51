"""Invitations: one address into one organization, once.

The secret stands in the mail and nowhere else; here stands its SHA-256. Who shows the secret has read the mail, so
taking an invitation up proves the address.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from network import post
from network.actions.base import changed, locked
from network.history import record as history
from network.history.record import member_value
from network.models import Invitation, Membership, Organization, User
from network.notices import telling as notices
from network.vocabulary import Deed, NoticeKind, Role

LinkTo = Callable[[str], str]
"""Makes the address in the mail from the secret."""


class UnusableError(Exception):
    """An invitation that cannot be taken up; `why` is unknown, used, revoked, expired or other_person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def invite(organization: Organization, *, email: str, role: Role, link_to: LinkTo, by: User) -> Invitation:
    """Ask an address into the organization, by mail; an open invitation of the same address is replaced.

    Raises PermissionDenied unless `by` edits the organization, ValidationError for a bad address, for a member's, and
    where too many are open.
    """
    current = locked(organization, by=by)
    return invited(current, email=email, role=role, link_to=link_to, by=by)


@transaction.atomic
def resend(invitation: Invitation, *, link_to: LinkTo, by: User) -> Invitation:
    """A new secret for as long as a new invitation; the one before is dead. Raises PermissionDenied,
    UnusableError."""
    locked(invitation.organization, by=by)
    current = _pending(invitation)
    post.withdraw(current.letter)
    return _sent(current, link_to, by)


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """The secret opens nothing any more. Raises PermissionDenied, UnusableError for what is used or revoked already."""
    locked(invitation.organization, by=by)
    _revoked(_pending(invitation))


def digest_of(secret: str) -> str:
    """What is stored of a secret, whatever was typed in its place."""
    return hashlib.sha256(secret.strip().encode("utf-8", "surrogatepass")).hexdigest()


def to_take_up(digest: str, *, person: User | None = None) -> Invitation:
    """The open invitation of a secret's digest; raises UnusableError, also where `person` has another address."""
    found = Invitation.objects.select_related("organization", "invited_by").filter(digest=digest).first()
    if found is None:
        raise UnusableError("unknown")
    if why := _closed_because(found):
        raise UnusableError(why)
    if person is not None and person.email.lower() != found.email.lower():
        raise UnusableError("other_person")
    return found


@transaction.atomic
def accept(digest: str, *, by: User) -> Membership:
    """Become a member, with the invitation of that secret's digest. Raises UnusableError; exactly one call gets
    through."""
    return _taken_up(_held(digest, person=by), by)


@transaction.atomic
def open_account(digest: str, *, name: str, password: str) -> User:
    """A new account for the invited address, and its membership. Raises UnusableError, ValidationError where the
    address has an account."""
    invitation = _held(digest)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise ValidationError(_("このアドレスのアカウントは、すでにあります。サインインしてから参加してください。"))
    person = User(email=invitation.email.lower(), name=name)
    person.set_password(password)
    person.full_clean(exclude=["password"])
    person.save()
    _taken_up(invitation, person)
    return person


def invited(organization: Organization, *, email: str, role: Role, link_to: LinkTo, by: User) -> Invitation:
    """`invite` for who has asked for the right already: the organization's row is held."""
    email = email.strip().lower()
    if organization.memberships.filter(user__email__iexact=email).exists():
        raise ValidationError({"email": _("この方は、すでにメンバーです。役割はメンバーの一覧で変えられます。")})
    for before in Invitation.objects.pending().filter(organization=organization, email__iexact=email):
        _revoked(before)
    still_open = Invitation.objects.pending().filter(organization=organization, expires_at__gt=timezone.now())
    if still_open.count() >= settings.OPEN_INVITATIONS:
        said = _("返事を待っている招待が%(count)s件あります。使わない招待を取り消してから、もう一度お試しください。")
        raise ValidationError(said % {"count": settings.OPEN_INVITATIONS})
    return _sent(Invitation(organization=organization, email=email, role=role), link_to, by)


def last_moment(days: int) -> datetime:
    """The end of the day so many days from today (Asia/Tokyo)."""
    day = timezone.localdate() + timedelta(days=days + 1)
    return timezone.make_aware(datetime.combine(day, time.min))


def _sent(invitation: Invitation, link_to: LinkTo, by: User) -> Invitation:
    secret = secrets.token_urlsafe(32)
    invitation.digest, invitation.invited_by = digest_of(secret), by
    invitation.expires_at = last_moment(settings.INVITATION_DAYS)
    invitation.full_clean(exclude=["letter"])
    with override(settings.LANGUAGE_CODE):  # the reader's language is not known, and the inviter's need not be theirs
        invitation.letter = post.write(
            to=invitation.email,
            subject=_("%(name)sへの招待") % {"name": invitation.organization.name},
            body=_letter(invitation, link_to(secret), by),
        )
    invitation.save()
    return invitation


def _letter(invitation: Invitation, link: str, by: User) -> str:
    return _(
        "%(by)sさんから、結び目の「%(name)s」に%(role)sとして招待されました。\n\n"
        "次のアドレスを開き、画面の案内にそって参加してください。\n%(link)s\n\n"
        "使えるのは1回だけで、期限は%(day)sです。このメールを他の方に渡さないでください。\n"
        "心当たりのない場合は、何もせずに捨ててください。\n"
    ) % {
        "by": by,
        "name": invitation.organization.name,
        "role": invitation.get_role_display(),
        "link": link,
        "day": date_format(invitation.last_day, "DATE_FORMAT"),
    }


def _closed_because(invitation: Invitation) -> str:
    """Why it cannot be taken up; empty while it can."""
    if invitation.used_at is not None:
        return "used"
    if invitation.revoked_at is not None or not invitation.organization.is_active:
        return "revoked"
    return "expired" if invitation.is_expired else ""


def _pending(invitation: Invitation) -> Invitation:
    """The invitation as it stands now; raises UnusableError for what was used or revoked. The organization is held."""
    current = Invitation.objects.select_related("organization", "letter").get(pk=invitation.pk)
    if current.used_at or current.revoked_at:
        raise UnusableError("used" if current.used_at else "revoked")
    return current


def _revoked(invitation: Invitation) -> None:
    post.withdraw(invitation.letter)
    Invitation.objects.pending().filter(pk=invitation.pk).update(revoked_at=timezone.now())


def _held(digest: str, *, person: User | None = None) -> Invitation:
    """The open invitation, with its organization's row held until the transaction ends. Raises UnusableError."""
    found = to_take_up(digest, person=person)
    Organization.objects.select_for_update(no_key=True).get(pk=found.organization_id)
    return to_take_up(digest, person=person)


def _taken_up(invitation: Invitation, person: User) -> Membership:
    """The membership that comes of it. Raises UnusableError where somebody was faster: the database decides."""
    now = timezone.now()
    free = Invitation.objects.pending().filter(pk=invitation.pk, digest=invitation.digest, expires_at__gt=now)
    if not free.update(used_at=now, used_by=person):
        raise UnusableError("used")
    organization = Organization.objects.select_for_update(no_key=True).get(pk=invitation.organization_id)
    membership = Membership.objects.filter(user=person, organization=organization).first()
    before = member_value(membership) if membership else None
    membership = membership or Membership(user=person, organization=organization)
    if before is None or invitation.role == Role.EDITOR:  # nobody loses by accepting
        membership.role = invitation.role
    membership.save()
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    path = f"member.{person.pk}"
    history.note(organization, {path: (before, member_value(membership))}, deed=Deed.MEMBER, by=person)
    _told(invitation, organization, person)
    changed(organization)
    return membership


def _told(invitation: Invitation, organization: Organization, person: User) -> None:
    inviter = invitation.invited_by
    notices.tell(
        [inviter] if inviter and inviter.is_active and inviter != person else [],
        kind=NoticeKind.MEMBERSHIP,
        key=f"joined:{invitation.pk}",
        organization=organization,
        facts={"what": "joined", "by": str(person)},
    )
