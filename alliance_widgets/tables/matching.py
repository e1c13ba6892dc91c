"""Whether two tables mean the same clients: who stands in one only, and how near the other comes.

Ids lose their zeros in a spreadsheet, a blank sticks to a name, a letter with an accent is stored
in two ways. Nobody sees it, and whoever does not match would silently count as never rated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pandas as pd

from alliance_widgets.errors import CourseError, MatchWarning, warn
from alliance_widgets.words import say

__all__ = ["matched_quietly", "tell_unmatched"]

SHOWN = 5
"""How many clients, and how many pairs, are named as examples."""

INVISIBLE = {"Cf", "Cc", "Zl", "Zp"}
_SIGN = r"[-_./#\u2010-\u2015]+"
_ZEROS = re.compile(r"(?<![0-9.,])0+(?=[0-9])")
_POINT_ZERO = re.compile(r"^(\d+)[.,]0+$")


def tell_unmatched(
    rated: Iterable[str], courses: pd.DataFrame, what: str = "rated", both_ways: bool = True
) -> None:
    """Warn (`MatchWarning`) if some of the clients `rated` have no course, or the other way round.

    `rated` are the different clients of the ratings (of whichever rater, rated or not), `courses`
    are checked. Who never came cannot have been rated and is not missed. `both_ways=False` looks
    only for a course of each client rated. `what` names the sentence ("rated" or "scored").

    Raises `CourseError` where fewer than half match, counted in the smaller of the two tables:
    then it is the writing of the names that differs, and no result would mean anything. To leave
    clients out on purpose is no such case: then those that are there all match.
    """
    clients, attends = courses["client"].tolist(), (courses["sessions_attended"] > 0).tolist()
    came = [client for client, at_all in zip(clients, attends, strict=True) if at_all]
    there, treated, known = set(rated), set(came), set(clients)
    alone = sorted(there - known)
    unrated = [client for client in came if client not in there] if both_ways else []
    if not alone and not unrated:
        return
    problems = []
    if alone:
        problems.append(_of(f"matching.{what}_alone", alone, len(there)))
    if unrated:
        problems.append(_of("matching.unrated", unrated, len(treated)))
    near = _near(alone, [client for client in clients if client not in there])
    problems += [near] if near else []
    fewer = min(len(there), len(treated)) if both_ways else len(there)
    matched = len(there & known)
    if not matched:
        rated_as, treated_as = _named(alone), _named(came)
        none = say("matching.none", rated=rated_as, courses=treated_as)
        raise CourseError([none, near] if near else [none])
    if 2 * matched < fewer:
        refused = say("matching.refused", n=matched, fewer=fewer)
        raise CourseError([refused, *problems, say("matching.fix")])
    warn(MatchWarning([*problems, say("matching.fix" if near else "matching.left_out")]))


@contextmanager
def matched_quietly() -> Iterator[None]:
    """Where it has been said already who does not match, or it was meant so."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MatchWarning)
        yield


def _of(key: str, clients: list[str], total: int) -> str:
    return say(key, n=len(clients), total=total, clients=_named(clients))


def _named(clients: list[str]) -> str:
    more = ", …" if len(clients) > SHOWN else ""
    return ", ".join(_visible(client) for client in clients[:SHOWN]) + more


def _near(alone: list[str], others: list[str]) -> str:
    """The sentence about names that differ in their writing only, with how; empty without any."""
    meant = pd.Series(others, index=[_key(other) for other in others], dtype="str")
    meant = meant[~meant.index.duplicated(keep=False)]
    pairs = [(client, meant[key]) for client in alone if (key := _key(client)) in meant.index]
    if not pairs:
        return ""
    shown = "; ".join(
        say(
            "matching.pair",
            rated=_visible(one),
            course=_visible(other),
            how=_difference(one, other),
        )
        for one, other in pairs[:SHOWN]
    )
    return say("matching.near", n=len(pairs), pairs=shown + ("; …" if len(pairs) > SHOWN else ""))


def _without_zeros(name: str) -> str:
    return _POINT_ZERO.sub(r"\1", _ZEROS.sub("", name))


def _seen(name: str) -> str:
    """The name without the characters that nobody sees."""
    return "".join(c for c in name if _kind(c) not in INVISIBLE and not "\ufe00" <= c <= "\ufe0f")


def _without_signs(name: str) -> str:
    """C-12 and C12 are one, 1-12 and 11-2 are not."""
    return re.sub(_SIGN, "", re.sub(rf"(?<=\d){_SIGN}(?=\d)", "~", name))


_kind = unicodedata.category

STEPS: dict[str, Callable[[str], str]] = {
    "form": lambda name: unicodedata.normalize("NFKC", name),
    "invisible": _seen,
    "blanks": lambda name: "".join(name.split()),
    "capitals": str.casefold,
    "zeros": _without_zeros,
    "signs": _without_signs,
}
"""What a name may differ in and still mean the same client, in the order of undoing it."""


def _key(name: str, leave: str = "") -> str:
    """The name without all that it may be written differently in, except the step to `leave`."""
    for step, undo in STEPS.items():
        name = name if step == leave else undo(name)
    return name


def _difference(one: str, other: str) -> str:
    """How two writings of one name differ: every step without which they would not be alike."""
    ways = [step for step in STEPS if _key(one, step) != _key(other, step)]
    return ", ".join(say(f"matching.how.{step}") for step in ways) or say("matching.how.several")


def _visible(name: str) -> str:
    """The name with what cannot be seen written out, and quoted."""
    whole = unicodedata.normalize("NFC", name) == name
    plain = (c.isprintable() and (whole or _kind(c) != "Mn") for c in name)
    return f"“{''.join(c if so else _code(c) for c, so in zip(name, plain, strict=True))}”"


def _code(character: str) -> str:
    return f"\\u{ord(character):04x}"
