"""How far a rating is believed, and why."""
