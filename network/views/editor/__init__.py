"""Where an organization keeps its own record true."""

from network.views.editor.capacity import capacity
from network.views.editor.describe import describe
from network.views.editor.lines import confirm, rating, undo, withdraw
from network.views.editor.ratings import ratings, ratings_summary

__all__ = [
    "capacity",
    "confirm",
    "describe",
    "rating",
    "ratings",
    "ratings_summary",
    "undo",
    "withdraw",
]
