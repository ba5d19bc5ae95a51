"""What rooms do at the news of others."""

from typing import Any

from django.db import transaction

from matching.models import Room, RoomFile
from matching.rooms.groups import group_of_room
from network.hints import hint_later
from network.models import KeptReply, TeamMember


def on_file_deleted(instance: RoomFile, **_signal: Any) -> None:
    """However the row goes, by whatever cascade: its file goes with it, once that is sure."""
    file = instance.file
    transaction.on_commit(lambda: file.storage.delete(str(file.name)), robust=True)


def on_team_left(instance: TeamMember, **_signal: Any) -> None:
    """However an organization leaves a team: the open pages of its people close, and what they were told is kept no
    longer."""
    KeptReply.objects.filter(user__memberships__organization=instance.organization_id).delete()
    rooms = Room.objects.filter(team=instance.team_id).values_list("pk", flat=True)
    hint_later([group_of_room(room) for room in rooms])
