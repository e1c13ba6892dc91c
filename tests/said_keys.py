"""Which keys of the catalogue the code says, found by reading it.

A key is said where it stands as a text of its own. Where it is put together (`f"form.{row}.label"`)
what is put in is listed here: from the constant that the code goes through wherever there is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import alliance_widgets as aw
from alliance_widgets import rules
from alliance_widgets.charts.cases.matrix import KINDS
from alliance_widgets.charts.clinics.arrows import PLACES, REASONS
from alliance_widgets.charts.clinics.climb import LOOKS
from alliance_widgets.classwork.problems import KINDS as KINDS_OF_PROBLEM
from alliance_widgets.dialogues.coded import FIELDS as CODED
from alliance_widgets.dialogues.practice import CHECKED, CRITERIA, ROUNDS
from alliance_widgets.simulate import WORLDS
from alliance_widgets.tables.instrument_faults import FIELDS
from alliance_widgets.tables.matching import STEPS
from alliance_widgets.tables.ratings import RATERS, SUBSCALES
from alliance_widgets.tasks import TASKS
from alliance_widgets.trajectories import SHAPES
from alliance_widgets.widgets.classroom._board_state import Topic
from alliance_widgets.widgets.clinics.climb_switches import SWITCHES
from alliance_widgets.widgets.clinics.dropout_explorer import GROUPINGS, VIEWS
from alliance_widgets.widgets.clinics.path_labs import COMPARISONS, TIMED
from alliance_widgets.widgets.page.form import ACTIONS
from alliance_widgets.widgets.questions.beliefs import CLAIMS, LEVELS
from alliance_widgets.widgets.questions.forecast import SURE
from alliance_widgets.widgets.questions.question import CONFIDENCE
from alliance_widgets.widgets.questions.verdicts import VERDICTS
from alliance_widgets.widgets.rules._comparator_words import COLUMNS
from alliance_widgets.widgets.rules.noise_lab import SPILLS
from alliance_widgets.widgets.rules.regression_lab import CHOICES
from alliance_widgets.widgets.rules.strictness import NUMBERS
from alliance_widgets.workfile.privacy import _SIGNS

PACKAGE = Path(aw.__file__).parent
Values = Iterable[object]

THIRDS = ("lowest", "middle", "highest")
PATTERNS = ("no_rupture", "repaired", "unrepaired", "open")
CURVES = ("not_left", "still_there")  # what a retention curve is the share of
WHO = ("everyone", "completers", "same", "weighted")
PLANTED = [name for name in WORLDS if name != "no_effect"]  # the worlds of `TwoWorlds`
ENDINGS = {
    "drop_sd": ("person", "pooled", "larger"),
    "imr_chart": ("all", "first", "expanding"),
    "trend_residual": ("1", "2"),
}
"""By rule: the settings that its explanation depends on."""
ALWAYS_ABLE = ("drop_sd", "imr_chart", "sd_chart")
"""The rules that can flag something in a case that is long enough, whatever their settings."""

PUT_IN: dict[str, list[tuple[Values, ...]]] = {
    "arrows.planted.{}": [(PLANTED,)],
    "arrows.reason.{}": [(REASONS,)],
    "arrows.{}": [(PLACES,)],
    "beliefs.claim.{}": [(CLAIMS,)],
    "beliefs.level.{}": [(LEVELS,)],
    "board.chair.{}": [(RATERS,)],
    "board.intake.{}": [(("drop", "choose", "paste", "take"),)],
    "board.curve.{}": [(("still_there", "at_risk", "head"),)],
    "board.kappa.{}": [(("chance", "some", "fair", "good", "full"),)],
    "board.topic.{}": [(Topic,)],
    "board.{}": [(("back", "on", "mark", "write"),)],
    "board.agree.{}": [(("chance", "some", "fair", "good", "full"),)],
    "board.others_{}": [(("apart", "alike"),)],
    "board.task.{}": [
        (
            (
                "student",
                "task",
                "right",
                "given",
                "right_of",
                "data_of",
                "was_right",
                "was_wrong",
                "not_given",
            ),
        )
    ],
    "charts.mark.{}": [(("rupture", "back", "open"),)],
    "describe.line.{}": [(("moves", "steps", "stays", "returns", "dips", "peaks", "swings"),)],
    "charts.rater.{}": [(RATERS,)],
    "climb.off.{}": [(SWITCHES,)],
    "climb.part.{}": [(("climb", "growth", "completed", "dropped_out", "ongoing", "unrated"),)],
    "climb.place.{}": [(LOOKS,)],
    "climb.switch.{}": [(SWITCHES,)],
    "clinics.{}": [(THIRDS,)],
    "clinics.{}_name": [(("now", "said", "then"),)],
    "comparator.column.{}": [(COLUMNS,)],
    "comparator.kappa.{}": [(("full", "more", "same", "less"),)],
    "describe.rated_by.{}": [(RATERS,)],
    "describe.{}": [(PATTERNS[1:],)],
    "dropout.definition.{}": [
        (("ending", "therapist", "missed_last", "median_split", "intake_only", "min_dose"),),
        (("planned_sessions", "no_reliable_change"),),
    ],
    "explorer.by.{}": [(GROUPINGS,)],
    "explorer.grouping.{}": [((*GROUPINGS[1:], "column"),)],
    "explorer.trap.{}": [(GROUPINGS[1:],)],
    "explorer.view.{}": [(VIEWS,)],
    "explorer.{}": [(("associated", "within_chance"),)],
    "forest.measure.{}": [((*aw.evidence()["measure"].unique(), "r_difference"),)],
    "form.item.{}.i{}": [(RATERS, range(1, 7))],
    "form.{}": [(ACTIONS,)],
    "form.{}.label": [(SUBSCALES,)],
    "form.{}.{}": [(SUBSCALES, RATERS)],
    "handin.mark.{}": [(("rupture", "back_up", "tapped", "none"),)],
    "handin.rater.{}": [(RATERS,)],
    "handin.round.{}": [(ROUNDS,)],
    "handin.sure.{}": [(CONFIDENCE,)],
    "handin.{}": [
        (("lesson", "answered", "tries", "claim", "first", "last", "first_answer", "answer"),),
        ((*SUBSCALES, "alliance"),),
    ],
    "handing.choice.{}": [(("mine", "apart", "anyway", "drop"),)],
    "icons.{}.{}": [(("third",), THIRDS), (("pattern",), PATTERNS)],
    "incidence.{}": [(("dropped_out", "still_there", "completed"),)],
    "instruments.fix.{}": [(("disk", "letters", "toml"),)],
    "instruments.kind.{}": [({*FIELDS.values()},)],
    "instruments.{}": [
        (("missing", "unknown_field", "unknown_field_near", "wrong_type", "blank", "one_of"),),
        (("items", "range", "step", "uneven", "numbers", "item_twice", "reversed_twice"),),
        (("reserved", "no_name", "no_items", "size_and_items", "sizes", "spelled"),),
        (("cutoff", "cutoff_of_mean"),),
        (("licensed_statements", "statements", "blank_statement"),),
    ],
    "lessons.expected.{}": [
        (("array", "boolean", "integer", "number", "object", "string"),),
        (("minItems", "minProperties", "minimum", "pattern"),),
    ],
    "shapecounts.{}": [(SHAPES,)],
    "tasks.about.{}": [(TASKS,)],
    "tasks.spilling.{}": [(("not", "little"),)],
    "tasks.title_of.{}": [(TASKS,)],
    "tasks.short.{}.{}": [
        (("dropout",), ("left", "missed", "staying", "lowest", "highest")),
        (("ruptures",), ("first", "marked", "own", "fall", "back")),
        (("noise",), ("reliable", "back", "open", "own")),
    ],
    "tasks.{}.{}": [
        (("dropout",), ("left", "missed", "staying", "lowest", "highest")),
        (("ruptures",), ("first", "marked", "own", "fall", "back")),
        (("noise",), ("reliable", "back", "open", "own")),
    ],
    "matching.how.{}": [(STEPS,)],
    "matching.{}_alone": [(("rated", "scored"),)],
    "matrix.kind.{}": [(KINDS,)],
    "matrix.by.{}": [(("flagged", "late", "gone"),)],
    "matrix.{}": [(("late", "gone"),)],
    "noiselab.spilling.{}": [(SPILLS,)],
    "noiselab.{}": [(("share", "share_sure", "too_few", "too_soon"),)],
    "paths.compare.{}": [(TIMED,)],
    "paths.end.{}": [(("shown", "everyone"),)],
    "paths.mean_words.{}": [(WHO,)],
    "paths.no_slope.{}": [(COMPARISONS,)],
    "paths.slope_words.{}": [(TIMED,)],
    "paths.who.{}": [(WHO,)],
    "paths.{}": [(("line", "curve"),)],
    "pool.{}": [(KINDS_OF_PROBLEM,)],
    "practice.criterion.{}": [(CRITERIA,)],
    "practice.level.{}": [(CHECKED,)],
    "practice.round.{}": [(ROUNDS,)],
    "practice.short.{}": [(CRITERIA,)],
    "practice.tried.{}": [(range(3),)],
    "question.confidence.{}": [(CONFIDENCE,), (SURE,)],
    "question.impossible_{}": [(("above", "below"),)],
    "raters.{}": [(RATERS,)],
    "reader.difference.{}": [(("class", "disability", "gender", "language", "origin", "race"),)],
    "reader.missing.{}": [(CODED,)],
    "reader.{}": [(("withdrawal", "confrontation", "first_choice", "also_plausible"),)],
    "reader.{}_means": [(("withdrawal", "confrontation"),)],
    "reader.{}_strategy": [(("same", "plausible", "other"),)],
    "regression.{}": [
        (CHOICES,),
        (("up", "down", "level", "sent", "nobody_sent"),),
        (("these", "low", "others"),),
    ],
    "retention.words.{}": [(CURVES,)],
    "retention.{}": [(CURVES,), (("session", "week", "lesson", "at_risk", "head"),)],
    "rules.{}.{}": [
        (rules.rule_names(), ("title", "trap", "cannot_flag")),
        ({*rules.rule_names()} - {*ENDINGS}, ("explanation",)),
        ({*rules.rule_names()} - {*ALWAYS_ABLE}, ("never",)),
        *(((name,), [f"explanation_{each}" for each in ends]) for name, ends in ENDINGS.items()),
    ],
    "score.slip.other_unit.{}": [(("mean", "sum"),)],
    "simulate.{}": [(("whole", "between", "from_to"),)],
    "sketch.{}.level": [(("drawn", "rated"),)],
    "sketch.{}.{}": [(("drawn", "rated"), ("up", "down"))],
    "spotter.column_{}": [(("pair", "sessions", "both", "neither", "first", "other", "kappa"),)],
    "spotter.so_far_{}": [(("planted", "marked", "calm"),)],
    "spotter.{}": [(("who", "column_found", "column_missed", "column_alarms", "column_calm"),)],
    "strictness.{}": [(NUMBERS,)],
    "taps.{}": [(("hit", "false_alarm", "missed"),)],
    "table.{}": [(("row", "row_client", "row_session", "row_client_session"),)],
    "trajectories.edge.{}": [(("intercept", "slope", "both", "correlation"),)],
    "trajectories.why.{}": [
        (("too_short", "u_shaped", "inverted_u", "stable"),),
        (("flat", "up", "down", "more", "less", "straight", "bent", "no_curve"),),
        (("no_turn", "shallow", "turns_beyond", "turns_outside"),),
    ],
    "verdicts.column.{}": [(("claim", "then", "now", "verdict", "why", "lesson"),)],
    "verdicts.meaning.{}": [(VERDICTS,)],
    "verdicts.verdict.{}": [(VERDICTS,)],
    "workfile.browser.{}": [(("full", "closed"),)],
    "workfile.closed.{}": [(("newer", "too_large", "foreign"),)],
    "workfile.expected.{}": [(("id", "counter", "writer", "at", "data"),)],
    "workfile.identifying.{}": [(_SIGNS,)],
    "workfile.upload.{}": [
        (("updated", "removed", "unchanged", "conflicts"),),
        (("empty", "foreign", "newer", "too_large", "unreadable"),),
    ],
    "worlds.said_{}{}": [(("close", "off"), ("", "_unsure"))],
    "worlds.truth.{}": [(PLANTED,)],
    "worlds.verdict.{}": [(("above", "below", "open"),)],
    "worlds.{}": [
        (("only", "all_clear", "none_clear", "changed", "unchanged", *THIRDS),),
        (("term", "coefficient", "se", "interval", "closing_clear", "closing_unclear"),),
    ],
    "casebook.{}": [(("saved", "was_skipped", "skipped_draft"),)],
    "{}.head.{}": [
        (("noiselab",), ("clients", "episodes", "too_few", "too_soon")),
        (("baserate",), ("marks", "planted", "none")),
    ],
    "{}.icon.{}": [
        (("noiselab",), ("flagged", "clear", "back", "not_back")),
        (("baserate",), ("right", "wrong", "found", "missed")),
    ],
}
"""By the text as it stands in the code: what goes into each of its gaps, in every combination."""

FILES = re.compile(r".*\.(csv|sav|toml)|.*\{\}\{\}\{\}")  # names of files look like keys


def texts(file: Path) -> Iterator[tuple[str, bool]]:
    """Every text in a file's code, with {} for what is put in, and whether anything is."""
    tree = ast.parse(file.read_text("utf-8"))
    inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
            yield "".join(map(str, parts)), True
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            yield str(node.value), False


def said_by(file: Path, tables: Iterable[str]) -> tuple[set[str], set[str]]:
    """The keys that a file says as they stand, and the texts of those that it puts together."""
    beginning = re.compile(rf"({'|'.join(tables)}|\{{\}})(\.[a-z_]*[a-z_{{}}0-9]+)+")
    whole, together = set(), set()
    for text, put in texts(file):
        if beginning.fullmatch(text) and not FILES.fullmatch(text):
            (together if put else whole).add(text)
    return whole, together


def put_together(text: str) -> set[str]:
    """The keys that such a text can become."""
    made: set[str] = set()
    for values in PUT_IN[text]:
        made |= {text.format(*each) for each in product(*values)}
    return made
