"""The registry over HTTP: the same rules as the pages."""
