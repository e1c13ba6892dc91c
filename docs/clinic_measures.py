"""What a study of a simulated clinic would report: the figures that worlds are calibrated to."""

from __future__ import annotations

import numpy as np
import pandas as pd

import alliance_widgets as aw
from alliance_widgets.rules import ReliableDrop
from alliance_widgets.simulate import Clinic

DROP = ReliableDrop(sd=0.70, reliability=0.90)  # more than .61 points: in twelfths, 8 or more
COMPLETE = {"missing_rate": 0.0, "missing_before_dropout": 0.0}


def rated(clinic: Clinic) -> pd.DataFrame:
    """One row per client, in the order of the courses, and one column per session: the ratings."""
    ratings = clinic.ratings.set_index(["client", "session"])["alliance"]
    return ratings.unstack().reindex(clinic.courses["client"])  # noqa: PD010


def courses(clinic: Clinic) -> pd.DataFrame:
    """The courses by client, with `left`: has dropped out."""
    by_client = clinic.courses.set_index("client")
    return by_client.assign(left=by_client["ending"] == "dropped_out")


def correlation(first: pd.Series, second: pd.Series, given: pd.Series) -> float:
    """The partial correlation of two columns given a third, over complete rows."""
    values = pd.concat([first, second, given], axis=1).dropna().to_numpy(float)
    r = np.corrcoef(values, rowvar=False)
    shared = (1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2)
    return float((r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt(shared))


def outcome_r(clinic: Clinic, session: int = 3, completers: bool = False) -> float:
    """Alliance at a session with symptoms at the end given those at first; higher is better."""
    ended = courses(clinic)
    if completers:
        ended = ended[~ended["left"]]
    alliance = rated(clinic)[session].reindex(ended.index)
    return -correlation(alliance, ended["symptoms_last"], ended["symptoms_first"])


def difference(scores: pd.Series, left: pd.Series) -> float:
    """Cohen's d of those who stayed against those who left, over the scores that are there."""
    there = scores.notna()
    stayed, gone = scores[there & ~left], scores[there & left]
    squares = (len(stayed) - 1) * stayed.var() + (len(gone) - 1) * gone.var()
    pooled = np.sqrt(squares / (len(stayed) + len(gone) - 2))
    return float((stayed.mean() - gone.mean()) / pooled)


def between_share(ratings: pd.DataFrame) -> float:
    """The share of the variance of ratings that lies between clients: ICC(1) by ANOVA."""
    groups = ratings.dropna(subset="alliance").groupby("client")["alliance"]
    n, mean = groups.size(), groups.mean()
    rows, clients = n.sum(), len(n)
    grand = (n * mean).sum() / rows
    between = (n * (mean - grand) ** 2).sum() / (clients - 1)
    within = ((n - 1) * groups.var().fillna(0)).sum() / (rows - clients)
    usual_n = (rows - (n**2).sum() / rows) / (clients - 1)
    variance = (between - within) / usual_n
    return float(variance / (variance + within))


def within_lag(ratings: pd.DataFrame) -> float:
    """The standardised slope of the next session's symptoms on this session's alliance compared
    with the client's mean, that mean and this session's symptoms being held constant."""
    groups = ratings.groupby("client")
    usual = groups["alliance"].transform("mean")
    columns = [
        groups["symptoms"].shift(-1),
        ratings["alliance"] - usual,
        usual,
        ratings["symptoms"],
    ]
    values = pd.concat(columns, axis=1).dropna().to_numpy(float)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    slopes, *_ = np.linalg.lstsq(values[:, 1:], values[:, 0], rcond=None)
    return float(slopes[0])


def patterns(clinic: Clinic) -> pd.Series:
    """Shares of `none`, `repaired` and `not_repaired` (unrepaired or open) among the clients with
    at least three ratings, the fewest that can show a drop and its repair."""
    found = aw.case_patterns(clinic.ratings, DROP)
    judged = aw.rule_limits(clinic.ratings, DROP)["sessions"].to_numpy() >= 3
    shares = found.loc[judged, "pattern"].value_counts(normalize=True)
    none, repaired = shares.get("no_rupture", 0.0), shares.get("repaired", 0.0)
    not_repaired = 1 - none - repaired
    return pd.Series({"none": none, "repaired": repaired, "not_repaired": not_repaired})


def dropout_by_third(clinic: Clinic) -> pd.Series:
    """The share leaving in the lowest, middle and highest third of alliance at session 1."""
    first = rated(clinic)[1]
    cuts = first.quantile([1 / 3, 2 / 3]).to_numpy()
    third = pd.Series(np.searchsorted(cuts, first.dropna()), index=first.dropna().index)
    left = courses(clinic)["left"].reindex(third.index)
    return left.groupby(third).mean().set_axis(["lowest", "middle", "highest"])


def person_period(clinic: Clinic) -> pd.DataFrame:
    """One row per rated session: `left` after it, and what was known by then: `so_far` (mean of
    the client's ratings up to it), `within` (this rating's distance from that mean), `open`
    (a planted rupture is open), `early` (one of the first three sessions)."""
    ended = courses(clinic)
    table = clinic.ratings[["client", "session", "alliance"]].assign(
        open=clinic.truth.sessions["rupture"] > 0, early=clinic.ratings["session"] <= 3
    )
    last = table["session"] == table["client"].map(ended["sessions_attended"])
    table["left"] = last & table["client"].map(ended["left"])
    table = table.dropna(subset="alliance")
    ratings = table.groupby("client")["alliance"]
    so_far = ratings.cumsum() / (ratings.cumcount() + 1)
    return table.assign(so_far=so_far, within=table["alliance"] - so_far)


def hazard(periods: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """A logit of leaving on the terms: `coefficient` and `se` of each."""
    from statsmodels.api import Logit, add_constant

    model = Logit(periods["left"].astype(float), add_constant(periods[terms].astype(float)))
    fit = model.fit(disp=False)
    return pd.DataFrame({"coefficient": fit.params, "se": fit.bse})


def within_hazard(clinic: Clinic, with_open: bool = True) -> pd.Series:
    """`coefficient` and `se` of the client's own ups and downs in the hazard of leaving."""
    terms = ["early", "so_far", "within", *(["open"] if with_open else [])]
    return hazard(person_period(clinic), terms).loc["within"]


def study(n_clients: int, world: str, seed: int) -> pd.Series:
    """All figures of the calibration table for one clinic."""
    clinic = aw.simulate_clinic(n_clients, world, seed)
    ratings, ended = rated(clinic), courses(clinic)
    third = ratings[3]
    figures = {
        "outcome_r": outcome_r(clinic),
        "dropout": ended["left"].mean(),
        "dropout_d": difference(ratings[[1, 2, 3]].mean(axis=1), ended["left"]),
        "ceiling": (5 - third.mean()) / third.std(),
        **patterns(clinic),
        "symptoms": ended["symptoms_first"].mean(),
        "within_lag": within_lag(clinic.ratings),
        "between_share": between_share(clinic.ratings),
        "by_session_3": (ended.loc[ended["left"], "sessions_attended"] <= 3).mean(),
        **dropout_by_third(aw.simulate_clinic(n_clients, world, seed, **COMPLETE)),
        "sessions": ended["sessions_attended"].mean(),
        "sessions_sd": ended["sessions_attended"].std(),
    }
    return pd.Series(figures)
