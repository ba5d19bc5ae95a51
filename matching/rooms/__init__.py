"""A team's room: its verbs, its notes, what it tells and what it shows."""
