"""Pages of needs, proposals and what else the matcher answers."""
