"""What a vignette is made of: turns, a marker and when it begins, strategies and replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from alliance_widgets.words import say

__all__ = [
    "FAMILIES",
    "REPLIES",
    "SHOWS",
    "SPEAKERS",
    "STANDINGS",
    "Advice",
    "Coding",
    "Marker",
    "Reply",
    "Turn",
    "Vignette",
]

FAMILIES = ("withdrawal", "confrontation", "resolution")
SPEAKERS = ("client", "therapist")
STANDINGS = ("best", "plausible")
REPLIES = ("clarify", "own_your_part", "explore")
SHOWS = ("nothing", "drop", "later_drop")


@dataclass(frozen=True)
class Marker:
    """A sign that a client withdraws or confronts, or a way in which a therapist answers it.

    `family` is "withdrawal", "confrontation" or "resolution" (a strategy); `sign` says what one
    sees or hears, `example` is an invented line. `verified` is false where the list could not be
    checked against the manual.

    Source: the Rupture Resolution Rating System (3RS) of Eubanks and colleagues, restated in the
    kit's own words.
    """

    name: str
    title: str
    family: str
    sign: str
    example: str
    verified: bool

    @property
    def source(self) -> str:
        """Where the marker comes from, and whether that could be checked, in words."""
        return say("vignettes.source_verified" if self.verified else "vignettes.source")


@dataclass(frozen=True)
class Turn:
    """One turn of the talk; `number` counts from 1, `speaker` is "client" or "therapist"."""

    number: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Coding:
    """What a vignette answers to somebody who codes it with `marker`.

    `verdict` is "marker" (the one it was written for), "also" (acceptable), "family" (another
    marker of the same family) or "other_family".
    """

    marker: str
    verdict: str
    feedback: str


@dataclass(frozen=True)
class Advice:
    """A resolution strategy for a vignette: `standing` is "best" or "plausible"."""

    strategy: str
    standing: str
    why: str

    @property
    def basis(self) -> str:
        """What the advice rests on, in words: opinion, no data."""
        return say("vignettes.opinion")


@dataclass(frozen=True)
class Reply:
    """What the therapist might say after the vignette's `pause`, and the client after that."""

    strategy: str
    therapist: str
    client: str


@dataclass(frozen=True)
class Vignette:
    """Eight to twelve invented turns with one marker in them, and what one may say about it.

    `marker` shows first at turn `onset`, a client's turn. `pause` is the client's turn after
    which a reader may be asked for the next sentence: `replies` answer it in three ways, and the
    turns after it are what this therapist did. `codings` has an answer to every withdrawal and
    confrontation marker by name, for somebody who has read to the end; `advice` lists
    strategies, one of them "best".

    `session` is this hour's place in `ratings`, the simulated course of this client (one row per
    session and rater, 1 to 5). `rating_shows` says what the client's rating does by the
    reliable-drop rule: "nothing", "drop" (in this session) or "later_drop" (one session later).
    `difference` names a difference between the two on which the hour turns, and is blank if
    there is none.

    Read with care: people, talk and ratings are invented; they show what can happen, and say
    nothing about how often.
    """

    id: str
    title: str
    client: str
    setting: str
    session: int
    turns: tuple[Turn, ...]
    marker: str
    family: str
    onset: int
    pause: int
    codings: Mapping[str, Coding] = field(hash=False)
    advice: tuple[Advice, ...]
    replies: tuple[Reply, ...]
    difference: str
    therapist_repairs: bool
    rating_shows: str
    rating_note: str
    ratings: pd.DataFrame = field(repr=False, compare=False)

    @property
    def turns_on_difference(self) -> bool:
        """Whether a difference such as language, class or gender is at the heart of it."""
        return self.difference != ""

    @property
    def nobody_knows(self) -> str:
        """The note that belongs beside the replies: which of them is best is not known."""
        return say("vignettes.nobody_knows")
