"""What profile pages draw from the records."""
