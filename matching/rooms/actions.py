"""Verbs of a room: each is atomic, says who did it, and leaves an event with the next number."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.files.checking import Checked
from matching.models import Event, Need, ReadMark, Room
from matching.models.rooms import LONGEST
from matching.rooms import notices
from matching.rooms.attaching import attach, digests, taken
from matching.rooms.numbering import held, numbered, tell
from matching.rooms.people import mentioned_in, participants, place_of
from matching.vocabulary import EventKind
from network.access import lab_ids_facilitated_by
from network.actions.base import ConflictError
from network.models import Lab, Team, User
from network.text import clean_text

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What one request says."""

    text: str
    reply_to: int | None
    files: tuple[Checked, ...]
    key: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of it: the same key with another one is another request."""
        said = json.dumps([self.text, self.reply_to, digests(self.files)])
        return hashlib.sha256(said.encode()).hexdigest()


class KeyUsedError(ValidationError):
    """Under this key something else was sent before."""


@transaction.atomic
def open_room(team: Team, *, labs: Iterable[Lab], by: User) -> Room:
    """The team's room, for its members and the facilitators of these labs; the one it has, where it has one.

    Raises PermissionDenied unless `by` facilitates for one of the labs, or was named to the need of the team.
    """
    labs = list(labs)
    ours = lab_ids_facilitated_by(by).filter(lab__in=labs).exists()
    if not ours and not Need.objects.filter(pk__in=Need.ids_named_to(by), plans__team=team).exists():
        raise PermissionDenied
    room, created = Room.objects.get_or_create(team=team)
    room.labs.add(*labs)
    if created:
        note(room, "opened", by=by)
    return room


def post(
    room: Room,
    *,
    text: str,
    by: User,
    reply_to: int | None = None,
    uploads: Collection[UploadedFile[Any]] = (),
    key: str = "",
) -> Event:
    """Say something in the room. Under the same `key` the same is said once: the second call gives the first one's
    event.

    `reply_to` is the number of a message. Raises PermissionDenied, ValidationError (KeyUsedError where the key stands
    for something else), InfectedError, ScannerAwayError. Not atomic as a whole: nobody waits for a number while a file
    is looked into.
    """
    inside(room, by)
    text = text.strip()
    if key and not KEY.fullmatch(key):
        raise ValidationError({"key": _("送信の番号は、英数字と「-」「_」の64文字までにしてください。")})
    files = taken(uploads)
    checked_text(text, needed=not files)
    return _post(room, Sent(text, reply_to, tuple(files), key), by)


@transaction.atomic
def _post(room: Room, sent: Sent, by: User) -> Event:
    current = held(room)
    inside(current, by)
    earlier = current.events.filter(by=by, key=sent.key).first() if sent.key else None
    if earlier is not None:
        if earlier.fingerprint != sent.fingerprint:
            raise KeyUsedError({"key": _("この送信はすでに済んでいます。ページを読み直して、もう一度書いてください。")})
        return earlier
    answered = None if sent.reply_to is None else message_of(current, sent.reply_to)
    thread = answered.thread or answered if answered else None
    event = numbered(
        current,
        kind=EventKind.MESSAGE,
        by=by,
        by_name=by.called,
        by_place=place_of(current, by),
        text=sent.text,
        folded=folded(sent.text, *(file.name for file in sent.files)),
        thread=thread,
        key=sent.key,
        fingerprint=sent.fingerprint if sent.key else "",
    )
    people = participants(current)
    called = mentioned_in(sent.text, people)
    event.mentioned.set(called)
    attach(event, sent.files)
    here = {one.user.pk: one.user for one in people}
    author = here.get(answered.by_id or 0) if answered else None
    notices.leave(event, seq=event.seq, called=called, answered=author, everybody=here.values())
    _read(current, event.seq, by)
    return event


@transaction.atomic
def edit(message: Event, *, text: str, version: int, by: User) -> Event:
    """Write the own message anew; what it said before is kept beside it. `version` is the one that was read.

    Raises PermissionDenied unless `by` wrote it and is in the room, ConflictError where it was changed or deleted
    meanwhile, ValidationError.
    """
    room = held(message.room)
    current = Event.objects.get(pk=message.pk)
    inside(room, by)
    if current.by_id != by.pk or current.kind != EventKind.MESSAGE:
        raise PermissionDenied
    text = text.strip()
    if current.deleted_at:
        raise ConflictError(None)
    if text == current.text:
        return current  # sent twice, or nothing changed
    if version != current.version:
        raise ConflictError(current)
    checked_text(text, needed=not current.files.exists())
    former, current.text, current.version = current.text, text, current.version + 1
    current.folded = folded(text, *current.files.values_list("name", flat=True))
    current.save(update_fields=["text", "folded", "version"])
    change = numbered(room, kind=EventKind.EDITED, by=by, by_name=by.called, text=former, target=current)
    before = set(current.mentioned.values_list("pk", flat=True))
    called = mentioned_in(text, participants(room))
    current.mentioned.set(called)
    notices.leave(current, seq=change.seq, called=[person for person in called if person.pk not in before])
    return current


@transaction.atomic
def delete(message: Event, *, by: User) -> Event:
    """Take a message away: its text, what it said before and its files go, that it stood there stays. Twice is once.

    Raises PermissionDenied unless `by` is in the room and wrote it or facilitates.
    """
    room = held(message.room)
    current = Event.objects.get(pk=message.pk)
    inside(room, by)
    leads = Room.objects.led_by(by).contains(room)
    if current.kind != EventKind.MESSAGE or not (current.by_id == by.pk or leads):
        raise PermissionDenied
    if current.deleted_at:
        return current
    current.changes.update(text="")
    for file in current.files.all():
        file.delete()
    current.mentioned.clear()
    current.text = current.folded = ""
    current.deleted_at, current.deleted_by = timezone.now(), by.called
    current.save(update_fields=["text", "folded", "deleted_at", "deleted_by"])
    numbered(room, kind=EventKind.DELETED, by=by, by_name=by.called, target=current)
    return current


@transaction.atomic
def mark_read(room: Room, seq: int, *, by: User) -> int:
    """The person has read up to this number; never less than before, never beyond the last. Returns how far."""
    inside(room, by)
    current = Room.objects.get(pk=room.pk)
    if _read(current, seq, by):
        tell(current)
    return ReadMark.objects.get(room=room, user=by).seq


@transaction.atomic
def note(room: Room, what: str, *, by: User | None = None, **facts: object) -> Event:
    """Leave in the stream that something happened, in the caller's transaction. `what` is a name registered with
    `matching.rooms.notes`; `facts` are for its sentence. Who calls this has asked for permission."""
    name, current = by.called if by else "", held(room)
    place = place_of(current, by) if by else ""
    return numbered(current, kind=EventKind.NOTE, by=by, by_name=name, by_place=place, what=what, facts=facts)


# --- What they share ----------------------------------------------------------------------------


def inside(room: Room, by: User) -> None:
    """Raises PermissionDenied for who is not in the room."""
    if not Room.objects.visible_to(by).contains(room):
        raise PermissionDenied


def message_of(room: Room, seq: int) -> Event:
    """The message with this number that still stands; raises ValidationError for what cannot be answered."""
    found = room.events.select_related("thread").filter(seq=seq, kind=EventKind.MESSAGE, deleted_at=None).first()
    if found is None:
        raise ValidationError({"reply_to": _("返信先のメッセージがありません。返信をやめて、もう一度送ってください。")})
    return found


def checked_text(text: str, *, needed: bool) -> None:
    """Raises ValidationError for the field `text`."""
    try:
        clean_text(text)
    except ValidationError as problem:
        raise ValidationError({"text": problem.messages}) from problem
    if needed and not text:
        raise ValidationError({"text": _("メッセージを入力するか、ファイルを選んでください。")})
    if len(text) > LONGEST:
        said = _("メッセージは%(limit)d文字までです。分けて送ってください。")
        raise ValidationError({"text": said % {"limit": LONGEST}})


def folded(*texts: str) -> str:
    """As a search looks through it: one width, one case."""
    return unicodedata.normalize("NFKC", "\n".join(texts)).casefold()


def _read(room: Room, seq: int, by: User) -> bool:
    """Move the mark on; False where it stood there already."""
    seq = max(0, min(seq, room.last_seq))
    mark, created = ReadMark.objects.get_or_create(room=room, user=by, defaults={"seq": seq})
    moved = created or ReadMark.objects.filter(pk=mark.pk, seq__lt=seq).update(seq=seq) == 1
    if moved:
        notices.read_up_to(room, seq, by)
    return moved
