"""Reminders: a note should not tell who a person is, and a public server is no place for that."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from alliance_widgets.arguments import check_text
from alliance_widgets.words import say

__all__ = ["on_public_server", "warn_identifying"]

BINDER = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_REQUEST")

LONGEST = 20_000  # characters looked at

_TITLES = "Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Herr|Frau|Mme|Sra|Sr"
_SIGNS = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,}"),
    "phone": re.compile(
        r"(?<![\w.])(?:(?:\+|00)\d[\d ()/.-]{6,20}\d|0\d{1,5}[ /-][\d /-]{4,15}\d"
        r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)"
    ),
    "date": re.compile(
        r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?!\d)"
        r"|\b(?:born|birthday|date of birth)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(r"(?<![\d.,])\d{6,}(?![\d.])"),
    "name": re.compile(
        r"(?i:\b(?:name(?: is|'s)|name:|is called|are called|am called)) *[^\W\d_]"
        rf"|\b(?:{_TITLES})\b\.? +[A-ZÀ-ÖØ-Þ][^\W\d_]+"
    ),
}


def warn_identifying(text: str) -> str | None:
    """A sentence if `text` seems to tell who somebody is; None if nothing of the kind is seen.

    Read with care: this is a reminder and no filter. It knows a few patterns, misses most names
    and places, and sometimes warns of nothing; the text is kept either way.

    Parameters
    ----------
    text : str
        A note, or whatever else a student writes.

    Returns
    -------
    str or None
        The sentence names what was seen: an e-mail address, a telephone number, a date of birth, a
        long number, a name.

    Raises
    ------
    AllianceError
        For a `text` that is none.
    """
    check_text("text", text)
    seen = [sign for sign, pattern in _SIGNS.items() if pattern.search(text[:LONGEST])]
    if "phone" in seen and "number" in seen:
        seen.remove("number")
    if not seen:
        return None
    signs = [say(f"workfile.identifying.{sign}") for sign in seen]
    return say("workfile.identifying.warning", signs=", ".join(signs))


def on_public_server(environment: Mapping[str, str] | None = None) -> bool:
    """Whether this kernel runs on a public server: Binder says so in its environment variables.

    `ALLIANCE_PUBLIC=yes` or `no` has the last word, for servers that say nothing.
    """
    told = os.environ if environment is None else environment
    own_word = told.get("ALLIANCE_PUBLIC", "").strip().lower()
    if own_word in ("yes", "true", "1"):
        return True
    return own_word not in ("no", "false", "0") and any(told.get(name) for name in BINDER)
