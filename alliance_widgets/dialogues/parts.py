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

    Source: the Rupture Resolution Rating System (3RS) of Eubanks and colleagues, restated in the
    kit's own words.

    Parameters
    ----------
    name : str
        The name by which codings and strategies refer to it.
    title : str
        What it is called in words.
    family : {"withdrawal", "confrontation", "resolution"}
        What it belongs to; a resolution is a strategy.
    sign : str
        What one sees or hears.
    example : str
        An invented line.
    verified : bool
        Whether the list could be checked against the manual.

    Attributes
    ----------
    source : str
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
    """One turn of the talk.

    Parameters
    ----------
    number : int
        Which one, from 1.
    speaker : {"client", "therapist"}
        Who talks.
    text : str
        What is said.
    """

    number: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Coding:
    """What a vignette answers to somebody who codes it with `marker`.

    Parameters
    ----------
    marker : str
        The name of the marker that was chosen.
    verdict : {"marker", "also", "family", "other_family"}
        Whether it is the one that the vignette was written for, acceptable, another marker of the
        same family, or of the other one.
    feedback : str
        What the vignette answers.
    """

    marker: str
    verdict: str
    feedback: str


@dataclass(frozen=True)
class Advice:
    """A resolution strategy for a vignette, and how well it fits.

    Parameters
    ----------
    strategy : str
        The name of the strategy, a marker of the family "resolution".
    standing : {"best", "plausible"}
        How the author of the vignette sees it.
    why : str
        The reason.

    Attributes
    ----------
    basis : str
    """

    strategy: str
    standing: str
    why: str

    @property
    def basis(self) -> str:
        """What the advice rests on, in words: opinion, no data."""
        return say("vignettes.opinion")


@dataclass(frozen=True)
class Reply:
    """What the therapist might say after the vignette's `pause`, and the client after that.

    Parameters
    ----------
    strategy : {"clarify", "own_your_part", "explore"}
        The way in which the therapist replies.
    therapist : str
        What the therapist says.
    client : str
        What the client says after that.
    may_cost : str
        What this reply may cost, in the author's opinion.
    """

    strategy: str
    therapist: str
    client: str
    may_cost: str


@dataclass(frozen=True)
class Vignette:
    """Eight to twelve invented turns with one marker in them, and what one may say about it.

    Read with care: people, talk and ratings are invented; they show what can happen, and say
    nothing about how often.

    Parameters
    ----------
    id : str
        The name by which the kit knows it.
    title : str
        What it is called.
    client : str
        The invented client's name.
    setting : str
        Where and when it takes place, in words.
    session : int
        This hour's place in `ratings`.
    turns : tuple of Turn
        Eight to twelve, client and therapist by turns.
    marker : str
        The name of the marker.
    family : {"withdrawal", "confrontation"}
        The family of that marker.
    onset : int
        The client's turn at which the marker shows first, from 1.
    pause : int
        The client's turn after which a reader may be asked for the next sentence; the turns after
        it are what this therapist did.
    codings : mapping of str to Coding
        An answer to every withdrawal and confrontation marker by name, for somebody who has read to
        the end.
    advice : tuple of Advice
        Strategies, one of them "best".
    replies : tuple of Reply
        Three answers to the `pause`.
    difference : str
        A difference between the two on which the hour turns; blank if there is none.
    therapist_repairs : bool
        Whether this therapist repairs what went wrong.
    rating_shows : {"nothing", "drop", "later_drop"}
        What the client's rating does by the reliable-drop rule: a drop is in this session, a later
        drop one session later.
    rating_note : str
        The same in words, for the reader.
    ratings : DataFrame
        The simulated course of this client, one row per session and rater, 1 to 5.

    Attributes
    ----------
    turns_on_difference : bool
    nobody_knows : str
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
