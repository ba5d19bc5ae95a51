"""Numbers of a room's events: one after the other without a gap, whoever writes at the same time."""

from typing import Any

from matching.models import Event, Room
from matching.rooms.groups import group_of_room
from network.hints import hint_later


def held(room: Room) -> Room:
    """The room as it stands now, held until the transaction ends: who else wants a number waits."""
    return Room.objects.select_for_update(no_key=True, of=("self",)).select_related("team").get(pk=room.pk)


def numbered(room: Room, **values: Any) -> Event:
    """The room's next event; `room` comes from `held` in the same transaction. A transaction that fails gives its
    number back, as the counter is part of it. Open pages are told of the number when it is saved."""
    room.last_seq += 1
    room.save(update_fields=["last_seq"])
    event = Event.objects.create(room=room, seq=room.last_seq, **values)
    tell(room)
    return event


def tell(room: Room) -> None:
    """Have open pages look up to the room's latest number."""
    hint_later([group_of_room(room.pk)], {"type": "news", "seq": room.last_seq})
