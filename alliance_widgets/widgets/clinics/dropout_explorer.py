"""Who leaves, by whose definition, and compared with whom."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from alliance_widgets.charts import Picture
from alliance_widgets.charts.clinics.definitions import definitions_picture
from alliance_widgets.charts.clinics.incidence import incidence_picture
from alliance_widgets.charts.clinics.retention import retention_picture
from alliance_widgets.charts.clinics.shares import shares_picture
from alliance_widgets.dropout.definitions import dropout_definitions
from alliance_widgets.dropout.grouping import (
    GROUPINGS,
    grouped_courses,
    grouping_columns,
    left_by_definition,
    left_by_group,
)
from alliance_widgets.errors import AllianceError, CourseError
from alliance_widgets.presets import Flag, Pick, Setting, Steps
from alliance_widgets.tables.courses import check_courses
from alliance_widgets.tables.matching import matched_quietly, tell_unmatched
from alliance_widgets.tables.ratings import RATERS, check_ratings
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls, Item
from alliance_widgets.words import say

__all__ = ["DropoutExplorer"]

VIEWS = ("shares", "curve", "endings")
BY_LANDMARK = ("landmark_third", "landmark_pattern")
LATEST = 12
TICKED = {"overstated": Flag(), "every": Flag()}
KEPT = 64  # combinations of controls whose figures are kept


class DropoutExplorer(Lab):
    """Who leaves a clinic: by any definition, in any groups, as shares, curve or endings.

    Where there is no result the chart says why, and `table` is empty; where most clients stand in
    one table only, groupings by ratings say so in the place of the chart.

    Read with care: grouped by what they *ever* had, clients are compared by what they stayed to
    see. It is here to be seen through.

    Parameters
    ----------
    ratings : DataFrame, Clinic, data set, or None
        The clinic's session ratings, or something that holds both tables.
    courses : DataFrame, optional
        The clinic's courses of treatment, unless `ratings` holds them.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.
    **chosen : choices by name
        What is chosen at first, as in `values`.

    Attributes
    ----------
    values : dict
    table : DataFrame
        One row per group, or per definition: `group`, `clients`, `left`, `share` (0 to 1), `lower`,
        `upper` (95 % interval, Wilson).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    RatingError
        For faulty ratings.
    CourseError
        For faulty courses, and without courses.

    Warns
    -----
    MatchWarning
        Once, of clients who stand in one table only.
    """

    code_name = "LEAVE"

    def __init__(
        self,
        ratings: Any,
        courses: pd.DataFrame | None = None,
        *,
        code: str | None = None,
        **chosen: Any,
    ) -> None:
        if courses is None and hasattr(ratings, "courses"):
            ratings, courses = ratings.ratings, ratings.courses
        if courses is None:
            raise CourseError([say("explorer.no_courses")])
        self._courses = check_courses(courses)
        empty = isinstance(ratings, pd.DataFrame | Mapping | list | tuple) and not len(ratings)
        self._ratings = None if ratings is None or empty else check_ratings(ratings)
        with suppress(CourseError):  # said in the chart, where a grouping needs the ratings
            if self._ratings is not None:
                tell_unmatched(self._ratings["client"].unique(), self._courses)
        self._grouped = lru_cache(KEPT)(self._group)
        self._definitions = dropout_definitions(self._courses).set_index("definition")
        possible = self._definitions.query("missing_column == ''")["meaning"]
        self._meanings = {str(name): meaning for name, meaning in possible.items()}
        raters = [] if self._ratings is None else self._ratings["rater"].unique().tolist()
        self._raters = [rater for rater in RATERS if rater in raters] or [RATERS[0]]
        latest = min(LATEST, int(self._courses["sessions_attended"].max()))
        self._latest = max(latest, 2)
        self.table = pd.DataFrame()
        values = {
            **{"by": "none", "definition": "ending", "view": "shares"},
            **{"landmark": min(6, self._latest), "rater": self._raters[0]},
            **{"overstated": False, "every": False},
        }
        listed = Controls(self._items(values), say("explorer.controls"), **values)
        super().__init__(listed)
        self.controls.note = _missing(self._definitions)
        self.controls.warning_title = say("explorer.wrong")
        if chosen:
            self.values = {**self.values, **chosen}
        self._begin_with(code)

    @property
    def values(self) -> dict[str, Any]:
        """What is chosen now; can be assigned, also in part.

        `by` (how clients are grouped: "none", "first_third", "landmark_third", "ever_pattern",
        "landmark_pattern", or a column of `courses` with two to six values), `definition` (a name
        from `dropout_definitions`), `view` ("shares", "curve", "endings"), `landmark` (a session),
        `rater`, `overstated` (1 minus the curve, drawn over the endings) and `every` (in place of
        all that, the shares by every definition side by side).
        """
        return dict(self.controls.values)

    @values.setter
    def values(self, values: dict[str, object]) -> None:
        self.controls.values = {**self.controls.values, **values}

    def _settings(self) -> Mapping[str, Setting]:
        groups = (*self._groupings(), *grouping_columns(self._courses))
        meanings, raters = Pick(tuple(self._meanings)), Pick(tuple(self._raters))
        others = {"definition": meanings, "by": Pick(groups), "view": Pick(VIEWS)}
        return {**others, "landmark": Steps(1, self._latest, 1), "rater": raters, **TICKED}

    # ---- the controls ----------------------------------------------------------------------

    def _items(self, values: dict[str, object]) -> list[Item]:
        every = make.check("every", say("explorer.every"))
        if values["every"]:
            return [every]
        groupings = [(name, say(f"explorer.by.{name}")) for name in self._groupings()]
        groupings += [
            (name, say("explorer.by_column", column=name))
            for name in grouping_columns(self._courses)
        ]
        views = [(name, say(f"explorer.view.{name}")) for name in VIEWS]
        items = [
            make.choice("definition", say("explorer.definition"), self._meanings.items()),
            make.choice("by", say("explorer.group"), groupings),
            make.choice("view", say("explorer.show"), views),
        ]
        if len(self._raters) > 1 and values["by"] in GROUPINGS[1:]:
            raters = [(name, say(f"charts.rater.{name}")) for name in self._raters]
            items.append(make.choice("rater", say("explorer.rater"), raters))
        if values["by"] in BY_LANDMARK:
            unit = say("explorer.landmark_unit", value="{value}")
            slider = make.slider("landmark", say("explorer.landmark"), 1, self._latest, 1, unit)
            items.append(slider)
        if values["view"] == "endings":
            items.append(make.check("overstated", say("explorer.overstated")))
        return [*items, every]

    def _groupings(self) -> tuple[str, ...]:
        return GROUPINGS if self._ratings is not None else GROUPINGS[:1]

    # ---- the picture -----------------------------------------------------------------------

    def _group(self, by: str, session: int, definition: str, rater: str) -> pd.DataFrame:
        with matched_quietly():
            return grouped_courses(self._ratings, self._courses, by, session, definition, rater)

    def _redraw(self, _change: object = None) -> None:
        values = self.controls.values
        self.controls.items = self._items(values)
        if values["every"]:
            self._show_every()
            return
        by = values["by"]
        self.controls.warning = say(f"explorer.trap.{by}") if by in GROUPINGS[1:] else ""
        session = int(values["landmark"]) if by in BY_LANDMARK else 1
        try:
            grouped = self._grouped(by, session, values["definition"], values["rater"])
            table = left_by_group(grouped)
            if not table["clients"].sum():
                raise CourseError([say("explorer.all_ongoing")])
        except AllianceError as fault:
            self.table = pd.DataFrame()
            said = " ".join(each[:1].upper() + each[1:] for each in fault.problems)
            self.chart.message = self.chart.description = said
            return
        self.table = table
        picture = self._picture(values, grouped, table)
        words = f"{self._words(values, grouped, table)} {picture.words}".strip()
        self._show(replace(picture, words=words))

    def _show_every(self) -> None:
        self.controls.warning = ""
        self.table = left_by_definition(self._courses)
        clients = say("explorer.clients", n=f"{len(self._courses):,}")
        self._show(definitions_picture(self.table).adding(clients))

    def _picture(
        self, values: dict[str, object], grouped: pd.DataFrame, table: pd.DataFrame
    ) -> Picture:
        """What is shown, with the words that are to be added."""
        from alliance_widgets.dropout import cumulative_incidence, retention

        groups = [self._named(name) for name in table["group"]]
        named = grouped.assign(group=grouped["group"].cat.rename_categories(groups))
        if values["view"] == "curve":
            curves = retention(named, by="group").assign(
                group=lambda rows: rows["group"].astype("str")
            )
            return retention_picture(curves)
        if values["view"] == "endings":
            curve = retention(named) if values["overstated"] else None
            picture = incidence_picture(cumulative_incidence(named), retention=curve)
            together = "" if values["by"] == "none" else say("explorer.together")
            return replace(picture, words=f"{together} {picture.words}".strip())
        return shares_picture(table.assign(group=groups))

    def _named(self, group: str) -> str:
        by = self.controls.values["by"]
        if by not in GROUPINGS[1:]:
            return group
        return say(f"icons.{'pattern' if by.endswith('pattern') else 'third'}.{group}")

    def _words(self, values: dict[str, Any], grouped: pd.DataFrame, table: pd.DataFrame) -> str:
        """The shares first, then definition, base rate, and whether they go with leaving."""
        clients, left = int(table["clients"].sum()), int(table["left"].sum())
        base = say(
            "explorer.base",
            meaning=self._definitions.loc[values["definition"], "meaning"],
            share=f"{100 * left / clients:.0f}",
        )
        base += " " + say("explorer.clients", n=f"{clients:,}")
        by = values["by"]
        if by == "none":
            return base
        facts = {
            "rater": say(f"raters.{values['rater']}"),
            "session": int(values["landmark"]),
            "column": by,
        }
        key = by if by in GROUPINGS else "column"
        rows = zip(table["group"], table["share"].tolist(), table["clients"].tolist(), strict=True)
        shares = "; ".join(
            say("explorer.each", group=self._named(group), share=f"{100 * share:.0f}")
            if n
            else say("explorer.empty", group=self._named(group))
            for group, share, n in rows
        )
        everybody = self._grouped("none", 1, values["definition"], values["rater"])
        missing = self._left_out(values, grouped) + _left_before(values, everybody)
        said = say(
            "explorer.groups", grouping=say(f"explorer.grouping.{key}", **facts), shares=shares
        )
        return f"{said} {base}{missing} {self._together(grouped)}"

    def _left_out(self, values: dict[str, Any], grouped: pd.DataFrame) -> str:
        """How many are in no third, since they did not rate in time."""
        if not values["by"].endswith("third"):
            return ""
        session = 1 if values["by"] == "first_third" else int(values["landmark"])
        there = int((self._courses["sessions_attended"] >= session).sum())
        n = there - len(grouped)
        return " " + say("explorer.unrated", n=n) if n else ""

    def _together(self, grouped: pd.DataFrame) -> str:
        """Whether leaving goes together with the grouping, by the log-rank test."""
        from alliance_widgets.dropout import compare_retention

        present = grouped[grouped["group"].notna()]
        try:
            p = float(compare_retention(present, "group")["p"])
        except AllianceError:
            return say("explorer.no_comparison")
        key = "associated" if p < 0.05 else "within_chance"
        return say(f"explorer.{key}", p="< .001" if p < 0.001 else f"= {p:.3f}".replace("0.", "."))


def _missing(definitions: pd.DataFrame) -> str:
    """The definitions that these courses do not allow, and why."""
    lacking = definitions[definitions["missing_column"] != ""]
    parts = [
        say("explorer.lacks", meaning=meaning, column=column)
        for meaning, column in zip(lacking["meaning"], lacking["missing_column"], strict=True)
    ]
    said = say("explorer.material")
    return f"{said} {say('explorer.lacking', definitions='; '.join(parts))}" if parts else said


def _left_before(values: Mapping[str, Any], everybody: pd.DataFrame) -> str:
    """What a landmark costs: how many of those who dropped out had left before it."""
    if values["by"] not in BY_LANDMARK:
        return ""
    session = int(values["landmark"])
    dropped = everybody.loc[everybody["ending"] == "dropped_out", "sessions_attended"]
    gone = int((dropped < session).sum())
    return " " + say("explorer.before", gone=gone, left=len(dropped), session=session)
