"""One row per client and session from one row per client, and back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from alliance_widgets.arguments import is_text_among
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.given import table_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.tables.reading.conventions import summary_clients
from alliance_widgets.tables.reading.unfolding import unfold
from alliance_widgets.words import say

__all__ = ["from_wide", "to_wide"]


def from_wide(
    table: object, client: object = None, columns: str | Sequence[object] | None = None
) -> pd.DataFrame:
    """One row per client and session from a wide table: one row per client, a column per session.

    Columns are known by their numbers: `s1`, `s10`, `s2` are sessions 1, 10 and 2, whatever the
    order in which they stand. `goals_1`, `tasks_1` and `bond_1` become `goals`, `tasks` and
    `bond`; of another name, one such set becomes `alliance`. Other columns, such as `treatment`,
    stand in each of their client's rows.

    Read with care: a wide table cannot tell a session that nobody rated from one that never took
    place; both are blank cells in it.

    Parameters
    ----------
    table : DataFrame or any other table of columns
        One row per client. Its index is ignored and it is never changed.
    client : column name, optional
        The column that names the client. Left out: the one called `client`, `ID`, `patient` or the
        like; where none is, the rows are numbered.
    columns : str or sequence of column names, optional
        The beginning that the sessions' columns share ("WAI_"), where there is more than one set of
        numbered columns; or a list of columns, which are sessions 1, 2, 3, ... unless they are
        numbered themselves.

    Returns
    -------
    DataFrame
        One row per client and session: `client`, `session`, what was rated, and the other columns,
        as any function on ratings takes it. A client's rows end with the last rated session; blank
        cells before it are sessions that nobody rated, and a client without any rating keeps one
        such row.

    Raises
    ------
    RatingError
        For a table without numbered columns, with more than one set of them, with items of a
        questionnaire (see `score`), or in which a client stands twice or is called as a summary row
        is.
    """
    long, _ = unfold(table_of(table, RatingError), client, columns)
    found = summary_clients([str(who) for who in long["client"].dropna().unique()])
    if found:
        raise RatingError([say("wide.summary", clients=", ".join(found))])
    return long


def to_wide(ratings: object, column: str = "alliance", rater: str = "client") -> pd.DataFrame:
    """One row per client from one rater's sessions: `client`, `session_1`, `session_2`, ...

    Read with care: in a blank cell a session that is not there and one that nobody rated look
    alike.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    column : str, default "alliance"
        What stands in the cells.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        One row per client, by client. Columns that are the same in all of a client's rows, such as
        `treatment` or `instrument`, follow `client`, others are left out; then a column per
        session, in the units of the instrument. Sessions that are not there, and those that nobody
        rated, are blank.

    Raises
    ------
    RatingError
        For faulty ratings, for a rater who rated nothing, and for a column that is not there.
    """
    checked = of_rater(ratings, rater)
    if not is_text_among(column, checked.columns) or column in ("client", "session"):
        there = ", ".join(map(str, checked.columns))
        raise RatingError([say("wide.no_column", column=column, found=there)])
    by_client = checked.groupby("client", sort=True)
    measures = ("client", "session", "rater", "goals", "tasks", "bond", "alliance", column)
    cells = checked.set_index(["client", "session"])[column].unstack()  # noqa: PD010
    cells = cells.reindex(columns=range(1, int(checked["session"].max()) + 1))
    cells.columns = pd.Index([f"session_{number}" for number in cells.columns])
    others = [name for name in checked.columns if name not in (*measures, *cells.columns)]
    numbers = by_client.ngroup()
    same = [name for name in others if _as_first(checked[name], numbers)]
    return by_client[same].first().join(cells).reset_index()


def _as_first(column: pd.Series, client: pd.Series) -> bool:
    """Whether a column says the same in each of a client's rows."""
    codes = pd.Series(pd.factorize(column)[0])
    return bool((codes == codes.groupby(client).transform("first")).all())
