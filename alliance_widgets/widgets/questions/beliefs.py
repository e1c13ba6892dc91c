"""Ten sentences about the alliance: what is believed of them before, in one click each."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.arguments import check_flag
from alliance_widgets.errors import QuestionError
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.questions.kinds import Rows
from alliance_widgets.widgets.questions.question import Key, Question
from alliance_widgets.words import say

__all__ = ["CLAIMS", "LEVELS", "Beliefs"]

CLAIMS = (
    *("warmth", "ruptures", "addiction", "goodbye", "stays"),
    *("early", "every_treatment", "first_hour", "therapists", "strongest"),
)
"""The claims, by the names under which the work file keeps what was believed of them."""

LEVELS = {
    "certainly_true": ("true", "certain"),
    "rather_true": ("true", "rather"),
    "unsure": (None, None),
    "rather_false": ("false", "rather"),
    "certainly_false": ("false", "certain"),
}
"""What can be said to a claim, as a belief and how sure of it."""


class Beliefs(Question):
    """Ten sentences that everybody repeats, each believed or not, and how surely.

    They can be kept unfinished and changed.

    Read with care: nothing here says which of them is right; the lessons ask each one again.

    Parameters
    ----------
    key : str, int, or several of them, default "00/beliefs"
        The name under which one entry of the work file holds them all.
    work : WorkFile or path, optional
        Where they are kept; the student's own work file if left out.
    again : bool, default False
        Whether they are asked a second time, after the lessons; then it says so.

    Attributes
    ----------
    answer : dict of str to str, or None
        A claim's name (`CLAIMS`) to a level (`LEVELS`).
    table : DataFrame
    """

    def __init__(
        self, key: Key = "00/beliefs", work: WorkGiven = None, *, again: bool = False
    ) -> None:
        check_flag("again", again, QuestionError)
        claims = {claim: say(f"beliefs.claim.{claim}") for claim in CLAIMS}
        levels = {level: say(f"beliefs.level.{level}") for level in LEVELS}
        asked = say("beliefs.ask_again" if again else "beliefs.ask")
        super().__init__(key, asked, Rows(claims, levels), work=work)

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim: what was believed of it, and how surely.

        Columns `claim`, `text`, `belief` (true, false or missing) and `sure` (certain, rather or
        missing).
        """
        kept = self.answer or {}
        rows = [
            (claim, say(f"beliefs.claim.{claim}"), *LEVELS[kept.get(claim, "unsure")])
            for claim in CLAIMS
        ]
        return pd.DataFrame(rows, columns=["claim", "text", "belief", "sure"])
