"""What a rating and a course of treatment are, and how they are read and checked."""
