"""What was done to a record, and what it said on any day."""
