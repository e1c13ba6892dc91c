"""Descriptions of one's own: good ones are taken as they are, and every fault is named at once."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.errors import InstrumentError
from alliance_widgets.tables import instruments
from alliance_widgets.tables.instrument_faults import FIELDS, NEEDED, faults_of

SCHEMA = json.loads(
    (resources.files("alliance_widgets.tables") / "instrument.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def forget_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruments, "_read_here", {})


def toml(entry: dict[str, Any]) -> str:
    """A description as a file; the values of JSON are written in TOML alike, tables apart."""

    def value(given: Any) -> str:
        if isinstance(given, dict):
            inside = ", ".join(
                f"{json.dumps(name)} = {value(each)}" for name, each in given.items()
            )
            return f"{{ {inside} }}"
        return json.dumps(given, ensure_ascii=False)

    return "\n".join(f"{name} = {value(given)}" for name, given in entry.items())


text = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=30).filter(
    str.strip
)
part_names = st.from_regex(r"[a-z]{2,8}", fullmatch=True).filter(
    lambda name: name not in SCHEMA["$defs"]["name"]["not"]["enum"]
)


@st.composite
def descriptions(draw: st.DrawFn) -> dict[str, Any]:
    """A whole and faultless description, with any of the fields that may be left out."""
    items, low = draw(st.integers(1, 12)), draw(st.integers(-3, 3))
    steps, step = draw(st.integers(1, 10)), draw(st.sampled_from([0.25, 0.5, 1, 2]))
    numbers = draw(st.permutations(range(1, items + 1)))
    ends = sorted(draw(st.lists(st.integers(1, items), max_size=3, unique=True)))
    cuts = zip([0, *ends], ends, strict=False)
    names = draw(st.lists(part_names, min_size=len(ends), max_size=len(ends), unique=True))
    parts = {name: numbers[a:b] for name, (a, b) in zip(names, cuts, strict=True)}
    high = low + steps * step
    entry = {"title": draw(text), "items": items, "low": low, "high": high, "step": step}
    others = {
        "subscales": st.just(parts),
        "reversed": st.lists(st.integers(1, items), unique=True),
        "total": st.sampled_from(["sum", "mean"]),
        "measures": st.sampled_from(["alliance", "outcome"]),
        "licence": text,
        "cutoff": st.floats(items * low, items * high),
        "statements": st.lists(text, min_size=items, max_size=items),
        "verified": st.booleans(),
    }
    chosen = draw(st.lists(st.sampled_from([*others]), unique=True))
    made = {**entry, **{name: draw(others[name]) for name in chosen}}
    if "cutoff" in made and made.get("total") == "mean":
        made["cutoff"] = draw(st.floats(low, high))
    return made


@calm
@given(descriptions())
def test_a_good_description_is_taken_as_it_stands(tmp_path: Path, entry: dict[str, Any]) -> None:
    VALIDATOR.validate(entry)
    path = tmp_path / "my scale.toml"
    path.write_text(toml(entry), encoding="utf-8")
    scale = aw.instrument(path)
    assert scale is aw.instrument("My-Scale")
    for name, value in entry.items():
        found = getattr(scale, name)
        plain = {part: [*each] for part, each in found.items()} if name == "subscales" else found
        assert (list(plain) if isinstance(plain, tuple) else plain) == value
    middle = (scale.low + scale.high) / 2
    scored = aw.score([[middle] * scale.items], scale).iloc[0]
    assert scored["alliance"] == pytest.approx(middle)
    parts = [*scale.subscales.values()]
    sums = [scored[part] * (len(numbers) if scale.total == "mean" else 1)
            for part, numbers in scale.subscales.items()]  # fmt: skip
    assert sums == pytest.approx([middle * len(numbers) for numbers in parts])


GOOD: dict[str, Any] = {
    **{"title": "Four of ours", "items": 4, "low": 1, "high": 5, "step": 1},
    **{"subscales": {"goals": [1, 2], "bond": [3, 4]}, "reversed": [2], "cutoff": 12},
    "statements": ["One.", "Two.", "Three.", "Four."],
}
GONE = object()
# What is planted, by field, and what is said to it. Faults of different fields do not meet.
PLANTED: list[tuple[str, Any, str]] = [
    ("title", GONE, "title is missing; add a line title = ... (text in quotation marks)"),
    ("title", 3, "title is 3; expected text in quotation marks"),
    ("title", "  ", "title is blank; write what it is called"),
    ("step", GONE, "step is missing; add a line step"),
    ("step", "1", "step is '1'; expected a number"),
    ("step", 0, "step is 0; expected a number above 0"),
    ("step", 9, "step is 9; expected a number above 0 and no larger than the range"),
    ("step", 5e-324, "steps of that size do not lead from 1 to 5"),
    ("cutoff", 10**400, "expected a number"),
    ("step", 3, "steps of that size do not lead from 1 to 5"),
    ("total", "median", "total is 'median'; expected one of sum, mean"),
    ("total", True, "total is True; expected text"),
    ("measures", "mood", "measures is 'mood'; expected one of alliance, outcome"),
    ("licensed", "no", "licensed is 'no'; expected true or false"),
    ("verified", 1, "verified is 1; expected true or false"),
    ("cutoff", 40, "cutoff is 40, and the sum of all items goes from 4 to 20"),
    ("cutoff", "12", "cutoff is '12'; expected a number"),
    ("subscales", {"Goals": [1, 2], "bond": [3, 4]}, "Goals is written goals in the kit"),
    ("reversed", [0], "reversed names item 0; items are numbered from 1 to 4"),
    ("reversed", [2, 2], "reversed names item 2 more than once; name each once"),
    ("reversed", 2, "reversed is 2; expected a list of item numbers"),
    ("subscales", {"goals": []}, "goals has no items; name its item numbers"),
    ("subscales", {"Total": [1]}, "no subscale can be called Total"),
    ("subscales", {" ": [1]}, "a subscale has a blank name"),
    ("subscales", {"reversed": [9]}, "reversed names item 9"),
    ("subscales", {"a": [1], "b": [1]}, "item 1 stands in more than one place"),
    ("subscales", [1, 2], "subscales is [1, 2]; expected a table"),
    ("statements", ["One."], "there are 1 statements and 4 items"),
    ("statements", ["One.", " ", "Three.", "Four."], "statement 2 is blank"),
    ("statements", "One.", "statements is 'One.'; expected a list of texts"),
    ("sizes", {"pace": 9}, "sizes add up to 9, and there are 4 items"),
    ("sizes", {"pace": "3"}, "sizes is {'pace': '3'}; expected a table of numbers of items"),
    ("sizes", {"goals": 2}, "goals stands in subscales and in sizes"),
    ("revers", [2], "there is no field revers; did you mean reversed?"),
    ("colour", "blue", "there is no field colour; the fields are title"),
]


def planted(faults: list[tuple[str, Any, str]]) -> dict[str, Any]:
    entry = {**GOOD, **{field: value for field, value, _ in faults}}
    return {field: value for field, value in entry.items() if value is not GONE}


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault[2][:40])
def test_each_fault_is_named_alone_with_its_fix(fault: tuple[str, Any, str]) -> None:
    [problem] = faults_of("mine", planted([fault]))
    assert problem.startswith("mine: ")
    assert fault[2] in problem
    assert ";" in problem or "," in problem or "?" in problem


@calm
@given(st.lists(st.sampled_from(PLANTED), unique_by=lambda fault: fault[0], max_size=8))
def test_all_faults_of_a_file_are_named_at_once(
    tmp_path: Path, faults: list[tuple[str, Any, str]]
) -> None:
    fields = {field for field, _, _ in faults}
    if {"sizes", "subscales"} <= fields:  # these two would meet
        faults = [fault for fault in faults if fault[0] != "sizes"]
    path = tmp_path / "mine.toml"
    path.write_text(toml(planted(faults)), encoding="utf-8")
    if not faults:
        assert aw.instrument(path).title == GOOD["title"]
        return
    with pytest.raises(InstrumentError) as caught:
        aw.instrument(path)
    assert len(caught.value.problems) == len(faults)
    for _, _, said in faults:
        assert any(said in problem for problem in caught.value.problems), said


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@calm
@example({"low": 10**400, "high": float("inf"), "step": 5e-324})
@example({"items": -1, "low": 1e308, "high": 1.7e308, "cutoff": float("nan")})
@given(st.dictionaries(st.sampled_from([*FIELDS, "odd", ""]), anything))
def test_whatever_a_file_holds_there_are_words_and_no_other_error(entry: dict[str, Any]) -> None:
    problems = faults_of("mine", entry)
    assert all(isinstance(problem, str) and problem for problem in problems)
    if not VALIDATOR.is_valid(entry):
        assert problems, "the schema sees a fault that is not said"


@calm
@given(st.sampled_from([*FIELDS]), anything)
def test_schema_and_program_ask_the_same_of_each_field(field: str, value: Any) -> None:
    entry = {**GOOD, field: value}
    own = [p for p in faults_of("mine", entry) if field in p]
    broken = not VALIDATOR.is_valid(entry)
    assert not broken or faults_of("mine", entry)
    if not broken and own:  # what only the whole can tell
        assert field in ("low", "high", "step", "items", "cutoff", "sizes", *GOOD, "licensed")


def test_a_cut_off_is_one_of_the_total_as_it_is_scored() -> None:
    of_mean = {**GOOD, "total": "mean"}
    assert not faults_of("mine", {**of_mean, "cutoff": 3.5})
    [said] = faults_of("mine", of_mean)  # 12 is one of the sum
    assert "the total of this instrument is a mean, from 1 to 5" in said


def test_the_schema_knows_every_field_and_says_what_it_means() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(FIELDS)
    assert tuple(SCHEMA["required"]) == NEEDED
    assert all(rule["description"] for rule in SCHEMA["properties"].values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title = = 3", "text in quotation marks, numbers without them"),
        ("title = 'Größe'".encode("latin-1"), "Save it as UTF-8"),
        (b"a = " + b"[" * 20_000, "lists in square brackets"),
        (None, "Check its name and folder"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InstrumentError, match=said):
        aw.instrument(path)


def test_statements_of_ones_own_stand_in_the_form_and_licensed_ones_may_not(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(toml(GOOD), encoding="utf-8")
    form = aw.SessionRatingForm(aw.instrument(path), rows=("goals", "bond"))
    assert [item["label"] for item in form._detail["items"]] == GOOD["statements"]
    assert "item 2 counts the other way round" in form._detail["note"]
    assert "could not check" not in form._detail["note"]
    [problem] = faults_of("mine", {**GOOD, "licensed": True})
    assert "leave them out" in problem


STRUCTURE_ONLY = {"calpas_p", "arm_12", "star_p"}


def test_what_could_not_be_checked_carries_its_badge_and_is_not_scored() -> None:
    table = aw.instruments().set_index("name")
    shipped = table[~table.index.isin(["three", "trio"])]
    assert set(shipped.index[~shipped["scored"]]) == STRUCTURE_ONLY
    badged = set(shipped.index[shipped["badge"] != ""])
    assert badged == STRUCTURE_ONLY | {"wai_s", "wai_36", "br_wai"}
    for name in STRUCTURE_ONLY:
        scale = aw.instrument(name)
        assert sum(scale.sizes.values()) == scale.items
        assert not scale.subscales
        middle = np.full((1, scale.items), scale.high)
        with pytest.raises(InstrumentError, match="is not in this kit"):
            aw.score(middle, name)
        with pytest.raises(InstrumentError, match="is not in this kit"):
            aw.find_scoring_errors(middle, {"total": [1]}, name)
    form = aw.SessionRatingForm("wai_s")
    assert "We could not check this key against the paper." in form._detail["note"]


def test_the_brief_revised_form_is_summed_with_its_four_reversed_items() -> None:
    assert aw.score([[5] * 16], "br_wai")["total"].tolist() == [12 * 5 + 4 * 1]


def test_no_wording_of_a_licensed_instrument_is_in_the_kit() -> None:
    known = instruments.known_instruments().values()
    assert not any(scale.statements for scale in known if scale.licensed)
