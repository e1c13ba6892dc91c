"""Three small laboratories on the path of the alliance: who is missing, what fits, which slope."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_widgets.arguments import as_shown, check_flag, check_text, check_whole, is_text_among
from alliance_widgets.charts import slopes_tables
from alliance_widgets.charts.cases.paths import fit_picture, mean_picture, slopes_picture
from alliance_widgets.charts.clinics.climb import places_picture
from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.tables.matching import matched_quietly
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.words import say

__all__ = ["PathFit", "ThreeSlopes", "WhoIsMissing"]

FIRST = ("4", "6", "8", "12")
COLUMNS = ("client", "x", "y")
COMPARISONS = ("all", "between", "within")
TIMED = (*COMPARISONS, "session")


class WhoIsMissing(Lab):
    """The mean alliance over the sessions, whose mean it is, and under it where the others are.

    The lens is everyone still there, those who rated both ends, completers, or everyone weighted.

    Read with care: the number under each point shrinks from session to session, and it is not
    everybody's line that is left.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    last : int, default 12
        The last session that is shown.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    means : DataFrame
    places : DataFrame
        What `whereabouts` gives of these sessions.
    controls : Controls
        Whose mean it is (`controls.values`).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    RatingError
        For faulty ratings, and if nobody rated up to `last`.
    CourseError
        For faulty courses, and for such as hardly share a client with the ratings.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """

    code_name = "MISSING"

    def __init__(
        self,
        ratings: pd.DataFrame,
        courses: pd.DataFrame,
        last: int = 12,
        *,
        code: str | None = None,
    ) -> None:
        from alliance_widgets.trajectories import MEANS, mean_over_time, whereabouts

        last = min(check_whole("last", last, 1), MOST_SESSIONS)
        rated = of_rater(ratings)
        shown = rated[rated["session"] <= last]
        if shown.empty:
            raise RatingError([say("paths.nothing_by", last=last)])
        mean_over_time(ratings, courses)  # says once who stands in one table only
        with matched_quietly():
            self._means = {who: mean_over_time(shown, courses, who) for who in MEANS}
            self.places = whereabouts(ratings, courses).head(last)
        options = [(who, say(f"paths.who.{who}")) for who in MEANS]
        picker = make.choice("who", say("paths.lens"), options)
        controls = Controls([picker], say("paths.lens"), who="everyone")
        super().__init__(controls, two=True)
        self._begin_with(code)

    @property
    def means(self) -> pd.DataFrame:
        """The mean that is shown now, as `mean_over_time` gives it: one row per session."""
        return self._means[self.controls.values["who"]]

    def _redraw(self, _change: object = None) -> None:
        who = self.controls.values["who"]
        mean = mean_picture(self.means, self._means["everyone"], who)
        self._show(mean, places_picture(self.places))


class PathFit(Lab):
    """A line and a curve through a client's first few sessions, drawn on to the last.

    Read with care: with four sessions a curve has one thing left that it could get wrong.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings of any number of clients, who can be chosen.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.
    client : str, optional
        The client to begin with; the first if left out.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    controls : Controls
        Who is shown, and how many sessions the fits see (`controls.values`).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    RatingError
        For faulty ratings and for a client who is not there.
    """

    code_name = "FIT"

    def __init__(
        self,
        ratings: pd.DataFrame,
        rater: str = "client",
        client: str | None = None,
        *,
        code: str | None = None,
    ) -> None:
        self._rated = of_rater(ratings, rater).dropna(subset=["alliance"])
        clients = self._rated["client"].unique().tolist()
        if not clients:
            raise RatingError([say("paths.nothing_rated")])
        picks = [make.choice("first", say("paths.first"), [(n, n) for n in FIRST])]
        if client is not None and not is_text_among(client, clients):
            shown = client if isinstance(client, str) else as_shown(client)
            raise RatingError([say("paths.no_client", client=shown, known=", ".join(clients))])
        values = {"first": FIRST[0], "client": client or clients[0]}
        if len(clients) > 1:
            names = [(name, name) for name in clients]
            picks.insert(0, make.choice("client", say("case.picker"), names))
        super().__init__(Controls(picks, say("paths.first"), **values))
        self._begin_with(code)

    def _redraw(self, _change: object = None) -> None:
        values = self.controls.values
        theirs = self._rated[self._rated["client"] == values["client"]]
        self._show(fit_picture(theirs, int(values["first"])))


class ThreeSlopes(Lab):
    """One cloud of points, three comparisons, and the slope that each of them gives.

    With a column session there is a fourth comparison: within clients, session held constant. Where
    a comparison has no slope, since nothing differs in x, it says so.

    Read with care: each slope is right, and each answers another question.

    Parameters
    ----------
    points : DataFrame
        One row per point, with columns `client`, `x` and `y`, and `session` if there is one.
    x : str
        What x is called.
    y : str
        What y is called.
    named : bool, default True
        Whether clients are told apart by colour and name.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    slope : float
    controls : Controls
        Which comparison it is (`controls.values`).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    AllianceError
        For points without these columns, for text among the numbers, and for fewer than two points.
    """

    code_name = "SLOPES"

    def __init__(
        self,
        points: pd.DataFrame,
        x: str,
        y: str,
        named: bool = True,
        *,
        code: str | None = None,
    ) -> None:
        self._titles = check_text("x", x), check_text("y", y)
        self._named = check_flag("named", named)
        self._points = _checked_points(points)
        timed = "session" in self._points
        comparisons = TIMED if timed else COMPARISONS
        options = [(each, say(f"paths.compare.{each}")) for each in comparisons]
        picker = make.choice("compare", say("paths.compare_with"), options)
        super().__init__(Controls([picker], say("paths.compare_with"), compare="all"))
        self._begin_with(code)

    @property
    def slope(self) -> float:
        """The slope that is drawn, in units of y per unit of x; missing where there is none."""
        return slopes_tables(self._points, self._compare, self._named)[1]

    @property
    def _compare(self) -> str:
        return str(self.controls.values["compare"])

    def _redraw(self, _change: object = None) -> None:
        self._show(slopes_picture(self._points, self._compare, self._titles, self._named))


def _checked_points(points: object) -> pd.DataFrame:
    """The complete points, x and y (and session, if it is there) as numbers; faults in words."""
    if not isinstance(points, pd.DataFrame):
        raise AllianceError([say("paths.no_points", given=as_shown(points))])
    columns = [*points.columns]
    wanted = [*COLUMNS, *(["session"] if "session" in columns else [])]
    problems = [say("paths.no_column", column=name) for name in wanted if columns.count(name) != 1]
    if problems:
        raise AllianceError(problems)
    for name in wanted[1:]:
        column = points[name]
        finite = column.dtype.kind in "iuf" and bool(
            np.isfinite(column.to_numpy("float64", na_value=0)).all()
        )
        if not finite:
            problems.append(say("paths.no_numbers", column=name))
    if problems:
        raise AllianceError(problems)
    complete = points[wanted].dropna().reset_index(drop=True)
    if len(complete) < 2:
        raise AllianceError([say("paths.few_points", n=len(complete))])
    return complete.astype({"client": "str", "x": "float64", "y": "float64"})
