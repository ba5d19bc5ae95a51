"""Names of what sockets listen to."""


def group_of_room(room: int) -> str:
    return f"room.{room}"
