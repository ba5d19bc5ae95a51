"""The declared answer of every socket to every reader: + accepted, - refused in the way a missing one is."""

MATRIX = """
# route  object     ano str par out col edi fac ofa ste for dor ina tea del
case     draft      -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     network    -   -   +   +   +   +   +   +   +   -   -   -   +   -
case     public     +   +   +   +   +   +   +   +   +   +   +   +   +   +
case     lab        -   -   +   -   +   +   +   -   -   -   -   -   -   -
case     org        -   -   +   -   +   +   -   -   -   -   -   -   -   -
case     user       -   +   -   -   +   +   -   -   -   -   -   -   -   -
case     expired    -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     lastday    -   -   +   +   +   +   +   +   +   -   -   -   +   -
case     team       -   -   -   -   +   +   -   -   -   -   -   -   +   -
case     embargo    -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     opensnow   +   +   +   +   +   +   +   +   +   +   +   +   +   +
case     archived   -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     takendown  -   -   -   -   +   +   -   -   +   -   -   -   -   -
case     withdrawn  -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     lapsed     -   -   -   -   +   +   -   -   -   -   -   -   -   -
case     written    -   -   -   -   +   +   -   -   -   -   -   -   -   +
case     mixed      +   +   +   +   +   +   +   +   +   +   +   +   +   +
case     missing    -   -   -   -   -   -   -   -   -   -   -   -   -   -
bell     -          -   +   +   +   +   +   +   +   +   +   +   -   +   +
bell     missing    -   +   +   +   +   +   +   +   +   +   +   -   +   +
room     room       -   -   -   -   +   +   +   -   -   -   -   -   +   -
room     missing    -   -   -   -   -   -   -   -   -   -   -   -   -   -
workbench need       -   -   -   -   -   -   +   -   -   -   -   -   -   -
workbench other_need -   -   -   -   -   -   -   +   -   -   -   -   -   -
workbench shared_need -  -   -   -   -   -   +   +   -   -   -   -   -   -
workbench missing    -   -   -   -   -   -   -   -   -   -   -   -   -   -
"""
ADDRESSES = {
    "case": "/ws/cases/{pk}/",
    "bell": "/ws/me/",
    "room": "/ws/rooms/{pk}/",
    "workbench": "/ws/workbenches/{pk}/",
}
"""Of a route by its name; `pk` is the object's."""
OBJECTS = {"case": "cases", "bell": "cases", "room": "rooms", "workbench": "needs"}
"""Where the cast has them."""
FIRST = {"case": "public", "bell": "public", "room": "room", "workbench": "need"}
"""One that is there."""

LINES = [line.split() for line in MATRIX.splitlines() if line and not line.startswith("#")]
