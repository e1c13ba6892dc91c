"""Marking what happened as a rater does: in a line, and in what was said."""
