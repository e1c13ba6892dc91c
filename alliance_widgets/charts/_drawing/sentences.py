"""What a chart says in words: for the page, for a screen reader, for a printout.

A dip found by a rule is a *possible* rupture here, always with the name of its rule.
"""

from __future__ import annotations

import pandas as pd

from alliance_widgets.charts._drawing.reading import CaseReading, read_case
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import WINDOW, Judgement
from alliance_widgets.words import say

__all__ = [
    "compare_last_session",
    "describe",
    "falls_in_words",
    "lines_in_words",
    "raters_in_words",
    "read_aloud",
    "ruptures_in_words",
]

APART = 0.1  # points between two means that are called lowest and highest
MOST = 0.7  # of a line's whole way, in one step: then it is a step
Line = dict[int, float]  # the score of each rated session, in order


def describe(
    ratings: pd.DataFrame | CaseReading,
    rule: str | Rule | None = "reliable_drop",
    rater: str = "client",
) -> str:
    """A paragraph that says what `alliance_trajectory` of the same ratings shows.

    Parameters
    ----------
    ratings : DataFrame or CaseReading
        Session ratings, as `check_ratings` takes them.
    rule : str, Rule or None, default "reliable_drop"
        The rule whose marks are told; None for the lines alone.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings the rule judges.

    Returns
    -------
    str
        The lines first, then what the rule marks.

    Raises
    ------
    RatingError
        For faulty ratings.
    RuleError
        For a rule that cannot judge them.
    """
    return read_aloud(read_case(ratings, rule, rater))


def read_aloud(reading: CaseReading, events: bool = True) -> str:
    """What `describe` says; without `events` nothing of where the line is low, high or steep."""
    rated = reading.rated
    if rated.empty:
        return say("describe.no_ratings")
    if reading.several:
        return _describe_clients(reading)
    first, *others = raters_in_words(reading, events)
    ruptures = [] if reading.judgement is None else [ruptures_in_words(reading.judgement)]
    return " ".join([first, *ruptures, *others])


def raters_in_words(reading: CaseReading, events: bool = True) -> list[str]:
    """A sentence on each rater's line of one client, the chosen rater's first."""
    lines: dict[str, Line] = {}
    columns = (reading.rated[name].tolist() for name in ("rater", "session", "alliance"))
    for name, session, score in zip(*columns, strict=True):
        lines.setdefault(name, {})[session] = score
    names = sorted(lines, key=lambda name: name != reading.rater)
    return [_describe_line(lines[name], name, reading.span, events) for name in names]


def compare_last_session(
    ratings: pd.DataFrame | CaseReading,
    rule: str | Rule | None = "reliable_drop",
    rater: str = "client",
) -> str:
    """One sentence on a case's last rated session: how far from the one before, and what of it.

    Read with care: "more than noise usually does" is a statement about this rule's threshold,
    not about what happened between two people.

    Parameters
    ----------
    ratings : DataFrame or CaseReading
        Session ratings of one client, as `check_ratings` takes them.
    rule : str, Rule or None, default "reliable_drop"
        The rule that says what is more than noise; None for the difference alone.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    str
        The sentence.

    Raises
    ------
    RatingError
        For faulty ratings.
    RuleError
        For a rule that cannot judge them.
    """
    reading = read_case(ratings, rule, rater)
    judgement, scores = reading.judgement, reading.judged["alliance"].tolist()
    if len(scores) < 2:
        return say("describe.first_rating")
    change = scores[-1] - scores[-2]
    if abs(change) < 0.005:
        return say("describe.same")
    way = say("describe.up" if change > 0 else "describe.down", size=_number(abs(change)))
    if judgement is None:
        return say("describe.change", change=way)
    found, limits = judgement.ruptures, judgement.limits
    # By lists: to compare whole numbers that may be missing is what a moving slider would feel.
    onset_of = dict(zip(found["repair_session"].tolist(), found["onset"].tolist(), strict=True))
    onset = onset_of.get(reading.judged["session"].iloc[-1])
    if onset is not None:
        return say("describe.back", change=way, onset=onset)
    if limits["flagged"].iloc[-1]:
        by_drop = limits["reference"].iloc[-1] == scores[-2]
        onsets = found["onset"].tolist()
        if onsets and onsets[-1] != reading.judged["session"].iloc[-1]:
            # None begins here: the line has no mark.
            key = "describe.goes_on_drop" if by_drop else "describe.goes_on_level"
            return say(key, change=way, onset=onsets[-1], rule=judgement.rule.title)
        key = "describe.flagged_drop" if by_drop else "describe.flagged_level"
    else:
        judged = pd.notna(limits["limit"].iloc[-1]) and not judgement.why_not
        key = "describe.noise" if change < 0 and judged else "describe.change"
    return say(key, change=way, rule=judgement.rule.title)


