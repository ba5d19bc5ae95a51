"""Who belongs to an organization, and as what."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from network.actions.base import changed, locked
from network.actions.people import end_access
from network.history import record as history
from network.history.record import member_value
from network.models import Membership, Organization, User
from network.notices import telling as notices
from network.signals import access_changed
from network.vocabulary import Deed, NoticeKind, Role


@transaction.atomic
def change_role(organization: Organization, *, person: User, role: Role, by: User) -> Membership:
    """Raises PermissionDenied unless `by` edits the organization, Membership.DoesNotExist, ValidationError for the last
    editor."""
    current = locked(organization, by=by)
    membership = Membership.objects.select_related("user").get(organization=current, user=person)
    if membership.role == role:
        return membership
    if role != Role.EDITOR:
        _not_the_last_editor(current, person)
    before = member_value(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _noted(current, membership, before, member_value(membership), what="role", by=by)
    if role != Role.EDITOR:
        access_changed.send(sender=User, user=membership.user)
    return membership


@transaction.atomic
def remove(organization: Organization, *, person: User, by: User) -> None:
    """The person belongs to the organization no more; sessions and API tokens end. Raises PermissionDenied,
    Membership.DoesNotExist, ValidationError for the last editor."""
    current = locked(organization, by=by)
    _gone(current, Membership.objects.select_related("user").get(organization=current, user=person), by=by)


@transaction.atomic
def leave(organization: Organization, *, by: User) -> None:
    """Raises Membership.DoesNotExist, ValidationError for the last editor."""
    current = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    _gone(current, Membership.objects.select_related("user").get(organization=current, user=by), by=by)


def _gone(organization: Organization, membership: Membership, *, by: User) -> None:
    if membership.role == Role.EDITOR:
        _not_the_last_editor(organization, membership.user)
    before = member_value(membership)
    membership.delete()
    end_access(membership.user)
    _noted(organization, membership, before, None, what="left" if membership.user == by else "removed", by=by)


def _not_the_last_editor(organization: Organization, person: User) -> None:
    others = organization.memberships.filter(role=Role.EDITOR, user__is_active=True).exclude(user=person)
    if not others.exists():
        raise ValidationError(_("編集者がいなくなります。先に、ほかのメンバーを編集者にしてください。"))


def _noted(
    organization: Organization,
    membership: Membership,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    *,
    what: str,
    by: User,
) -> None:
    """Into the history, and to whom it concerns: the person, and the editors where somebody left."""
    path = f"member.{membership.user_id}"
    change = history.note(organization, {path: (before, after)}, deed=Deed.MEMBER, by=by)
    facts = {"what": what, "by": str(by), **({"role": after["role"]} if after else {})}
    concerned = notices.editors_of(organization) if what == "left" else [membership.user]
    if change:
        notices.tell(
            [person for person in concerned if person != by],
            kind=NoticeKind.MEMBERSHIP,
            key=f"membership:{change.pk}",
            organization=organization,
            facts=facts,
        )
    changed(organization)
