"""Charts of one client's line, or a few."""
