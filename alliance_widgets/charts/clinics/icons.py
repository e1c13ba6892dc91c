"""A share as people: of a hundred like these, so many leave."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import INK, LEFT, NOTE
from alliance_widgets.charts._drawing.people import PITCH, people
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["icon_array", "icons_form", "icons_picture", "icons_tables", "icons_words"]

SIDE, STEP = 10, 13  # a hundred in ten rows of ten, and a gap before the next hundred
ROWS = 13.8  # as many high as an icon needs, with the words over them
LARGE = {1: 22, 2: 22, 3: 19, 4: PITCH}  # pixels from one icon to the next, by how many groups;
LOW = {1: round(ROWS * PITCH), 2: 200, 3: 165, 4: 145}  # and how high it all is on a narrow page
BESIDE = 8  # columns beside one group alone, for its number in large
COUNTED = "counted"  # the icons that come one by one where they answer a guess
LINE = 15  # pixels from one line of a name to the next
MOST = 4
LEAVE = "leave"
WIDE = {1: 64, 2: 26, 3: 26, 4: 21}  # letters in a line over a group, by how many groups there are
NARROW = {1: 36, 2: 18, 3: 10, 4: 8}  # and on a narrow page
KEY, NARROW_KEY = 80, 38  # letters in a line of the key,
UNDER_KEY = 6  # and pixels under it


def icon_array(
    shares: Mapping[str, float] | pd.DataFrame,
    does: str = LEAVE,
    note: str = "",
    who: str = "",
    guess: Mapping[str, float | None] | None = None,
) -> Form:
    """A hundred icons for each group, as many of them filled as the group's share in per cent.

    Read with care: a hundred icons stand for a share; which of a hundred clients it will be, the
    picture does not know.

    Parameters
    ----------
    shares : mapping of str to float, or DataFrame
        Up to four names with shares between 0 and 1, or a table with a column of shares (`risk` or
        `share`) and one of names (`third`, `pattern` or `group`), such as `risk_by_third` and
        `dropout_by_pattern` give; groups without clients are left out.
    does : str, default "leave"
        The word for what the filled ones do.
    note : str, optional
        A sentence that is added to the words, such as the source.
    who : str, optional
        Who they are, if not clients.
    guess : mapping of str to float or None, optional
        What somebody expected of a group, of 100: a line around so many; None where nobody did.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    AllianceError
        For shares that are none, for a table without these columns, for no group or more than four,
        and for a guess that is none or of no group that is shown.
    """
    known = _shares(shares)
    return icons_picture(known, does, note, who, _guesses(guess or {}, known)).chart()


def icons_picture(
    shares: Mapping[str, float],
    does: str,
    note: str,
    who: str,
    guesses: Mapping[str, int] | None = None,
) -> Picture:
    """`icon_array`, taken apart; `shares` and `guesses` are checked."""
    guesses = guesses or {}
    words = icons_words(shares, does, note, who, guesses)
    tables = icons_tables(shares, does, guesses)
    return Picture(icons_form(tuple(shares), does), tables, words)


@lru_cache(maxsize=8)
def icons_form(groups: tuple[str, ...], does: str = LEAVE) -> alt.LayerChart:
    """The drawing of `icon_array`: data `icons`, `guessed`, and `heads`, which is read too."""
    alone = len(groups) == 1
    columns = SIDE + BESIDE if alone else STEP * len(groups) - (STEP - SIDE)
    room = f"min(height / {ROWS}, width / {columns})"  # pixels from one icon to the next
    wide = alt.ExprRef(f"{columns} * {room}")
    x = alt.X(
        "x:Q",
        axis=None,
        scale=alt.Scale(domain=[-0.6, columns - 0.4], range=[0, wide], nice=False, zero=False),
    )
    down = [alt.ExprRef("height"), alt.ExprRef(f"height - {ROWS} * {room}")]
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.8, SIDE + 3], range=down, nice=False))
    icons = alt.Chart(alt.NamedData(name="icons")).encode(x=x, y=y)
    heads = alt.Chart(alt.NamedData(name="heads")).encode(x=x, y=y)
    parts = ("key", "name", "word")
    heads = heads.transform_calculate(
        **{each: f"narrow ? datum.short_{each} : datum.long_{each}" for each in parts}
    ).transform_calculate(
        **{
            f"{each}_lines": f"datum.{each} ? length(split(datum.{each}, '\\n')) : 0"
            for each in parts
        }
    )
    # Every head begins where the highest does.
    heads = heads.transform_joinaggregate(names="max(name_lines)", words="max(word_lines)")
    written: dict[str, Any] = {"align": "left", "color": INK, "baseline": "bottom"}
    written |= {"fontSize": NOTE, "lineBreak": "\n", "lineHeight": LINE}
    over = {
        "word": alt.ExprRef(f"{LINE} * (1 - datum.words)"),
        "name": alt.ExprRef(f"{LINE} * (1 - datum.words - datum.names)"),
        "key": alt.ExprRef(
            f"{LINE} * (1 - datum.words - datum.names - datum.key_lines) - {UNDER_KEY}"
        ),
    }
    keyed = heads.transform_filter("datum.key != ''").encode(x=alt.value(0))
    sign = keyed.mark_text(**written | {"color": LEFT}, dy=over["key"])
    signs = [sign.encode(text=alt.value(say("icons.filled")))] if does == LEAVE else []
    guessed = alt.Chart(alt.NamedData(name="guessed")).encode(
        x=x, y=y, detail="group:N", order="corner:Q"
    )
    # Of one group alone the number stands beside it, as large as what is most to be seen.
    beside = heads.encode(x=alt.value(alt.ExprRef(f"{SIDE + 1} * {room}")))
    number = beside.mark_text(
        align="left",
        baseline="alphabetic",
        color=LEFT if does == LEAVE else INK,
        fontWeight=600,
        fontSize=alt.ExprRef(f"3 * {room}"),
        dy=alt.ExprRef(f"5 * {room}"),
    ).encode(text="number:Q")
    under = written | {"baseline": "top", "dy": alt.ExprRef(f"5 * {room} + {LINE / 2}")}
    under_it = beside.mark_text(**under).encode(text="beside:N")
    around = guessed.mark_line(
        interpolate="linear-closed", color=INK, strokeWidth=2, strokeDash=[5, 3]
    )
    read = {
        "group": say("icons.group"),
        "number": say("icons.number", does=does),
        "others": say("icons.others"),
    }
    counted, others = people(icons, "does", room, leave=does == LEAVE)
    chart = layered(
        counted.properties(name=COUNTED),
        others,
        around,
        keyed.mark_text(**written, dy=over["key"]).encode(text="key:N"),
        *signs,
        heads.mark_text(**written, dy=over["name"], fontWeight=600).encode(text="name:N"),
        heads.mark_text(**written, dy=over["word"]).encode(text="word:N"),
        *((number, under_it) if alone else ()),
        height=round(ROWS * LARGE[len(groups)]),
        room={"left": 4, "right": 14, "top": 6, "bottom": 4},
        read=("heads", read),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    return for_narrow(chart, LOW[len(groups)])


def icons_tables(
    shares: Mapping[str, float], does: str = LEAVE, guesses: Mapping[str, int] | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of `icons_form`: a row per icon, one per corner of a guess, and one per group."""
    guesses = guesses or {}
    numbers = {group: round(100 * share) for group, share in shares.items()}
    place = np.arange(SIDE * SIDE)
    icons = [
        pd.DataFrame(
            {
                "x": place % SIDE + number * STEP,
                "y": SIDE - 1 - place // SIDE,
                "does": place < count,
            }
        )
        for number, count in enumerate(numbers.values())
    ]
    corners = [
        (group, corner, number * STEP - 0.5 + x, SIDE - 0.5 - y)
        for number, group in enumerate(numbers)
        for corner, (x, y) in enumerate(_around(guesses.get(group, 0)))
    ]
    others = say("icons.stay" if does == LEAVE else "icons.rest_of_them")
    key = [f"{say('icons.filled')} {does}", others, *([say("icons.your_guess")] if guesses else [])]
    words = [say("icons.count", n=count, does=does) for count in numbers.values()]
    own = [f"\n{say('icons.guess', n=guesses[g])}" if g in guesses else "" for g in numbers]
    alone = len(numbers) == 1  # its number stands beside it, and not over it once more
    letters, few = WIDE[len(numbers)], NARROW[len(numbers)]
    first = [place == 0 for place in range(len(numbers))]
    heads = pd.DataFrame(
        {
            "group": list(numbers),
            "number": list(numbers.values()),
            "others": [100 - count for count in numbers.values()],
            "long_word": [
                "" if alone else _in_lines(word, letters) + said
                for word, said in zip(words, own, strict=True)
            ],
            "short_word": [
                "" if alone else _short(word, few, count) + said
                for word, count, said in zip(words, numbers.values(), own, strict=True)
            ],
            "beside": [say("icons.of_100") + said if alone else "" for said in own],
            "long_name": [_in_lines(group, letters) for group in numbers],
            "short_name": [_in_lines(group, few - 2) for group in numbers],
            "long_key": [_key(key, KEY) if this else "" for this in first],
            "short_key": [_key(key, NARROW_KEY) if this else "" for this in first],
            "x": [number * STEP - 0.5 for number in range(len(numbers))],
            "y": SIDE - 0.3,
        }
    )
    guessed = pd.DataFrame(corners, columns=["group", "corner", "x", "y"])
    return {"icons": pd.concat(icons, ignore_index=True), "heads": heads, "guessed": guessed}


