"""Published figures, what they mean in other terms, and pooling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw

POOLED = pd.read_csv(Path(__file__).parent / "data" / "pooling_expected.csv", comment="#")
MEASURES = ["r", "d", "r2", "odds_ratio", "auc"]


def sentence(work: Callable[[], object]) -> str:
    with pytest.raises(aw.AllianceError) as caught:
        work()
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("r", "d", "r2"),
    [
        *((0.19, 0.3871, 0.0361), (0.21, 0.4296, 0.0441), (0.22, 0.4511, 0.0484)),
        *((0.26, 0.5385, 0.0676), (0.275, 0.5721, 0.0756), (0.278, 0.5788, 0.0773)),
        *((0.29, 0.606, 0.0841), (0.297, 0.6221, 0.0882)),
    ],
)
def test_published_pairs_of_r_and_d_convert_into_each_other(r: float, d: float, r2: float) -> None:
    assert aw.convert_effect(r, "r", "d") == pytest.approx(d, abs=5e-5)
    assert aw.convert_effect(d, "d", "r") == pytest.approx(r, abs=5e-5)
    assert aw.convert_effect(r, "r", "r2") == pytest.approx(r2, abs=5e-5)


def test_a_d_of_55_in_every_other_term() -> None:
    assert aw.convert_effect(0.55, "d", "r") == pytest.approx(0.2652, abs=5e-5)
    assert aw.convert_effect(0.55, "d", "r", base_rate=0.197) == pytest.approx(0.2137, abs=5e-5)
    assert aw.convert_effect(0.55, "d", "odds_ratio") == pytest.approx(2.7117, abs=5e-5)
    assert aw.convert_effect(0.55, "d", "auc") == pytest.approx(0.6513, abs=5e-5)


@given(
    st.floats(-2.5, 2.5),
    st.sampled_from(MEASURES),
    st.sampled_from(MEASURES),
    st.floats(0.05, 0.95),
)
def test_there_and_back_is_where_one_began(
    d: float, first: str, second: str, base_rate: float
) -> None:
    if "r2" in (first, second):
        d = abs(d)
    start = aw.convert_effect(d, "d", first, base_rate)
    there = aw.convert_effect(start, first, second, base_rate)
    back = aw.convert_effect(there, second, first, base_rate)
    assert back == pytest.approx(start, abs=1e-7)


def test_whole_columns_are_converted_and_keep_their_index() -> None:
    column = pd.Series([0.19, np.nan, 0.278], index=[5, 6, 7], name="effect")
    found = aw.convert_effect(column, "r", "d")
    assert found.index.tolist() == [5, 6, 7]
    np.testing.assert_allclose(found, [0.3871, np.nan, 0.5788], atol=5e-5)
    assert column.tolist()[0] == 0.19
    assert isinstance(aw.convert_effect(1, "d", "auc"), float)


@pytest.mark.parametrize(
    ("value", "from_", "words"),
    [
        (1.2, "r", "r is 1.2; expected a number between -1 and 1"),
        (-0.1, "r2", "r2 is -0.1"),
        (0, "odds_ratio", "odds_ratio is 0"),
        (1, "auc", "auc is 1"),
        (0.2, "g", "there is no measure 'g'; the measures are r, d, r2, odds_ratio, auc"),
    ],
)
def test_impossible_effects_are_answered_in_words(value: float, from_: str, words: str) -> None:
    assert words in sentence(lambda: aw.convert_effect(value, from_, "d"))


def test_a_base_rate_must_be_a_share() -> None:
    assert "base_rate is 19.7" in sentence(lambda: aw.convert_effect(0.5, "d", "r", 19.7))
    assert "base_rate is 0" in sentence(lambda: aw.risk_by_third(0.5, 0))
    assert "d is nan" in sentence(lambda: aw.risk_by_third(np.nan, 0.2))


@pytest.mark.parametrize(
    ("d", "base_rate", "risks"),
    [
        (0.55, 0.197, [0.296, 0.184, 0.111]),
        (0.55, 0.26, [0.379, 0.247, 0.154]),
        (0.2, 0.197, [0.232, 0.195, 0.164]),
        (0, 0.3, [0.3, 0.3, 0.3]),
    ],
)
def test_risks_by_third_are_as_computed_apart(
    d: float, base_rate: float, risks: list[float]
) -> None:
    table = aw.risk_by_third(d, base_rate)
    assert table["third"].tolist() == ["lowest", "middle", "highest"]
    np.testing.assert_allclose(table["risk"], risks, atol=6e-4)


@given(st.floats(-4, 4), st.floats(0.01, 0.99))
def test_the_thirds_together_drop_out_at_the_base_rate(d: float, base_rate: float) -> None:
    assert aw.risk_by_third(d, base_rate)["risk"].mean() == pytest.approx(base_rate, abs=1e-9)


def test_risks_by_third_are_what_drawn_clients_show() -> None:
    # 300 000 clients, seed 0: standard error of each share .0015 or less.
    random = np.random.default_rng(0)
    left = random.random(300_000) < 0.26
    alliance = random.normal(0, 1, len(left)) + 0.55 * ~left
    thirds = pd.qcut(alliance, 3, labels=False)
    drawn = pd.Series(left).groupby(thirds).mean()
    np.testing.assert_allclose(aw.risk_by_third(0.55, 0.26)["risk"], drawn, atol=0.005)


@pytest.mark.parametrize(
    "row", POOLED.to_dict("records"), ids=lambda r: f"{r['case']}-{r['method']}"
)
def test_pooled_effects_are_metafors(row: dict) -> None:
    studies = pd.DataFrame(
        {name: [float(number) for number in row[name].split()] for name in ("r", "n")}
    )
    method = {"REML": "reml", "DL": "dersimonian_laird"}[row["method"]]
    found = aw.pool_effects(studies, method)
    for name in ("effect", "lower", "upper", "prediction_lower", "prediction_upper", "q", "q_p"):
        assert found[name] == pytest.approx(row[name], abs=1e-6), name
    assert found["tau"] == pytest.approx(row["tau"], abs=1e-6)
    as_z = pd.DataFrame({"effect": np.arctanh(studies["r"]), "se": 1 / np.sqrt(studies["n"] - 3)})
    assert np.tanh(aw.pool_effects(as_z, method)["effect"]) == pytest.approx(
        row["effect"], abs=1e-6
    )


def test_two_studies_have_an_average_and_no_prediction() -> None:
    found = aw.pool_effects(pd.DataFrame({"r": [0.1, 0.3], "n": [50, 50]}))
    assert 0.1 < found["effect"] < 0.3
    assert np.isnan(found["prediction_lower"])


@pytest.mark.parametrize(
    ("studies", "words"),
    [
        (pd.DataFrame({"r": [0.2], "n": [40]}), "there is one study with all its numbers"),
        (pd.DataFrame({"r": [0.2, np.nan], "n": [40, 30]}), "there is one study"),
        (pd.DataFrame({"r": [0.2, 1.0, 0.1], "n": [40, 30, 3]}), "2 studies cannot be pooled"),
        (pd.DataFrame({"r": [0.2]}), "need the columns r and n, or effect and se"),
    ],
)
def test_what_cannot_be_pooled_is_answered_in_words(studies: pd.DataFrame, words: str) -> None:
    assert words in sentence(lambda: aw.pool_effects(studies))


def test_an_unknown_method_is_named() -> None:
    studies = aw.synthetic_studies(5)
    assert "expected one of reml, dersimonian_laird" in sentence(
        lambda: aw.pool_effects(studies, "fixed")
    )


def test_synthetic_studies_say_what_they_are_and_make_the_published_picture() -> None:
    studies = aw.synthetic_studies()
    assert len(studies) == 295
    assert studies["study"].str.contains("synthetic").all()
    pd.testing.assert_frame_equal(studies, aw.synthetic_studies(seed=0))
    # 100 tables of 295, seeds 0..99: SE of the mean z .0008, of the share below 0 .0008.
    drawn = pd.concat([aw.synthetic_studies(seed=seed) for seed in range(100)])
    z = np.arctanh(drawn["r"])
    assert z.mean() == pytest.approx(0.2855, abs=0.003)
    assert z.std() == pytest.approx(0.139, abs=0.002)
    assert (drawn["r"] < 0).mean() == pytest.approx(0.02, abs=0.003)
    assert np.arctanh(drawn["true_r"]).std() == pytest.approx(0.096, abs=0.002)
    assert "need k of 1 or more" in sentence(lambda: aw.synthetic_studies(0))


def test_pooling_finds_what_was_put_into_the_synthetic_studies() -> None:
    # 40 tables of 295, seeds 0..39: SE of the mean of tau about .0015.
    found = pd.DataFrame([aw.pool_effects(aw.synthetic_studies(seed=seed)) for seed in range(40)])
    assert found["effect"].mean() == pytest.approx(0.278, abs=0.004)
    assert found["tau"].mean() == pytest.approx(0.096, abs=0.005)
    covered = (found["lower"] < 0.278) & (found["upper"] > 0.278)
    assert covered.mean() >= 0.85


def test_every_published_figure_has_a_paper_and_none_a_mirror() -> None:
    table = aw.evidence()
    assert {"k", "n", "effect", "lower", "upper", "measure", "source"} <= set(table)
    assert table["source"].str.contains(r"\(\d{4}\), ").all()
    assert table["source"].str.contains(r", doi 10\.\d{4}/").mean() > 0.85
    assert not table["source"].str.contains("http|www|docslib|scribd|researchgate").any()
    assert table["effect"].notna().all()
    known = table.dropna(subset=["lower", "upper"])
    assert (known["lower"] < known["effect"]).all()
    assert (known["effect"] < known["upper"]).all()
    assert known["lower"].notna().sum() == table["lower"].notna().sum()


def test_the_figures_that_the_lessons_rest_on_are_there() -> None:
    outcome = aw.evidence("outcome").iloc[-1]
    assert outcome[["effect", "lower", "upper", "measure"]].tolist() == [0.278, 0.256, 0.299, "r"]
    dropout = aw.evidence("dropout").iloc[0]
    assert dropout[["k", "n", "effect", "measure"]].tolist() == [11, 1301, 0.55, "d"]
    assert aw.evidence("Dropout rate")["effect"].iloc[0] == 0.197
    training = aw.evidence("repair_training").iloc[1]
    assert training[["effect", "lower", "upper"]].tolist() == [0.11, -0.09, 0.3]
    assert outcome[["k", "n"]].isna().all()  # of the face-to-face samples alone: not known to us
    unverified = aw.evidence("outcome").query("~verified")["source"].str.split(" ").str[0]
    assert unverified.tolist() == ["Horvath", "Martin,", "Horvath"]


def test_no_figure_of_low_confidence_is_shipped() -> None:
    # Subgroup figures of 2012 and 2018 that could not be read in the papers.
    assert not aw.evidence("dropout_rate")["effect"].isin([0.256, 0.239, 0.304, 0.376, 0.266]).any()
    assert not aw.evidence("outcome")["effect"].isin([0.20, 0.24, 0.23, 0.25, 0.14, 0.15]).any()


def test_huppert_hazard_ratios_are_those_of_the_printed_coefficients() -> None:
    printed = {
        "alliance at session 3 and dropout, between clients": -0.02,
        "alliance at session 3 and dropout, between therapists": -0.10,
        "tasks at session 3 and dropout, between clients": -0.07,
        "tasks at session 3 and dropout, between therapists": -0.27,
        "bond at session 3 and dropout, between clients": -0.05,
        "bond at session 3 and dropout, between therapists": -0.25,
        "goals at session 3 and dropout, between therapists": -0.34,
    }
    ratios = aw.evidence("dropout").query("measure == 'hazard_ratio'").set_index("finding")
    assert set(ratios.index) == set(printed)
    for finding, b in printed.items():
        assert ratios.loc[finding, "effect"] == pytest.approx(np.exp(b), abs=0.01)


def test_an_unknown_topic_names_the_topics() -> None:
    assert "Did you mean 'dropout'" in sentence(lambda: aw.evidence("dropouts"))
    assert "The topics are: outcome, outcome_internet" in sentence(lambda: aw.evidence("zzz"))
