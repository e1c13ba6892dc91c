"""The tables that people have, read as what they say: files, encodings, dates, numbered columns."""
