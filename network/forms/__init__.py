"""What people fill in, by page."""
