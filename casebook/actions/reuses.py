"""What a case was used for."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from casebook.models import Case, Reuse
from casebook.notices import leave
from network.access import lab_ids_facilitated_by, organization_ids_of
from network.models import Organization, User
from network.notices.telling import editors_of


@transaction.atomic
def reuse(case: Case, *, organization: Organization, text: str, by: User, reference: str = "") -> Reuse:
    """Write down that the organization used the case; the people who wrote it are told.

    `reference` names the matter in a room above (`need:12`): then one entry is made for the matter, and telling of it
    again returns that. Raises PermissionDenied where `by` may not read any of the case, or neither belongs to the
    organization nor facilitates for a lab that it joined; ValidationError for bad text.
    """
    if not Case.objects.visible_to(by).contains(case) or not _speaks_for(organization, by):
        raise PermissionDenied
    used = Reuse(case=case, organization=organization, by=by, text=text.strip(), reference=reference)
    used.full_clean(validate_constraints=False)
    if reference:
        told = {"by": by, "text": used.text}
        matter = {"case": case, "organization": organization, "reference": reference}
        used, is_new = Reuse.objects.get_or_create(**matter, defaults=told)
        if not is_new:
            return used
    else:
        used.save()
    leave(_writers(case, without=by), case, "reuse", key=str(used.pk), by=organization.name)
    return used


@transaction.atomic
def take_back_reuse(used: Reuse, *, by: User) -> None:
    """Strike the entry out. Raises PermissionDenied."""
    if not Reuse.objects.removable_by(by).contains(used):
        raise PermissionDenied
    Reuse.objects.filter(pk=used.pk).delete()


def _speaks_for(organization: Organization, by: User) -> bool:
    own = Q(pk__in=organization_ids_of(by)) | Q(labs__in=lab_ids_facilitated_by(by), is_active=True)
    return Organization.objects.filter(own, pk=organization.pk).exists()


def _writers(case: Case, without: User) -> list[User]:
    """The editors of the owner, and whoever wrote the published text and still belongs there."""
    wrote = User.objects.filter(
        pk__in=case.versions.order_by("-number").values("written_by")[:1],
        memberships__organization=case.owner_id,
        is_active=True,
    )
    return [person for person in {*editors_of(case.owner), *wrote} if person != without]
