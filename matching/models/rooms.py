"""A team's room: what was said and what happened there, numbered."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.vocabulary import EventKind
from network.access import Reader, lab_ids_facilitated_by, organization_ids_of
from network.models import Lab, Team, TeamMember
from network.text import clean_line, clean_text

LONGEST = 4000
"""Characters of one message."""


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, reader: Reader) -> "RoomQuerySet":
        """Rooms of the teams whose key the reader holds (`team:7`), and those that the reader leads. Who sees a room
        also writes in it."""
        inside = TeamMember.objects.filter(team=OuterRef("team"), organization__in=organization_ids_of(reader))
        return self.filter(Exists(inside) | _led_by(reader))

    def led_by(self, reader: Reader) -> "RoomQuerySet":
        """Rooms of the labs the reader facilitates for, and of teams for needs to which the reader was named."""
        return self.filter(_led_by(reader))


def _led_by(reader: Reader) -> Q:
    labs = Room.labs.through.objects.filter(room=OuterRef("pk"), lab__in=lab_ids_facilitated_by(reader))
    return Q(Exists(labs)) | Q(team__plan__need__in=Need.ids_named_to(reader))


class Room(models.Model):
    """Where one team and its facilitators talk. The database is the log: its events are numbered without a gap."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="room")
    labs = models.ManyToManyField(Lab, blank=True, related_name="rooms", verbose_name=_("担当するラボ"))
    """Whose facilitators read and write here."""
    last_seq = models.PositiveIntegerField(default=0)
    """Number of the latest event; counted up under a lock on this row."""
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("連携ルーム")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.team.name


class Event(models.Model):
    """One thing that was said or happened. Its number never changes; a message's text may, which is an event too."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    by_place = models.CharField(max_length=250, blank=True)
    """Person, and organizations or labs, as they were called then."""
    text = models.TextField(_("メッセージ"), max_length=LONGEST, blank=True, validators=[clean_text])
    """Of a message, as it reads now; of a change, what the message said before."""
    folded = models.TextField(blank=True)
    """What a search looks through: text and file names without differences of width and case."""
    what = models.CharField(max_length=40, blank=True)
    """Of a note: which sentence of `matching.rooms.notes`."""
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    target = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="changes")
    """The message that was changed or deleted."""
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    """The message that this one answers; never itself an answer."""
    version = models.PositiveIntegerField(default=0)
    """How often the text was changed."""
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.CharField(max_length=120, blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    key = models.CharField(max_length=64, blank=True)
    """Under which its sender sent it: the same is stored once."""
    fingerprint = models.CharField(max_length=64, blank=True)
    """SHA-256 of what was sent under the key."""

    class Meta:
        verbose_name = _("ルームの出来事")
        ordering = ["room", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="event_numbered_once"),
            models.UniqueConstraint(fields=["room", "by", "key"], condition=~Q(key=""), name="event_sent_once"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_numbered_from_1"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.of_a_message(), target__isnull=False)
                | Q(target__isnull=True) & ~Q(kind__in=EventKind.of_a_message()),
                name="event_change_names_its_message",
            ),
            models.CheckConstraint(condition=Q(deleted_at__isnull=True) | Q(text=""), name="event_deleted_is_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.kind}"


def stored_name(_file: Any, _name: str) -> str:
    """A name nobody can guess and nobody chose."""
    token = secrets.token_hex(16)
    return f"rooms/{token[:2]}/{token}"


class RoomFileQuerySet(models.QuerySet["RoomFile"]):
    def visible_to(self, reader: Reader) -> "RoomFileQuerySet":
        """Files of visible rooms."""
        return self.filter(event__room__in=Room.objects.visible_to(reader))


class RoomFile(models.Model):
    """A file that came with a message; it goes with the message."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="files")
    name = models.CharField(_("ファイル名"), max_length=120, validators=[clean_line])
    file = models.FileField(upload_to=stored_name, max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()

    objects = RoomFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("ルームのファイル")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class ReadMark(models.Model):
    """How far somebody has read."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("既読")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.user_id} ≤ {self.seq}"
