"""Asking the network: a question that no case answered goes to the facilitators of one's own labs."""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from network.access import lab_ids_facilitated_by, organization_ids_of
from network.actions.base import ConflictError
from network.actions.corrections import acting_as
from network.models import Lab, User
from search.notices import leave
from search.records import Inquiry, InquiryReply

MOST_A_DAY = 5
"""So many questions one person may send within a day (24 hours): each of them rings at several desks."""


def labs_of(reader: User) -> QuerySet[Lab]:
    """The labs whose facilitators the reader may ask: those that the reader's organizations joined, and those the
    reader facilitates for, where there is somebody to ask."""
    joined = Lab.objects.filter(organizations__in=organization_ids_of(reader)).values("pk")
    asked = Lab.objects.filter(pk__in=joined) | Lab.objects.filter(pk__in=lab_ids_facilitated_by(reader))
    others = User.objects.filter(is_active=True).exclude(pk=reader.pk)
    return asked.filter(facilitators__user__in=others).distinct()


@transaction.atomic
def send_inquiry(*, text: str, labs: Collection[Lab], by: User) -> Inquiry:
    """Put the question to the facilitators of the labs; they are told.

    Raises ValidationError for bad text, for no lab or one that is not the person's, and for more than MOST_A_DAY.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once are counted one after the other
    wanted = list(labs_of(by).filter(pk__in=[lab.pk for lab in labs]))
    if not wanted or len(wanted) != len({lab.pk for lab in labs}):
        raise ValidationError({"labs": _("宛先のラボを選んでください。")})
    if Inquiry.objects.filter(by=by, at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ValidationError(_("質問は1日に%(n)d件まで送れます。明日、もう一度お試しください。") % {"n": MOST_A_DAY})
    inquiry = Inquiry(by=by, on_behalf_of=acting_as(by)[:200], text=text.strip())
    inquiry.full_clean()
    inquiry.save()
    inquiry.labs.set(wanted)
    asked = User.objects.filter(facilitated__lab__in=wanted, is_active=True).exclude(pk=by.pk).distinct()
    leave(asked.order_by("pk"), "inquiry", key=str(inquiry.pk), inquiry=inquiry.pk)
    return inquiry


@transaction.atomic
def reply(inquiry: Inquiry, *, text: str, by: User) -> InquiryReply:
    """Answer as a facilitator of one of the labs that were asked; who asked is told.

    Raises PermissionDenied for everybody else, ConflictError for one that was closed, ValidationError for bad text.
    """
    current = _held(inquiry, by)
    lab = current.labs.filter(pk__in=lab_ids_facilitated_by(by)).first()
    if lab is None or current.by_id == by.pk:
        raise PermissionDenied
    if current.closed_at is not None:
        raise ConflictError(current)
    said = InquiryReply(inquiry=current, by=by, lab=lab, text=text.strip())
    said.full_clean()
    said.save()
    leave([current.by], "reply", key=str(said.pk), inquiry=current.pk)
    return said


@transaction.atomic
def close_inquiry(inquiry: Inquiry, *, by: User) -> None:
    """Say that one's own question is answered. Raises PermissionDenied for another person's."""
    current = _held(inquiry, by)
    if current.by_id != by.pk:
        raise PermissionDenied
    current.closed_at = current.closed_at or timezone.now()
    current.save(update_fields=["closed_at"])


def _held(inquiry: Inquiry, by: User) -> Inquiry:
    current = Inquiry.objects.visible_to(by).filter(pk=inquiry.pk)
    # The rows behind `visible_to` are not held: a lock must not be asked for rows of a subquery's joins.
    if not current.exists():
        raise PermissionDenied
    return Inquiry.objects.select_for_update(of=("self",)).select_related("by").get(pk=inquiry.pk)