def icons_words(
    shares: Mapping[str, float],
    does: str = LEAVE,
    note: str = "",
    who: str = "",
    guesses: Mapping[str, int] | None = None,
) -> str:
    """What an icon array shows: of a hundred in each group, how many do, and how many do not."""
    counts = {group: round(100 * share) for group, share in shares.items()}
    first, *more = counts.items()
    parts = [say("icons.first", group=first[0], number=first[1], does=does)]
    parts += [say("icons.each", group=group, number=number) for group, number in more]
    others = say("icons.and").join(str(100 - number) for number in counts.values())
    said = say("icons.words", who=who or say("icons.who"), groups=say("icons.and").join(parts))
    own = [say("icons.expected", group=group, n=n) for group, n in (guesses or {}).items()]
    return " ".join(filter(None, [said, say("icons.rest", others=others), *own, note]))


def _shares(given: Mapping[str, float] | pd.DataFrame) -> dict[str, float]:
    problems = []
    shares: dict[str, float] = {}
    if isinstance(given, pd.DataFrame):
        names = [name for name in ("third", "pattern", "group") if name in given]
        values = [name for name in ("risk", "share") if name in given]
        if names and values:
            table = given.dropna(subset=[values[0]])
            labels = [_label(names[0], str(name)) for name in table[names[0]]]
            shares = dict(zip(labels, table[values[0]].astype(float), strict=True))
        else:
            problems.append(say("icons.columns", found=", ".join(map(str, given.columns))))
    else:
        shares = {str(name): float(share) for name, share in given.items()}
    if not problems and not 1 <= len(shares) <= MOST:
        problems.append(say("icons.groups", n=len(shares), most=MOST))
    problems += [
        say("icons.share", group=group, given=share)
        for group, share in shares.items()
        if not 0 <= share <= 1
    ]
    if problems:
        raise AllianceError(problems)
    return shares


