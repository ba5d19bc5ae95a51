"""Whom the verbs of a team tell, in the app and by mail: in the site's language, as nobody knows the receiver's."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matching import notices
from matching.models import Engagement, SeatInvitation
from network.models import Organization, User
from network.notices.telling import editors_of

Words = str | Promise
"""A sentence to be filled with %(name)s, the organization, and %(day)s, the last day for an answer."""

INVITED = _("「%(name)s」に、支援チームの席への招待が届きました。%(day)sまでにお返事をください。")
TO_EDITORS = _("このメールは「%(name)s」の編集者のうち、お知らせをメールでも受け取る方にお送りしています。")
TO_FACILITATORS = _(
    "このメールは「%(name)s」のファシリテーターのうち、お知らせをメールでも受け取る方にお送りしています。"
)


def tell_invited(invitation: SeatInvitation) -> None:
    """The organization's editors learn that they are asked, until when, where to answer."""
    tell_organization(invitation, "invited", INVITED, until=_until(invitation))


def tell_organization(invitation: SeatInvitation, what: str, words: Words = "", **facts: object) -> None:
    """News of an invitation to the organization's editors; by mail too where a sentence is given."""
    people, organization = editors_of(invitation.organization), invitation.organization
    notices.leave(people, invitation, what, key=invitation.since.isoformat(), name=organization.name, **facts)
    if words:
        with override(settings.LANGUAGE_CODE):
            filled = {"name": organization.name, "day": _day(invitation)}
            why = str(TO_EDITORS) % {"name": organization.name}
            notices.post(people, invitation, what, said=str(words) % filled, why=why)


def tell_facilitators(invitation: SeatInvitation, what: str, words: Words) -> None:
    """News of an invitation to who puts the team together."""
    plan, by = invitation.seat.plan, invitation.organization.name
    people = notices.facilitators_of(plan.need)
    notices.leave(people, plan, what, key=f"{invitation.pk}:{invitation.since.isoformat()}", by=by)
    with override(settings.LANGUAGE_CODE):
        why = str(TO_FACILITATORS) % {"name": plan.need.lab}
        notices.post(people, plan, what, said=str(words) % {"name": by}, why=why)


def tell_members(engagement: Engagement, members: Iterable[Organization], what: str, words: Words) -> None:
    """News of the work to the editors of every organization in the team."""
    for member in members:
        people = editors_of(member)
        notices.leave(people, engagement, what, key="")
        with override(settings.LANGUAGE_CODE):
            name = {"name": member.name}
            notices.post(people, engagement, what, said=str(words) % name, why=str(TO_EDITORS) % name)


def who_looks_again(engagement: Engagement) -> list[User]:
    """Who has to look at the client again: the facilitators and the editors of the lead."""
    people = {user.pk: user for user in notices.facilitators_of(engagement.plan.need)}
    people |= {user.pk: user for user in editors_of(engagement.lead)}
    return list(people.values())


def _until(invitation: SeatInvitation) -> str:
    return invitation.last_day.isoformat() if invitation.last_day else ""


def _day(invitation: SeatInvitation) -> str:
    return date_format(invitation.last_day, "DATE_FORMAT") if invitation.last_day else ""
