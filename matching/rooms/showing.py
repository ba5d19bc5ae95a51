"""A room as one of its people reads it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html_join, urlize
from django.utils.safestring import SafeString

from matching.models import Event, ReadMark, Room, RoomFile
from matching.rooms.actions import folded
from matching.rooms.notes import sentence
from matching.rooms.people import Participant
from matching.vocabulary import EventKind
from network.models import User

IN_STREAM = (EventKind.MESSAGE, EventKind.NOTE)
WINDOW = 100
"""Lines of the stream on one page."""
WORDS = 10
"""How many words of a search count."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the stream; `event` is a message or a note."""

    event: Event
    own: bool
    may_delete: bool
    read_by: int = 0
    """How many others have read it."""
    replies: int = 0
    names: tuple[str, ...] = field(default=())
    """What was called in it, as written after the "@"."""

    @property
    def note(self) -> str:
        return sentence(self.event.what, self.event.facts, self.event.by_name)

    @property
    def html(self) -> SafeString:
        """The text with addresses as links and calls marked; everything else as it was typed."""
        if not self.names:
            return SafeString(urlize(self.event.text, nofollow=True, autoescape=True))
        pattern = re.compile("[@＠](?:" + "|".join(re.escape(name) for name in self.names) + ")")
        spots = [spot for found in pattern.finditer(self.event.text) for spot in found.span()]
        pieces = [self.event.text[a:b] for a, b in pairwise([0, *spots, len(self.event.text)])]
        return format_html_join("", "{}", ((_piece(text, n % 2 == 1),) for n, text in enumerate(pieces)))


def _piece(text: str, called: bool) -> SafeString:
    if called:
        return format_html_join("", '<mark class="called">{}</mark>', [(text,)])
    return SafeString(urlize(text, nofollow=True, autoescape=True))


def stream(room: Room) -> QuerySet[Event]:
    """The room's messages and notes with what a line needs, by number."""
    return room.events.filter(kind__in=IN_STREAM).select_related("thread").prefetch_related("files").order_by("seq")


def lines_of(events: Iterable[Event], room: Room, reader: User, people: Collection[Participant]) -> list[Line]:
    """Each of the events as the reader sees it, in three queries however many."""
    events = list(events)
    marks = dict(ReadMark.objects.filter(room=room).values_list("user", "seq"))
    answers = Event.objects.filter(thread__in=events, deleted_at=None).order_by().values("thread")
    replies = dict(answers.annotate(n=Count("pk")).values_list("thread", "n"))
    leads = any(one.facilitates and one.user.pk == reader.pk for one in people)
    names = sorted({name for one in people for name in (one.user.called, *one.places)}, key=lambda n: (-len(n), n))

    def line(event: Event) -> Line:
        own = event.by_id == reader.pk
        others = sum(1 for user, seq in marks.items() if seq >= event.seq and user not in {event.by_id, reader.pk})
        text = event.text.replace("＠", "@")
        called = tuple(name for name in names if f"@{name}" in text)
        return Line(event, own, own or leads, others if own else 0, replies.get(event.pk, 0), called)

    return [line(event) for event in events]


def window(room: Room, *, before: int | None = None, at: int | None = None) -> tuple[list[Event], bool, bool]:
    """A page of the stream, whether there is more before it and more after it: the end, what is before a number, or
    what is around one."""
    found = stream(room)
    if at is not None:
        found = found.filter(seq__lte=at + WINDOW // 2)
    elif before is not None:
        found = found.filter(seq__lt=before)
    page = list(found.order_by("-seq")[: WINDOW + 1])
    later = bool(page) and stream(room).filter(seq__gt=page[0].seq).exists() if at or before else False
    return page[:WINDOW][::-1], len(page) > WINDOW, later


def found_in(room: Room, query: str) -> QuerySet[Event]:
    """Messages that hold every word, newest first."""
    found = stream(room).filter(kind=EventKind.MESSAGE, deleted_at=None)
    for word in folded(query).split()[:WORDS]:
        found = found.filter(folded__contains=word)
    return found.order_by("-seq")


def files_of(room: Room) -> QuerySet[RoomFile]:
    """The room's files, newest first."""
    return RoomFile.objects.filter(event__room=room).select_related("event").order_by("-pk")


def with_unread(rooms: QuerySet[Room], reader: User) -> QuerySet[Room]:
    """Each with `unread`: how many messages of others the reader has not read; and when something last happened."""
    mark = ReadMark.objects.filter(room=OuterRef("room"), user=reader).values("seq")[:1]
    new = Event.objects.filter(~Q(by=reader) | Q(by=None), room=OuterRef("pk"), kind=EventKind.MESSAGE, deleted_at=None)
    new = new.filter(seq__gt=Coalesce(Subquery(mark), 0)).order_by()
    per_room = new.values("room").annotate(n=Count("pk")).values("n")
    last = Event.objects.filter(room=OuterRef("pk"), seq=OuterRef("last_seq")).values("at")[:1]
    counted = Coalesce(Subquery(per_room, output_field=IntegerField()), 0)
    return rooms.annotate(unread=counted, last_at=Subquery(last)).order_by(F("last_at").desc(nulls_last=True), "-pk")
