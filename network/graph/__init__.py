"""Who has worked with whom."""
