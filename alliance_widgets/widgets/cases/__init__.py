"""A case that is entered, session by session."""
