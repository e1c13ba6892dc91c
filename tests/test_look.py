"""The tokens: colours that are seen, one meaning each, and no other in charts and styles."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest

from alliance_widgets.charts._drawing import palette
from alliance_widgets.charts.cases.noise import rates_form
from alliance_widgets.charts.cases.paths import fit_form, mean_form
from alliance_widgets.charts.cases.spans import span_form
from alliance_widgets.charts.cases.trajectory import trajectory_tables
from alliance_widgets.charts.cases.trajectory_form import trajectory_form
from alliance_widgets.charts.clinics.climb import places_form
from alliance_widgets.charts.clinics.courses import hundreds_form
from alliance_widgets.charts.clinics.icons import icons_form
from alliance_widgets.charts.clinics.retention import retention_form, retention_tables
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.words import say

ROOT = Path(__file__).parents[1]
TOKENS = json.loads((ROOT / "alliance_widgets" / "tokens.json").read_text("utf-8"))
COLOURS = TOKENS["colours"]
STYLE = (ROOT / "js" / "src" / "style.css").read_text("utf-8")
STYLES = STYLE + (ROOT / "js" / "src" / "lessons" / "lessons.css").read_text("utf-8")
THEMES = ("light", "dark")
# What is read on which ground, and what is only seen.
TEXT = ("ink", "soft", "grey", "accent", "client_text", "therapist_text", "observer_text", "left")
GROUPS = ("first", "second", "third", "fourth")
SEEN = ("line", "therapist", "observer", "completed")


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_read_is_read_and_what_is_seen_is_seen(theme: str) -> None:
    paper = COLOURS["paper"][theme]
    assert min(contrast(COLOURS[name][theme], paper) for name in (*TEXT, *GROUPS, "warn")) >= 4.5
    assert min(contrast(COLOURS[name][theme], paper) for name in SEEN) >= 3
    assert contrast(COLOURS["grey"][theme], COLOURS["band"][theme]) >= 4.5  # “could be noise”
    assert contrast(COLOURS["on_accent"][theme], COLOURS["accent"][theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_bands_of_endings_differ_in_grey(theme: str) -> None:
    between = COLOURS["band"][theme]
    assert min(contrast(COLOURS[end][theme], between) for end in ("left", "completed")) >= 3


def test_a_colour_has_one_meaning_and_a_meaning_one_colour() -> None:
    for theme in THEMES:
        found = [each[theme] for name, each in COLOURS.items() if name != "on_accent"]
        assert len(found) == len(set(found))
    meanings = [each["means"] for each in COLOURS.values()]
    assert len(meanings) == len(set(meanings))
    raters = {look[0] for look in palette.RATERS.values()}
    groups = {look[0] for look in palette.GROUPS}
    assert raters.isdisjoint(groups | {palette.LEFT, palette.COMPLETED})


def test_charts_and_styles_have_no_colour_of_their_own() -> None:
    charts = (ROOT / "alliance_widgets" / "charts").rglob("*.py")
    pages = (ROOT / "js" / "src" / folder for folder in ("page", "pieces"))
    files = [*charts, *(file for folder in pages for file in folder.rglob("*.js"))]
    strays = {
        file.name: re.findall(r"#[0-9A-Fa-f]{6}\b", file.read_text("utf-8")) for file in files
    }
    assert {name: found for name, found in strays.items() if found} == {}
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", STYLES) == []


def test_every_property_of_the_styles_is_a_token() -> None:
    known = {name.replace("_", "-") for name in COLOURS} | {*TOKENS["type"], *TOKENS["shape"]}
    known |= {f"space-{step}" for step in TOKENS["space"]} | {"fonts"}
    assert set(re.findall(r"var\(--aw-([a-z0-9-]+)", STYLES)) <= known
    assert re.findall(r"font-size: \d+px", STYLES) == []
    assert re.findall(r"font: [\d ]*\d+px", STYLES) == []
    # A corner is the token; a track and the ring of a term are rounder than wide.
    assert set(re.findall(r"border-radius: ([^;} ]+)", STYLES)) <= {
        *("var(--aw-corner)", "50%", "3px", "2px", "0")
    }


def test_there_is_one_slider() -> None:
    """What a slider looks like is said once, for the form and for every row of controls."""
    drawn = re.findall(r"^(.*)::-(?:webkit|moz)[^{]*\{", STYLE, flags=re.MULTILINE)
    both = ':is(.aw-form, .aw-control) input[type="range"]'
    assert len(drawn) >= 8
    assert {each.strip().removesuffix(".aw-unset") for each in drawn} == {both}


# ---- numbers -------------------------------------------------------------------------------------

CLOSE = re.compile(r"\d%")  # “19%” for “19 %”
HYPHEN = re.compile(r"(?<![\w\d.\]])-\.?\d")  # “-0.3” for “−0.3”
SPACED = re.compile(r"(?<![\d,.])\d{1,3}[   ]\d{3}(?!\d)")  # “12 000” for “12,000”
CODE = re.compile(r"\{[^{}]*\}|\[\[.*?\]\]|`[^`]*`|\[-?\d[-\d, ]*\]|<[^>]*>|https?://\S+")


def misspelt(text: str) -> list[str]:
    """The numbers of a text that are written in another way than this book's."""
    prose = CODE.sub("", text)
    return CLOSE.findall(prose) + HYPHEN.findall(prose) + SPACED.findall(prose)