def _guesses(given: Mapping[str, float | None], shares: Mapping[str, float]) -> dict[str, int]:
    """What was expected, of 100, by the group's name over its icons."""
    made = {name: number for name, number in given.items() if number is not None}
    problems = [
        say("icons.no_group", group=name, known=", ".join(shares))
        for name in made
        if name not in shares
    ]
    problems += [
        say("icons.no_guess", group=name, given=number)
        for name, number in made.items()
        if not 0 <= number <= 100
    ]
    if problems:
        raise AllianceError(problems)
    return {name: round(number) for name, number in made.items()}


def _in_lines(text: str, letters: int) -> str:
    return textwrap.fill(text, letters, break_long_words=False)


def _short(word: str, letters: int, count: int) -> str:
    """How many, and what they do where two lines hold it; else the key says that."""
    lines = _in_lines(word, letters - 2)  # clear of the next group's
    return say("icons.short", n=count) if lines.count("\n") > 1 else lines


def _key(parts: Sequence[str], letters: int) -> str:
    """What the icons mean, in as few lines as there can be, each part of it in one."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}\u2003{part}"
        lines = [*lines[:-1], longer] if len(longer) <= letters else [*lines, part]
    return "\n".join(lines)


def _around(many: int) -> list[tuple[int, int]]:
    """The corners of so many icons of a hundred, in rows of ten: across, and down."""
    rows, more = divmod(many, SIDE)
    whole = [(0, 0), (SIDE, 0), (SIDE, rows), (0, rows)] if rows else []
    if not more:
        return whole
    step = [(more, rows), (more, rows + 1), (0, rows + 1)]
    return [*(whole[:-1] or [(0, 0)]), *step]


def _label(column: str, name: str) -> str:
    return say(f"icons.{column}.{name}") if column in ("third", "pattern") else name
