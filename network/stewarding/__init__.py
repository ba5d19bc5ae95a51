"""What a steward should look at: stale, incomplete, doubled and doubtful records."""
