"""Units of a term change its coefficient and nothing else; what a column cannot hold is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw

TERMS = ["alliance_between", "alliance_within"]
FITS = [aw.fit_hazard, aw.fit_cox]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    clinic = aw.simulate_clinic(200, seed=4)
    return aw.person_period(clinic.ratings, clinic.courses)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("factor", [1e-150, 1e-9, 1e-6, 1e-3, 7.0, 1e6, 1e12, 1e150])
def test_a_term_in_another_unit_has_the_same_p_and_its_coefficient_per_unit(
    rows: pd.DataFrame, fit: Callable, factor: float
) -> None:
    one = fit(rows, TERMS).set_index("term")
    other = fit(rows.assign(alliance_within=rows["alliance_within"] * factor), TERMS)
    other = other.set_index("term")
    np.testing.assert_allclose(other[["z", "p"]], one[["z", "p"]], rtol=1e-6)
    for column in ("coefficient", "se"):
        scaled = other[column].where(other.index != TERMS[1], other[column] * factor)
        np.testing.assert_allclose(scaled, one[column], rtol=1e-6)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("shift", [-3.0, 2000.0, 1e6])
def test_a_term_counted_from_elsewhere_keeps_everything_but_the_intercept(
    rows: pd.DataFrame, fit: Callable, shift: float
) -> None:
    one = fit(rows, TERMS).set_index("term")
    other = fit(rows.assign(alliance_between=rows["alliance_between"] + shift), TERMS)
    other = other.set_index("term")
    np.testing.assert_allclose(other.loc[TERMS, "coefficient"], one.loc[TERMS, "coefficient"], 1e-6)
    np.testing.assert_allclose(other.loc[TERMS, "se"], one.loc[TERMS, "se"], 1e-6)
    if "intercept" in one.index:
        moved = one.loc["intercept", "coefficient"] - shift * one.loc[TERMS[0], "coefficient"]
        assert other.loc["intercept", "coefficient"] == pytest.approx(moved, rel=1e-6)


def test_the_intercept_and_its_error_are_those_of_the_units_given(rows: pd.DataFrame) -> None:
    from statsmodels.discrete.discrete_model import Logit

    used = rows.dropna(subset=TERMS)
    design = np.column_stack([np.ones(len(used)), used[TERMS]])
    expected = Logit(used["event"].to_numpy(float), design).fit(disp=0)
    found = aw.fit_hazard(rows, TERMS)
    np.testing.assert_allclose(found["coefficient"], expected.params, rtol=1e-6)
    np.testing.assert_allclose(found["se"], expected.bse, rtol=1e-6)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("column", "values", "sentence"),
    [
        ("x", np.inf, "the term x is infinite in one row"),
        ("x", -np.inf, "the term x is infinite in one row"),
        ("event", "yes/no", "event must be true or false"),
        ("event", "text", "event must be true or false"),
        ("event", 2.0, "event must be true or false"),
        ("event", np.inf, "event must be true or false"),
        ("x", "decimals", "numbers written as text"),
        ("x", "comma", "numbers written as text"),
        ("x", "mixed", "numbers and words in one column"),
        ("x", "dates", "of the kind datetime64"),
    ],
)
def test_columns_that_hold_what_they_cannot_are_refused_in_words(
    rows: pd.DataFrame, fit: Callable, column: str, values: object, sentence: str
) -> None:
    numbers = rows["session"].to_numpy() % 5 + 0.5
    kinds = {
        "yes/no": rows["event"].map({True: "yes", False: "no"}),
        "text": rows["event"].astype("str"),
        "decimals": pd.Series(numbers).astype("str"),
        "comma": pd.Series(numbers).astype("str").str.replace(".", ","),
        "mixed": pd.Series(numbers, dtype=object).where(np.arange(len(rows)) != 9, "low"),
        "dates": pd.Timestamp("2020-01-01") + pd.to_timedelta(rows["session"], "D"),
    }
    if isinstance(values, str):
        table = rows.assign(**{column: kinds[values]})
    else:
        content = rows["event"].astype(float) if column == "event" else pd.Series(numbers)
        content.iloc[5] = values
        table = rows.assign(**{column: content})
    with pytest.raises(aw.AllianceError, match=sentence):
        fit(table, ["x"] if column == "x" else TERMS)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("kind", ["bool", "boolean", "int64", "Int64", "float64", "object"])
def test_events_may_be_true_and_false_or_ones_and_noughts(
    rows: pd.DataFrame, fit: Callable, kind: str
) -> None:
    found = fit(rows.assign(event=rows["event"].astype(kind)), TERMS)
    pd.testing.assert_frame_equal(found, fit(rows, TERMS))


def test_a_session_written_as_text_is_a_term_and_no_time(rows: pd.DataFrame) -> None:
    early = rows[rows["session"] <= 5]
    as_text = early.assign(session=early["session"].astype("str"))
    assert "session[2]" in set(aw.fit_hazard(as_text, ["session"])["term"])
    with pytest.raises(aw.AllianceError, match="session must hold numbers"):
        aw.fit_cox(as_text, TERMS)


@pytest.mark.parametrize("fit", FITS)
def test_a_term_that_differs_by_rounding_only_is_constant(
    rows: pd.DataFrame, fit: Callable
) -> None:
    rounding = np.where(np.arange(len(rows)) % 2, 0.3, 0.1 + 0.2)
    with pytest.raises(aw.AllianceError, match="the same in every session"):
        fit(rows.assign(x=rounding), ["x"])


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("terms", [None, 3, [3], [None], [], {}])
def test_terms_that_are_no_names_are_refused_in_words(
    rows: pd.DataFrame, fit: Callable, terms: object
) -> None:
    with pytest.raises(aw.AllianceError, match="there are no terms"):
        fit(rows, terms)
    with pytest.raises(aw.AllianceError, match="expected a table"):
        fit(terms)
