"""Ten sentences about the alliance: what is believed of them before, in one click each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from alliance_widgets.arguments import are_names, as_shown, check_flag
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.beliefs import CLAIMS, LEVELS
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.questions._given import Given
from alliance_widgets.widgets.questions.kinds import NoAnswer, Rows
from alliance_widgets.widgets.questions.question import Question
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["CLAIMS", "LEVELS", "Beliefs"]

FIRST = "00/beliefs"
"""The key under which they are asked before the lessons."""


class Beliefs(Question):
    """Ten sentences that everybody repeats, each believed or not, and how surely.

    They can be kept unfinished and changed.

    Read with care: nothing here says which of them is right. Each lesson asks its own ones again,
    and then tells what was said in lesson 00.

    Parameters
    ----------
    key : str, int, or several of them, default "00/beliefs"
        The name under which one entry of the work file holds them all.
    work : WorkFile or path, optional
        Where they are kept; the student's own work file if left out.
    again : bool, default False
        Whether they are asked a second time; then it says so.
    claims : sequence of str, optional
        The names of the claims to ask (`CLAIMS`), in this order; all ten if left out.

    Attributes
    ----------
    answer : dict of str to str, or None
        A claim's name (`CLAIMS`) to a level (`LEVELS`).
    table : DataFrame

    Raises
    ------
    QuestionError
        If `claims` names something else, or nothing.
    """

    def __init__(
        self,
        key: KeyGiven = FIRST,
        work: WorkGiven = None,
        *,
        again: bool = False,
        claims: Sequence[str] | None = None,
    ) -> None:
        check_flag("again", again, QuestionError)
        self.claims, self._again_asked = _known(claims), again
        super().__init__(key, self._question(), _rows_of(self.claims), work=work)

    def _question(self) -> str:
        if not self._again_asked:
            return say("beliefs.ask")
        if self.claims == CLAIMS:
            return say("beliefs.ask_again")
        return say("beliefs.ask_in_lesson", n=len(self.claims))

    def _said(self, given: Given) -> str:
        """What is said to the answer; once asked again, also what was answered before."""
        said = super()._said(given)
        before = self._before() if self._again_asked and not self.prediction else {}
        if given.answer is None or not before:
            return said
        levels = [say(f"beliefs.level.{before[c]}") if c in before else "–" for c in self.claims]
        return f"{said} {say('beliefs.then', levels='; '.join(levels))}"

    def _before(self) -> dict[str, str]:
        """What lesson 00 was told about these claims; empty where the work file holds nothing."""
        kept = (self.desk.work.get("answer", FIRST) or {}).get("value")
        try:
            told = _rows_of(CLAIMS).read(kept)
        except NoAnswer:
            return {}
        return {claim: level for claim, level in told.items() if claim in self.claims}

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim: what was believed of it, and how surely.

        Columns `claim`, `text`, `belief` (true, false or missing) and `sure` (certain, rather or
        missing).
        """
        kept = self.answer or {}
        rows = [
            (claim, say(f"beliefs.claim.{claim}"), *LEVELS[kept.get(claim, "unsure")])
            for claim in self.claims
        ]
        return pd.DataFrame(rows, columns=["claim", "text", "belief", "sure"])


def _known(claims: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the claims to ask; `QuestionError` for none of them, and for other names."""
    if claims is None:
        return CLAIMS
    if not are_names(claims) or not claims or not {*claims} <= {*CLAIMS}:
        known = ", ".join(map(repr, CLAIMS))
        raise QuestionError([say("beliefs.unknown", given=as_shown(claims), known=known)])
    return tuple(dict.fromkeys(claims))


def _rows_of(claims: Sequence[str]) -> Rows:
    texts = {claim: say(f"beliefs.claim.{claim}") for claim in claims}
    return Rows(texts, {level: say(f"beliefs.level.{level}") for level in LEVELS})
