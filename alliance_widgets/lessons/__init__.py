"""The questions of the lessons as texts: a TOML file per lesson, and how it is read."""
