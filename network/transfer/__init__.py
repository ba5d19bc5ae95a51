"""Files in, files out: JSON Lines with exact messages, all or nothing."""
