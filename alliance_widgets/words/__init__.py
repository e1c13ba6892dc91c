"""Every word the kit says to a person, in one catalogue per language.

`en.toml` beside this file is the catalogue. A translation is a file with the same keys
(`de.toml`); keys it lacks are said in English. An entry that depends on a count is a table
with `one` and `other`, chosen by the value `n`.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import resources
from numbers import Real
from string import Formatter
from typing import Any

__all__ = ["browser_words", "coefficient", "figure", "language", "of_coefficient", "say"]


@cache
def _catalogue(language: str) -> dict[str, Any]:
    import tomllib  # with the first word that is said: importing the kit says none

    file = resources.files(__name__) / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def language() -> str:
    """The language that is spoken, by its code: `ALLIANCE_LANGUAGE`, "en" if that is not set."""
    return os.environ.get("ALLIANCE_LANGUAGE", "en")


def _find(catalogue: dict[str, object], key: str) -> object:
    entry: Any = catalogue
    for part in key.split("."):
        if not isinstance(entry, dict) or part not in entry:
            return None
        entry = entry[part]
    return entry


def say(key: str, **values: object) -> str:
    """The sentence stored under `key` ("ratings.empty"), with `values` filled in.

    Raises `KeyError` for a key that the English catalogue does not hold.
    """
    entry = _find(_catalogue(language()), key)
    if entry is None:
        entry = _find(_catalogue("en"), key)
    if entry is None:
        raise KeyError(key)
    if isinstance(entry, dict):
        entry = entry["one" if values.get("n") == 1 else "other"]
    text = str(entry)
    if "%}" in text or any(isinstance(value, Real) and value < 0 for value in values.values()):
        return _AS_WRITTEN.format(text, **values)
    return text.format(**values)


def figure(value: Any, form: str = ".2f") -> str:
    """A number by its format as it stands outside of a sentence: with a real minus."""
    return format(value, form).replace("-", "−")


def coefficient(value: Any, form: str = ".2f") -> str:
    """A number that hardly goes beyond −1 and 1, such as r or kappa: no zero before its point."""
    return re.sub(r"^(−?)0\.", r"\1.", figure(value, form))


def of_coefficient(name: str) -> bool:
    """Whether figures of that name are written as r, d and g are: .30."""
    return re.search(r"\b[rdg]\b", name) is not None


class _AsWritten(Formatter):
    """Fills a sentence in with numbers as this book writes them: −0.3, and 6 %."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text: str = super().format_field(value, format_spec)
        if not isinstance(value, Real):
            return text
        # -inf is how a file or a program writes it.
        signed = f"−{text[1:]}" if text.startswith("-") and text != "-inf" else text
        return signed.replace("%", " %")


_AS_WRITTEN = _AsWritten()


def browser_words() -> dict[str, str]:
    """The words that the browser side says by itself, by key: table `[browser]`."""
    return {**_catalogue("en")["browser"], **_catalogue(language()).get("browser", {})}
