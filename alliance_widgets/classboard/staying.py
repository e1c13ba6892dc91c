"""The class's own curve of staying: who still answers, lesson by lesson."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.classboard.shares import FEWEST
from alliance_widgets.dropout.kaplan_meier import retention

__all__ = ["class_courses", "class_retention"]


def class_courses(answers: pd.DataFrame) -> pd.DataFrame:
    """The class as a table of courses: a lesson is a session, the last one answered in the end.

    The lessons that count are those that at least five students answered in, in their order. Who
    answered in none of the later ones has dropped out there; who answered in the last one is
    ongoing. Columns `client` (a number, nobody's code), `sessions_attended`, `ending`.
    """
    given = answers[answers["first_value"].notna() & (answers["lesson"] != "")]
    given = given[given["lesson"].str.fullmatch(r"\d\d", na=False)]
    counts = given.groupby("lesson")["student"].nunique()
    lessons = sorted(counts[counts >= FEWEST].index)
    place = {lesson: n for n, lesson in enumerate(lessons, 1)}
    last = given["lesson"].map(place).groupby(given["student"]).max().dropna()
    ending = (last == len(lessons)).map({True: "ongoing", False: "dropped_out"})
    return pd.DataFrame(
        {
            "client": [f"S{n}" for n in range(1, len(last) + 1)],
            "sessions_attended": last.astype("int64").to_numpy(),
            "ending": ending.to_numpy(),
        }
    ).assign(lessons=len(lessons))


def class_retention(answers: pd.DataFrame) -> pd.DataFrame:
    """What `retention` gives for the class; no rows for fewer than five students or two lessons."""
    courses = class_courses(answers)
    if len(courses) < FEWEST or courses["lessons"].iloc[0] < 2:
        return pd.DataFrame()
    return retention(courses.drop(columns="lessons"))
