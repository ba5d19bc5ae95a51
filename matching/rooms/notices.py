"""What people are told of a room: that somebody called them, answered them, or that something new stands there."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.models import Event, Room
from network.access import Reader
from network.models import Notice, User
from network.notices.mailing import mail
from network.notices.telling import tell
from network.signals import notices_changed

KIND = "room"

WORDS: dict[str, str | Promise] = {
    "mention": _("連携ルーム「%(room)s」で、%(by)sさんがあなたに呼びかけました。"),
    "reply": _("連携ルーム「%(room)s」で、あなたのメッセージに%(by)sさんが返信しました。"),
    "news": _("連携ルーム「%(room)s」に新しいメッセージがあります。"),
}
WHY = _("このメールは、連携ルームに参加していて、お知らせをメールでも受け取る方にお送りしています。")
MAILS: dict[str, tuple[str | Promise, str | Promise]] = {
    "mention": (
        _("[結び目] 連携ルームで呼びかけがありました"),
        _("連携ルームで、あなたに呼びかけがありました。"),
    ),
    "reply": (_("[結び目] 連携ルームで返信がありました"), _("連携ルームで、あなたのメッセージに返信がありました。")),
}
"""Subject and text: neither names the team, for a mail travels further than a page."""


def key_of(room: int, what: str, seq: int) -> str:
    return f"room:{room}:{what}:{seq}"


def leave(
    event: Event, *, seq: int, called: Collection[User], answered: User | None = None, everybody: Iterable[User] = ()
) -> None:
    """Tell of a message, in the caller's transaction: each person for the strongest reason alone, nobody of the own.

    `seq` is the number of what is told of: the message's own, or its change's. Who has not read what was told last is
    not told of more of the same.
    """
    told = {event.by_id}
    for what, people in (("mention", called), ("reply", [answered] if answered else [])):
        some = [person for person in people if person.pk not in told]
        _leave(event, seq, what, some)
        told |= {person.pk for person in some}
    rest = [person for person in everybody if person.pk not in told]
    waiting = unread(event.room_id).filter(user__in=rest).values_list("user", flat=True)
    behind = set(waiting)
    _leave(event, seq, "news", [person for person in rest if person.pk not in behind])


def _leave(event: Event, seq: int, what: str, people: list[User]) -> None:
    if not people:
        return
    facts = {"room": event.room_id, "what": what, "seq": seq, "by": event.by_name}
    tell(people, kind=KIND, key=key_of(event.room_id, what, seq), facts=facts)
    if what in MAILS:
        subject, said = MAILS[what]
        mail(people, subject=subject, said=said, page=reverse("matching:room", args=[event.room_id]), why=WHY)


def unread(room: int) -> Any:
    return Notice.objects.filter(kind=KIND, read_at=None, key__startswith=f"room:{room}:")


def read_up_to(room: Room, seq: int, person: User) -> None:
    """What was told of the room up to there has been seen."""
    found = [one.pk for one in unread(room.pk).filter(user=person) if one.facts.get("seq", 0) <= seq]
    if found:
        Notice.objects.filter(pk__in=found).update(read_at=timezone.now())
        notices_changed.send(sender=Notice, users=[person.pk])


def teller(notices: Iterable[Notice], reader: Reader) -> Mapping[int, tuple[str, str]]:
    """Sentence and address of each notice whose room the reader may see now, by the notice's id."""
    notices = list(notices)
    rooms = Room.objects.visible_to(reader).select_related("team").in_bulk({_room(notice) for notice in notices})
    told = {}
    for notice in notices:
        room, words = rooms.get(_room(notice)), WORDS.get(str(notice.facts.get("what")))
        if room is not None and words is not None:
            seq = notice.facts.get("seq")
            said = str(words) % {"room": room, "by": notice.facts.get("by", "")}
            told[notice.pk] = said, f"{reverse('matching:room', args=[room.pk])}?at={seq}#room"
    return told


def _room(notice: Notice) -> int:
    found = notice.facts.get("room") if isinstance(notice.facts, Mapping) else None
    return found if isinstance(found, int) else 0
