"""Telling people of what waits for them."""
