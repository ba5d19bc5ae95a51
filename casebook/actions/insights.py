"""Short notes (気づき): written by people of the network, for the network, a lab or the own organization."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.models import Case, Insight, Section
from casebook.notices import KIND
from network.access import NETWORK, Reader, keys_held_by, organization_ids_of
from network.models import Organization, User
from network.notices.telling import tell


def keys_for_notes(by: User) -> frozenset[str]:
    """The keys a person may write a note for; none for somebody outside the network.

    Neither everybody (`public`) nor a single person or a team: a note is for people who learn from each other.
    """
    held = keys_held_by(by)
    return frozenset(key for key in held if key == NETWORK or key.startswith(("lab:", "org:")))


def may_read(case: Case, section: str, reader: Reader) -> bool:
    """Whether the reader may read that section of the case now, or, with an empty one, anything of it."""
    if section:
        return Section.objects.visible_to(reader).filter(case=case, kind=section).exists()
    return Case.objects.visible_to(reader).contains(case)


@transaction.atomic
def note_insight(
    *,
    by: User,
    text: str,
    key: str,
    case: Case | None = None,
    section: str = "",
    organization: Organization | None = None,
) -> Insight:
    """Leave a note for whoever holds the key; on a case or its section, for those of them who may read that.

    Raises PermissionDenied for somebody outside the network, for text that the person may not read and in the name of
    an organization of others; ValidationError for a key that is not the person's to write for, and for bad text.
    """
    allowed = keys_for_notes(by)
    if not allowed or (case is not None and not may_read(case, section, by)):
        raise PermissionDenied
    if organization is not None and not organization_ids_of(by).filter(organization=organization.pk).exists():
        raise PermissionDenied
    if key not in allowed:
        raise ValidationError({"key": _("読める人は、ネットワーク、参加しているラボ、自機関から選んでください。")})
    insight = Insight(by=by, organization=organization, case=case, section=section, key=key, text=text.strip())
    insight.full_clean()
    insight.save()
    return insight


@transaction.atomic
def remove_insight(insight: Insight, *, by: User, reason: str = "") -> None:
    """Take a note away; one that is gone stays gone. Its author is told of the reason.

    Raises PermissionDenied, and ValidationError without a reason where somebody else takes it away.
    """
    if not Insight.objects.removable_by(by).contains(insight):
        raise PermissionDenied
    current = Insight.objects.select_for_update(of=("self",)).get(pk=insight.pk)
    if current.removed_at is not None:
        return
    if current.by_id != by.pk and not reason.strip():
        raise ValidationError({"reason": _("外す理由を入力してください。書いた方に伝わります。")})
    current.removed_at, current.removed_by, current.removed_because = timezone.now(), by, reason.strip()
    current.full_clean(exclude=["case"], validate_constraints=False)
    current.save(update_fields=["removed_at", "removed_by", "removed_because"])
    if current.by_id != by.pk:
        facts = {"case": current.case_id, "what": "insight_removed"}
        tell([current.by], kind=KIND, key=f"case:insight_removed:{current.pk}", facts=facts)
