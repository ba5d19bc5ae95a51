"""Files that people attach to cases: taken in by what they hold, not by what they are called."""
