"""What was believed of the claims, before and now, beside how well each of them is backed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import QuestionError
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.widgets.page import report as make
from alliance_widgets.widgets.page.report import Block, Report
from alliance_widgets.widgets.questions.beliefs import LEVELS, Beliefs
from alliance_widgets.words import say

__all__ = ["Verdicts", "then_and_now"]

VERDICTS = {"supported": "●", "partly": "◐", "not_shown": "○", "opinion": "◇"}


def then_and_now(
    claims: pd.DataFrame, then: dict[str, str] | None, now: dict[str, str] | None
) -> pd.DataFrame:
    """The claims with two more columns: `then` and `now`, levels of belief, missing if unsaid."""
    names = claims["claim"]
    return claims.assign(then=names.map(then or {}), now=names.map(now or {}))


class Verdicts(Report):
    """Every claim with what was believed of it in the beginning and now, its verdict, and why.

    Eight claims stand open, the others in a fold. It follows the answers while they change.

    Read with care: a verdict says how well a claim is backed by what this workbook could find,
    not whether it is true; and no belief is right or wrong.

    Parameters
    ----------
    then : Beliefs
        The beliefs of the beginning (`Beliefs()`); without an answer only the later ones are told.
    now : Beliefs
        The beliefs of the end.

    Attributes
    ----------
    table : DataFrame

    Raises
    ------
    QuestionError
        If one of the two is something else.
    """

    _following = False

    def __init__(self, then: Beliefs, now: Beliefs) -> None:
        for name, given in (("then", then), ("now", now)):
            if not isinstance(given, Beliefs):
                problem = say("verdicts.no_beliefs", name=name, given=as_shown(given))
                raise QuestionError([problem])
        super().__init__()
        self._claims = load_data("claims")
        self._beliefs = then, now
        self._following = True
        for each in self._beliefs:
            each.observe(self._tell, "answer")
        self._tell()

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim: the columns of the table `claims`, and `then` and `now`.

        These two are levels of belief such as "rather_true"; missing where nothing was said.
        """
        then, now = self._beliefs
        return then_and_now(self._claims, then.answer, now.answer)

    def close(self) -> None:
        """Leave the page, and hear of no answer any more."""
        if self._following:
            self._following = False
            for each in self._beliefs:
                each.unobserve(self._tell, "answer")
        super().close()

    def _tell(self, _change: object = None) -> None:
        table = self.table
        main = table["main"].astype(bool)
        meanings = [make.text(say(f"verdicts.meaning.{verdict}")) for verdict in VERDICTS]
        rest = say("verdicts.rest")
        self.show(
            [
                make.text(_moved(table)),
                make.fold(say("verdicts.meanings"), meanings),
                _rows(say("verdicts.main"), table[main]),
                make.fold(rest, [_rows(rest, table[~main])]),
                make.note(say("verdicts.no_score")),
            ],
            say("verdicts.label"),
        )


def _moved(table: pd.DataFrame) -> str:
    """In words, on how many of the claims somebody has changed their mind."""
    both = table.dropna(subset=["then", "now"])
    if both.empty:
        return say("verdicts.only_now")
    moved = int((both["then"] != both["now"]).sum())
    return say("verdicts.moved", moved=moved, n=len(both))


def _rows(caption: str, table: pd.DataFrame) -> Block:
    names = ("claim", "then", "now", "verdict", "why", "lesson")
    columns = [say(f"verdicts.column.{name}") for name in names]
    return make.table(caption, columns, [_row(each) for each in table.to_dict("records")])


def _row(claim: dict[Hashable, Any]) -> list[object]:
    word = say(f"verdicts.verdict.{claim['verdict']}")
    verdict = make.sign(f"{VERDICTS[claim['verdict']]} {word}", word, "verdict")
    said = [_level(claim[name]) for name in ("then", "now")]
    return [claim["statement"], *said, verdict, claim["why"], claim["tested"][:2]]


def _level(level: object) -> str:
    return say(f"beliefs.level.{level}") if level in LEVELS else say("verdicts.unsaid")
