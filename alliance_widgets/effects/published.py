"""The published effects that the lessons rely on, each with the paper it comes from."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.arguments import nearest
from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.words import say

__all__ = ["evidence"]


def evidence(topic: str | None = None) -> pd.DataFrame:
    """One row per published effect; of one topic, or of all.

    Positive `r` and `d` mean that a stronger alliance (in `expectancy`: a higher expectation) goes
    with the better outcome or the longer stay; a hazard ratio below 1 means fewer departures per
    point of alliance. In `raters` they say who rates higher, in `agreement` how closely two raters
    of the same alliance go together, in `relationship` how other sides of the relationship go with
    the outcome, and in `relatives` how they go with the alliance. Figures of different measures
    cannot be compared as they stand: `convert_effect` says one in terms of another.

    Read with care: these are associations pooled over studies that differ; an average does not
    say what holds in one clinic, and none of it says what raising an alliance would do.

    Parameters
    ----------
    topic : str, optional
        Keeps the effects of one topic; left out, all of them.

    Returns
    -------
    DataFrame
        Columns `topic`, `finding` (what the number is about), `k` (studies or samples pooled), `n`
        (people), `effect`, `lower` and `upper` (95 % interval), `measure` (`r`, `d`, `g`, `rate`, a
        share from 0 to 1, or `hazard_ratio`), `source` (the paper in words, as the table `sources`
        has it), `verified` and `note`. What a paper does not report, or could not be read, is
        missing. `verified` is false where the number could not be checked against the paper or its
        abstract: show it with that warning.

    Raises
    ------
    AllianceError
        For an unknown topic; it names the topics there are.
    """
    table: pd.DataFrame = load_data("published_effects")
    table["source"] = table["source"].map(_in_words(load_data("sources")))
    if topic is None:
        return table
    topics = list(dict.fromkeys(table["topic"]))
    wanted = normal_name(topic)
    if wanted not in topics:
        near = nearest(wanted, topics, n=1)
        key = "effects.unknown_topic_near" if near else "effects.unknown_topic"
        known = ", ".join(topics)
        raise AllianceError([say(key, topic=repr(topic), known=known, near="".join(near))])
    of_topic: pd.DataFrame = table[table["topic"] == wanted].reset_index(drop=True)
    return of_topic


def _in_words(sources: pd.DataFrame) -> pd.Series:
    """Each source as a reader meets it, by its key: authors (year), journal, volume, pages, DOI."""
    named = sources.fillna("").astype("str").set_index("key")
    said = {}
    for key, paper in zip(named.index, named.to_dict("records"), strict=True):
        row = {str(name): str(value) for name, value in paper.items()}
        doi = say("effects.doi", doi=row["doi"]) if row["doi"] else ""
        parts = [say("effects.cited", **row), row["volume"], row["pages"], doi]
        said[key] = ", ".join(part for part in parts if part)
    return pd.Series(said, dtype="str")