def _number(value: float) -> str:
    """Two digits after the point at most, one at least: 4.0, 3.75."""
    text = f"{value:.2f}"
    return text[:-1] if text.endswith("0") else text


def _count(n: int) -> str:
    words = say("describe.numbers").split()
    return words[n - 1] if 1 <= n <= len(words) else str(n)


def _describe_line(line: Line, rater: str, span: float, events: bool) -> str:
    sessions, scores = [*line], [*line.values()]
    start, end = scores[0], scores[-1]
    who = say(f"describe.rated_by.{rater}")
    if len(scores) == 1:
        return say("describe.one_session", who=who, value=_number(start), session=sessions[0])
    lowest, highest = min(scores), max(scores)
    step = max(range(1, len(scores)), key=lambda i: (scores[i] - scores[i - 1]) * (end - start))
    said = say(
        f"describe.line.{_course(scores, span, step, events)}",
        who=who,
        verb=say("describe.rises" if end > start else "describe.falls"),
        start=_number(start),
        end=_number(end),
        lowest=_number(lowest),
        highest=_number(highest),
        low_at=sessions[scores.index(lowest)],
        high_at=sessions[scores.index(highest)],
        before=sessions[step - 1],
        after=sessions[step],
        sessions=_count(len(scores)),
    )
    missing = [each for each in range(sessions[0], sessions[-1]) if each not in line]
    if missing:
        n = len(missing)
        said += say("describe.missing", n=n, count=_count(n), session=missing[0])
    return f"{said}."


def _course(scores: list[float], span: float, step: int, events: bool) -> str:
    """Which sentence tells a line: by where it begins and ends, and by what is between."""
    start, end, much = scores[0], scores[-1], span / 8
    dips, peaks = min(start, end) - min(scores) > much, max(scores) - max(start, end) > much
    if events and (dips or peaks):
        return "swings" if dips and peaks else "dips" if dips else "peaks"
    if abs(end - start) < span / 40:
        return "returns" if max(scores) - min(scores) > much else "stays"
    steep = abs(scores[step] - scores[step - 1])
    stepped = len(scores) > 2 and steep > much and steep > MOST * abs(end - start)
    return "steps" if events and stepped else "moves"


def ruptures_in_words(judgement: Judgement) -> str:
    """What a rule marks in a case, or why it cannot judge it."""
    rule, found = judgement.rule, judgement.ruptures
    if judgement.why_not:
        return judgement.why_not
    if found.empty:
        return say("describe.no_rupture", rule=rule.title)
    endings = [
        say(f"describe.{status}", onset=onset, back=back, window=_count(WINDOW))
        for status, onset, back in zip(
            found["status"], found["onset"], found["repair_session"], strict=True
        )
    ]
    opening = say(
        "describe.ruptures", n=len(found), count=_count(len(found)).capitalize(), rule=rule.title
    )
    return f"{opening} {'; '.join(endings)}."


def falls_in_words(reading: CaseReading) -> str:
    """How large each fall is that the rule marks: from what it compares with to the rating."""
    if reading.judgement is None or reading.several:
        return ""
    limits = reading.judgement.limits
    columns = (limits[name].tolist() for name in ("session", "reference", "alliance"))
    fallen = {session: before - score for session, before, score in zip(*columns, strict=True)}
    falls = [(onset, fallen[onset]) for onset in reading.judgement.ruptures["onset"].tolist()]
    return " ".join(
        say("describe.fall", onset=onset, size=_number(size)) for onset, size in falls if size > 0
    )


def lines_in_words(rated: pd.DataFrame) -> str:
    """Who is lowest and who highest on average, and how many sessions of each were rated."""
    clients = rated.groupby("client")
    lengths, means = clients["session"].nunique(), clients["alliance"].mean()
    ends = {"clients": len(lengths), "fewest": lengths.min(), "most": lengths.max()}
    alike = ends["fewest"] == ends["most"]
    said = say("describe.clients_alike" if alike else "describe.clients", **ends)
    if means.max() - means.min() < APART:
        near = say("describe.means_alike", mean=f"{means.mean():.1f}")
        return f"{near} {said}"
    values = {"lowest": _number(means.min()), "highest": _number(means.max())}
    who = {"low": means.idxmin(), "high": means.idxmax()}
    key = "describe.means" if len(lengths) > 2 else "describe.means_of_two"
    return f"{say(key, **values, **who)} {said}"


def _describe_clients(reading: CaseReading) -> str:
    said = lines_in_words(reading.rated)
    judgement = reading.judgement
    if judgement is None:
        return said
    return f"{said} " + say(
        "describe.clients_with_ruptures",
        flagged=judgement.ruptures["client"].nunique(),
        clients=reading.judged["client"].nunique(),
        rule=judgement.rule.title,
    )
