"""Cases in, cases out: the same promises as the registry's files."""
