"""Regression to the mean as an exercise: send the five lowest to supervision, or send nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.charts.cases.noise import regression_picture
from alliance_widgets.errors import QuestionError
from alliance_widgets.presets import Chosen, Listed, Setting, Steps, Whole, check_seed, read
from alliance_widgets.simulate.steady import lowest_at, steady_clients
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import AtDesk, WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine, WithCode
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Change, OfParts
from alliance_widgets.widgets.questions.question import question_key
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["RegressionToTheMean"]

AT, LOWEST, SESSIONS = 3, 5, 6
CHOICES = ("send", "nobody")
MOST_ROUNDS = 10_000


class RegressionToTheMean(WithCode, OfParts, AtDesk, ipw.VBox):
    """Forty simulated clients: the five lowest at session 3 go to supervision, or nobody does.

    Nothing happens to anybody in either case, and both buttons show the same dice; the page says so
    when both were pressed.

    Read with care: the five would come up without supervision, and that does not say that
    supervision does nothing; only a comparison group can.

    Parameters
    ----------
    seed : int, default 0
        The dice.
    key : str, int, or several of them, default "regression"
        The name under which the work file keeps which buttons were pressed.
    work : WorkFile or path, optional
        Where it is kept; the student's own work file if left out.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    pressed : list of str
        The buttons in the order of their first press ("send", "nobody"); can be assigned.
    round : int
        How often new dice were thrown; can be assigned.
    state : dict
        What the work file keeps: `round` and `pressed`.
    ratings : DataFrame
        One row per client and session.
    five : DataFrame
        One row per client of the five: `client`, `then` (session 3), `after` (session 4) and
        `usual`, the level that never changed, in points of the 1–5 scale.
    rise : float
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    QuestionError
        For a blank key or an impossible seed.
    """

    code_name = "MEAN"

    pressed = tl.List(tl.Unicode())
    round = tl.Int(0)
    state = tl.Dict(help="What the work file keeps.")

    def __init__(
        self,
        seed: int = 0,
        key: KeyGiven = "regression",
        *,
        work: WorkGiven = None,
        code: str | None = None,
    ) -> None:
        from alliance_widgets.widgets.page.desk import WorkDesk

        if code is not None:
            seed = read(self.code_name, self._settings(), code)[0]["seed"]
        self.seed, self.key = seed, question_key(key)
        if type(seed) is not int or seed < 0:
            raise QuestionError([say("taps.seed", given=repr(seed))])
        self.controls = Controls(self._items(), say("regression.about"))
        self.chart = ChartView()
        with self._settle():
            self.coded = CodeLine(self, follows=[(self.chart, "_tables")])
            super().__init__(children=(self.controls, self.chart, self.coded))
        self._throw()
        self.desk = WorkDesk.of(work)
        self.controls.keep_work_at(self.desk)
        self.desk.keep(self, "state", "regression", self.key, draft=True)
        self._show()
        self.controls.on_press(self._press)
        if code is not None:
            self.code = code
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.description

    @property
    def rise(self) -> float:
        """By how much the mean of the five is higher one session later, in points."""
        return float((self.five["after"] - self.five["then"]).mean())

    # ---- the code ----------------------------------------------------------------------------

    def _settings(self) -> Mapping[str, Setting]:
        rounds = Steps(0, MOST_ROUNDS, 1)
        return {"seed": Whole(), "round": rounds, "pressed": Listed(CHOICES)}

    def _chosen(self) -> Chosen:
        return {"seed": self.seed, "round": self.round, "pressed": list(self.pressed)}

    def _go_to(self, values: Chosen) -> None:
        check_seed(values["seed"], self.seed)
        with self._settle():
            self.round, self.pressed = values["round"], values["pressed"]
        self._changed()

    def _pictured(self) -> Iterable[pd.DataFrame]:
        return self.chart.tables.values()

    # ---- pressing ----------------------------------------------------------------------------

    def _items(self) -> list[make.Item]:
        pressed = say("regression.done")
        items = [
            make.button(
                name, say(f"regression.{name}", at=AT), done=pressed if name in self.pressed else ""
            )
            for name in CHOICES
        ]
        return [*items, make.button("again", say("regression.again"))]

    def _press(self, name: str) -> None:
        if name in CHOICES:
            self.pressed = [*(each for each in self.pressed if each != name), name]
        else:
            with self._settle():
                self.round, self.pressed = self.round + 1, []
            self._changed()

    @tl.validate("pressed")
    def _known_buttons(self, proposal: Change) -> list[str]:
        return [name for name in dict.fromkeys(proposal["value"]) if name in CHOICES]

    @tl.validate("state")
    def _known_state(self, proposal: Change) -> dict[str, Any]:
        given = proposal["value"]
        rounds, pressed = given.get("round"), given.get("pressed")
        whole = type(rounds) is int and 0 <= rounds <= MOST_ROUNDS
        known = [each for each in pressed if each in CHOICES] if isinstance(pressed, list) else []
        return {"round": rounds if whole else 0, "pressed": list(dict.fromkeys(known))}

    @tl.observe("state")
    def _restore(self, change: Change) -> None:
        if self._settling:
            return
        with self._settle():
            self.round, self.pressed = change["new"]["round"], change["new"]["pressed"]
        self._throw()
        self._show()

    @tl.observe("pressed", "round")
    def _changed(self, _change: object = None) -> None:
        if self._settling:
            return
        with self._settle():
            self.state = {"round": self.round, "pressed": list(self.pressed)}
        self._throw()
        self._show()

    # ---- what the page shows -----------------------------------------------------------------

    def _throw(self) -> None:
        self.ratings, truth = steady_clients(n_sessions=SESSIONS, seed=self.seed + self.round)
        wide = self.ratings.pivot_table("alliance", "client", "session")
        self._lowest = lowest_at(self.ratings, AT, LOWEST)
        usual = truth.set_index("client")["usual"]
        five = pd.DataFrame({"then": wide[AT], "after": wide[AT + 1], "usual": usual})
        self.five = five.loc[self._lowest].rename_axis("client").reset_index()

    def _show(self) -> None:
        self.controls.items = self._items()
        until = SESSIONS if self.pressed else AT
        shown = self.ratings, self._lowest, AT, until
        self.chart.show(regression_picture(*shown, self._words()))

    def _words(self) -> str:
        then, after, usual = (self.five[name].mean() for name in ("then", "after", "usual"))
        figures = {"at": AT, "then": f"{then:.2f}", "after": f"{after:.2f}"}
        if not self.pressed:
            n = self.ratings["client"].nunique()
            return say("regression.start", clients=n, **figures)
        change = round(after, 2) - round(then, 2)
        way = "up" if change > 0.005 else "down" if change < -0.005 else "level"
        size = say(f"regression.{way}", size=f"{abs(change):.2f}")
        key = "sent" if self.pressed[-1] == "send" else "nobody_sent"
        said = say(f"regression.{key}", **figures, change=size)
        if len(self.pressed) < len(CHOICES):
            return f"{said} " + say("regression.other")
        return f"{said} " + say("regression.truth", usual=f"{usual:.2f}")