def strings_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_of(each)


def test_numbers_are_written_one_way_in_words_and_questions() -> None:
    package = ROOT / "alliance_widgets"
    files = [package / "words" / "en.toml", *sorted((package / "lessons").glob("*.toml"))]
    texts = [text for file in files for text in strings_of(tomllib.loads(file.read_text("utf-8")))]
    assert len(files) == 14
    assert len(texts) > 2_000
    assert [text for text in texts if misspelt(text)] == []


def test_numbers_are_written_one_way_in_prose() -> None:
    lessons = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    assert len(lessons) > 13
    for lesson in lessons:
        cells = json.loads(lesson.read_text("utf-8"))["cells"]
        prose = ["".join(each["source"]) for each in cells if each["cell_type"] == "markdown"]
        assert [text for text in prose if misspelt(text)] == [], lesson.name


def test_every_column_of_a_table_in_prose_has_a_name() -> None:
    heads = []
    for lesson in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for cell in json.loads(lesson.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                found = re.findall(
                    r"^\|(.*)\|\n\|[-:| ]+\|$", "".join(cell["source"]), re.MULTILINE
                )
                heads += [(lesson.name, name.strip()) for head in found for name in head.split("|")]
    assert len(heads) > 40
    assert [lesson for lesson, name in heads if not name] == []


def test_a_number_that_is_filled_in_is_written_the_same_way() -> None:
    wrong = ("19% of", "it is -0.3", "from -.09", "12 000 clients")
    assert [misspelt(text) for text in wrong] == [["9%"], ["-0"], ["-.0"], ["12 000"]]
    assert misspelt("19 % of them, −0.3, sessions 3-5, [99, -9] and `x = -1`") == []
    said = say("noise.level", value=-1.5)
    assert "−1.5" in said
    rule = say("rules.sudden_drop.explanation", cutoff=0.8, share=0.25, floor=1)
    assert "25 %" in rule


def test_no_chart_writes_shares_in_another_way() -> None:
    charts = ROOT / "alliance_widgets" / "charts"
    for file in charts.rglob("*.py"):
        assert re.findall(r"""["']\.\d%["']""", file.read_text("utf-8")) == [], file.name


def test_counts_at_risk_stand_in_the_order_of_the_curves_and_clear_of_the_axis() -> None:
    curves = pd.DataFrame(
        {
            **{"group": ["low", "low", "high", "high"], "session": [1, 2, 1, 2]},
            **{"at_risk": [10, 6, 10, 9], "left": [4, 1, 1, 1]},
            **{"retention": [0.6, 0.5, 0.9, 0.8], "lower": 0.1, "upper": 0.9},
        }
    )
    row = retention_tables(curves)["ends"].set_index("group")["row"]
    assert row["high"] > row["low"]
    form = retention_form(("low", "high"), 2).to_dict()
    assert [each["name"] for each in form["params"]] == ["narrow"]
    heights = [each["encoding"].get("y", {}) for each in form["layer"]]
    axes = [each["axis"] for each in heights if "axis" in each]
    assert axes
    # It is written in the first layer, and none of the others brings another.
    assert [axis.get("domain") for axis in axes] == [False] + [None] * (len(axes) - 1)


@pytest.mark.parametrize(
    ("form", "down"),
    [
        (icons_form(("one",)), 1),
        (icons_form(("one", "two", "three")), 1),
        (hundreds_form(3), 1),
        (rates_form(), 20),  # whose heights are pixels
    ],
)
def test_icons_stand_as_far_apart_across_as_down(form: alt.LayerChart, down: float) -> None:
    spec = form.to_dict()
    layer = next(each for each in spec["layer"] if each["data"]["name"] == "icons")
    x, y = (layer["encoding"][axis]["scale"] for axis in ("x", "y"))

    def wide(expression: str) -> str:
        """As a page that is not narrow reads it."""
        return re.sub(r"narrow \? [^:]+ : ", "", expression)

    def across(width: int) -> float:
        sizes = {"width": width, "height": spec["height"]}
        reach = eval(wide(x["range"][1]["expr"]), {"min": min, **sizes})
        return reach / (x["domain"][1] - x["domain"][0])

    low, high = y.get("domain") or (y["domainMin"], eval(wide(y["domainMax"]["expr"])))
    pitch = down * spec["height"] / (abs(high - low))
    assert across(900) == pytest.approx(pitch, rel=0.02)
    assert across(200) == pytest.approx(200 / (x["domain"][1] - x["domain"][0]))


@pytest.mark.parametrize("narrow", [False, True])
def test_a_line_is_named_once_and_its_band_and_level_are_too(narrow: bool) -> None:
    layers = trajectory_form().to_dict()["layer"]
    told = "narrow" if narrow else "!narrow"
    other = "!narrow" if narrow else "narrow"
    names = []
    for layer in layers:
        filters = [each.get("filter") for each in layer.get("transform", [])]
        if layer["mark"]["type"] == "text" and other not in filters:
            names.append((layer["data"]["name"], layer["encoding"]["text"], told in filters))
    # Three raters, and the ring of what the story told.
    assert [each for each, _, _ in names] == ["limits", "usual", "marks"] + ["ends"] * 4
    band = names[0][1]
    if narrow:
        assert band["value"].endswith(say("charts.could_be_noise"))
    else:
        assert band["field"] == "name"
    assert [told for _, _, told in names] == [True, True, False] + [True] * 4


def test_only_who_leaves_has_the_colour_of_leaving() -> None:
    leave, better = (json.dumps(icons_form(("all",), *does).to_dict()) for does in ((), ("rise",)))
    assert palette.LEFT in leave
    assert palette.LEFT not in better


def test_a_key_on_a_narrow_page_stands_where_no_curve_is() -> None:
    def curves(end: float) -> pd.DataFrame:
        shares = {"retention": [0.9, end], "lower": [0.9, end - 0.1], "upper": [0.95, end + 0.1]}
        told = {"session": [1, 4], "at_risk": [10, 9], "left": [1, 1], **shares}
        return pd.concat([pd.DataFrame(told).assign(group=group) for group in ("low", "high")])

    foot = retention_tables(curves(0.6))["ends"]
    assert foot["key"].between(0, 0.2).all()
    assert foot["key"].is_unique
    early = pd.concat([curves(0.15), curves(0.1).assign(session=[2, 8, 2, 8])]).drop_duplicates(
        ["group", "session"]
    )
    top = retention_tables(early.sort_values(["group", "session"]))["ends"]
    assert top["on_top"].all()
    assert top["key"].between(0.8, 1).all()


def test_the_page_of_the_look_names_every_colour_and_shows_pictures_that_are_there() -> None:
    page = (ROOT / "docs" / "look.md").read_text("utf-8")
    for name, each in COLOURS.items():
        assert f"| `{name}` | {each['light']} | {each['dark']} | {each['means']} |" in page
    shown = re.findall(r"\]\((look/[^)]+)\)", page)
    assert shown
    for picture in shown:
        assert 0 < (ROOT / "docs" / picture).stat().st_size < 130_000
    assert len(list((ROOT / "docs" / "look").iterdir())) == len(set(shown))


@pytest.mark.parametrize("case", ["Noor", "Ama", "Jun", "Tomasz", "steep", "short"])
def test_the_name_of_the_band_is_clear_of_lines_and_limits(case: str) -> None:
    own = {"steep": (3.67, 3.67, 3, 3.33, 4, 2, 2.67, 3.33, 4), "short": (3.67, 3.67, 3, 3.33, 4)}
    given = load_data("single_cases").query("client == @case")
    if case in own:
        given = pd.DataFrame({"client": case, "rater": "client", "alliance": own[case]})
        given = given.assign(session=range(1, len(given) + 1))
    tables = trajectory_tables(given)
    limits = tables["limits"].dropna(subset=["label"])
    assert len(limits) == 1
    start, height = limits["session"].iloc[0], limits["label"].iloc[0]
    under = height < limits["limit"].iloc[0]
    assert limits["name"].iloc[0] == ("↑ " if under else "") + say("charts.could_be_noise")
    for table, column in (("ratings", "alliance"), ("limits", "limit"), ("limits", "above")):
        end = start + 0.28 * (given["session"].max() - 1)  # as wide as it is drawn
        here = tables[table].groupby("rater" if table == "ratings" else lambda _: 0)
        for _, line in here:
            over = np.interp(np.linspace(start, end, 50), line["session"], line[column])
            assert np.abs(over - height).min() > 0.12


@pytest.mark.parametrize("form", [trajectory_form, span_form, mean_form, fit_form, places_form])
def test_no_layer_brings_an_axis_that_thins_out_the_ticks_of_the_sessions(
    form: Callable[[], alt.LayerChart],
) -> None:
    across = [layer["encoding"].get("x", {}) for layer in form().to_dict()["layer"]]
    axes = [x.get("axis") for x in across if "field" in x]
    assert axes
    assert all("values" in (axis or {}) for axis in axes)
