"""The matching problem in plain Python: no Django, no clock, no randomness."""
