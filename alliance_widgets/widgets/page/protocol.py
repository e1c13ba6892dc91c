"""What page and kernel say to each other: every trait, press and message of every part.

It stands twice: here and, under the same names, in `js/src/page/protocol.ts`. What is said there
is checked by TypeScript where the page says or reads it; what is said here is checked by `_seam`
when a page says it. `tests/test_protocol.py` holds the two texts and the widgets together.

A part says what it is in up to four tables: `…Traits` are what the kernel shows, `…Sets` those of
them that a page may set, `…Press` what comes with a press, `…Message` any other message.

Read with care: a whole number (`int`) on this seam is a count, 0 or above.
"""

from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

__all__ = ["ANY_PART", "PARTS", "Part"]

Numbers = dict[str, float | None]


class Press(TypedDict):
    """What every press has: a number of its own, and that of the press it is made on top of."""

    count: int
    after: NotRequired[int]


class Kit(TypedDict):
    """The traits of every part that has a view."""

    _part: str
    _runtime: str
    _hash: str
    _unavailable: str
    _desk: str
    description: str


class Answers(TypedDict):
    """The traits of every part that is pressed: the last press answered, and if it was taken."""

    _answered: int
    _taken: bool


class Button(TypedDict):
    """A button that sends its `kind`."""

    kind: str
    label: str
    primary: NotRequired[bool]
    small: NotRequired[bool]


# ---- runtime: the page's own code and words, one model per kernel --------------------------------


class RuntimeTraits(TypedDict):
    """The gzipped bundle, and the sentences that it says itself."""

    code: bytes
    words: dict[str, str]


# ---- chart ---------------------------------------------------------------------------------------


class Table(TypedDict):
    """A table by columns; `revision` grows when it changes."""

    revision: int
    columns: dict[str, list[Any]]


class ChartTraits(Kit):
    """A Vega-Lite or Vega form, its tables, and what stands over or in place of it."""

    _form: dict[str, Any]
    _tables: dict[str, Table]
    _aside: list[str]
    headline: str
    message: str


class ChartMessage(TypedDict):
    """The value of the form's pick field at the place that was picked."""

    pick: Any


# ---- controls ------------------------------------------------------------------------------------


class Option(TypedDict):
    """One option of a choice."""

    value: str
    label: str
    group: NotRequired[str]


class ChoiceItem(TypedDict):
    """A native select; one that is `seldom` moved is folded away with others."""

    kind: Literal["choice"]
    name: str
    label: str
    options: list[Option]
    seldom: NotRequired[bool]


class CheckItem(TypedDict):
    """A check box."""

    kind: Literal["check"]
    name: str
    label: str


class RangeItem(TypedDict):
    """A slider; `unit` is a sentence with {value} in it, `said` another for some of the values.

    `seldom` is as above.
    """

    kind: Literal["range"]
    name: str
    label: str
    low: float
    high: float
    step: float
    unit: str
    said: NotRequired[dict[str, str]]
    disabled: NotRequired[bool]
    seldom: NotRequired[bool]


class TypedItem(TypedDict):
    """A box of one line, for at most so many signs."""

    kind: Literal["typed"]
    name: str
    label: str
    most: int


class ButtonItem(TypedDict):
    """A button."""

    kind: Literal["button"]
    name: str
    label: str
    primary: bool
    done: str | None


class FileItem(TypedDict):
    """A button that asks for a file of at most so many bytes."""

    kind: Literal["file"]
    name: str
    label: str
    accept: str
    most_bytes: int


Item = ChoiceItem | CheckItem | RangeItem | TypedItem | ButtonItem | FileItem


class ControlsSets(TypedDict):
    """What each choice, check box, slider and box says."""

    _values: dict[str, Any]


class ControlsTraits(Kit, Answers, ControlsSets):
    """A row of controls and the sentences under it."""

    _items: list[Item]
    title: str
    note: str
    note_title: str
    warning: str
    warning_title: str
    message: str


class ControlsPress(Press):
    """A button by its name, with what is chosen; or a file, whose bytes are the buffer."""

    name: NotRequired[str]
    values: NotRequired[dict[str, Any]]
    file: NotRequired[str]


# ---- desk: the student's work, one model per work file -------------------------------------------


class Asks(TypedDict):
    """What is asked back, and the answers to choose from; empty while nothing is asked."""

    text: NotRequired[str]
    choices: NotRequired[list[Button]]


class DeskTraits(TypedDict):
    """What is saved, what last happened to the file, and a compressed copy of it; whose it is, and
    what was made to hand in and to pass on."""

    status: str
    message: str
    refused: bool
    unsaved: bool
    public: bool
    idle_after: int
    copy: bytes
    file_name: str
    most_bytes: int
    student: str
    asks: Asks
    class_code: str
    handed: bytes
    handed_name: str
    handed_count: int
    answered: int
    heard: int


class DeskMessage(TypedDict):
    """Look at the file; I am here; a work file to merge, compressed, in the buffer; make what is
    handed in, or the class code; or what was told: a choice, or a student code."""

    kind: Literal["look", "ping", "upload", "choose", "hand_in", "class_code", "code"]
    count: NotRequired[int]
    told: NotRequired[str]


# ---- fold ----------------------------------------------------------------------------------------


class FoldTraits(Kit):
    """A table by columns, `_titles` of those that are shown, and a note above it."""

    title: str
    note: str
    _titles: dict[str, str]
    _columns: dict[str, list[Any]]


# ---- form ----------------------------------------------------------------------------------------


class RatedRow(TypedDict):
    """One thing to rate, and its scale."""

    name: str
    low: float
    high: float
    step: float
    label: str
    sentence: str
    low_word: str
    high_word: str


class RatedItem(TypedDict):
    """One statement behind a row."""

    name: str
    low: float
    high: float
    step: float
    label: str


class Detail(TypedDict):
    """The statements behind the rows; empty for an instrument without."""

    note: NotRequired[str]
    items: NotRequired[list[RatedItem]]


class Typed(TypedDict):
    """What stands in the page's form, for which session, and which change of it this is.

    In `value` and `items` what is no number on the scale counts as unset. `handed_back` says that
    no hand entered it: it was left over, and stands in the form again.
    """

    session: NotRequired[int]
    place: NotRequired[str]
    value: NotRequired[dict[str, Any]]
    items: NotRequired[dict[str, Any]]
    note: NotRequired[str]
    change: NotRequired[int]
    handed_back: NotRequired[bool]


class FormSets(TypedDict):
    """What is typed; how often the hand has rested; whether a digit goes to the next row."""

    _typed: Typed
    _rested: int
    fast_entry: bool


class FormTraits(Kit, Answers, FormSets):
    """Rows to rate, what stands in them, and the sentences around them."""

    session: int
    place: str
    story: str
    note: str
    message: str
    _note_warning: str
    _value: Numbers
    _items: Numbers
    _rows: list[RatedRow]
    _detail: Detail
    _legend: str
    _labels: dict[str, str]
    finished: bool
    _buttons: list[Button]
    _heard: int
    _goes_on: bool
    offer: str


class FormPress(Press):
    """A button of the form, with all that stood in it."""

    kind: Literal["save", "blank", "undo", "skip"]
    session: int
    value: dict[str, Any]
    place: NotRequired[str]
    items: NotRequired[dict[str, Any]]
    note: NotRequired[str]


# ---- grid ----------------------------------------------------------------------------------------


class RatedColumn(TypedDict):
    """A column that can be corrected, and its scale."""

    name: str
    label: str
    editable: Literal[True]
    low: float
    high: float
    step: float


class ShownColumn(TypedDict):
    """A column that follows from others."""

    name: str
    label: str
    editable: Literal[False]


class GridRow(TypedDict):
    """One session; `own` if it can be corrected."""

    session: int
    own: bool
    values: Numbers
    note: str


class GridSets(TypedDict):
    """Whether the table is open."""

    opened: bool


class GridTraits(Kit, Answers, GridSets):
    """The sessions of a case."""

    title: str
    message: str
    _columns: list[RatedColumn | ShownColumn]
    _rows: list[GridRow]


class GridPress(Press):
    """A session to remove, or a number of it to correct: `value` in the column of that `name`."""

    kind: Literal["correct", "remove"]
    session: int
    name: NotRequired[str]
    value: NotRequired[float | None]


# ---- intake --------------------------------------------------------------------------------------


class IntakeTraits(Kit, Answers):
    """A place for files and for a text, by names of its labels; so many bytes at once."""

    message: str
    most_bytes: int
    _labels: dict[str, str]


class IntakePress(Press):
    """Files by name, whose bytes are the buffers; or a text, in the one buffer, with no name.

    `more` if others of the same hand follow.
    """

    names: list[str]
    more: bool


# ---- question ------------------------------------------------------------------------------------


class Ask(TypedDict):
    """What every question has; `levels` (name, label) ask how sure, if there are any.

    `sure` says that no answer is taken without.
    """

    text: str
    levels: list[tuple[str, str]]
    sure: NotRequired[bool]


class ChoiceAsk(Ask):
    """One of the options."""

    kind: Literal["choice"]
    options: list[str]


class SessionAsk(Ask):
    """One of the sessions."""

    kind: Literal["session"]
    sessions: list[int]


class SeveralAsk(Ask):
    """As many of the options (name, label) as apply."""

    kind: Literal["several"]
    options: list[tuple[str, str]]


class RowsAsk(Ask):
    """For each of the rows (name, text) one level (name, label)."""

    kind: Literal["rows"]
    rows: list[tuple[str, str]]
    levels_of: list[tuple[str, str]]


class TextAsk(Ask):
    """Some sentences, in a box of so many lines."""

    kind: Literal["text"]
    lines: int


class NumberAsk(Ask):
    """A number, in a unit."""

    kind: Literal["number"]
    unit: str


class SketchAsk(Ask):
    """A line over sessions; `name` is written at the end of the rated one.

    Once that is there the heading is `done`, where that is not empty.
    """

    kind: Literal["sketch"]
    sessions: list[int]
    name: str
    yours: str
    low: float
    high: float
    step: float
    low_word: str
    high_word: str
    x_title: str
    y_title: str
    done: str


class MarkKind(TypedDict):
    """A kind of mark, with its sign."""

    name: str
    sign: str
    label: str


class MarksAsk(Ask):
    """Marks of several kinds on sessions (number, spoken), or none."""

    kind: Literal["marks"]
    hint: str
    none: str
    sessions: list[tuple[int, str]]
    kinds: list[MarkKind]


class Turn(TypedDict):
    """One turn of a dialogue."""

    number: int
    speaker: Literal["client", "therapist"]
    who: str
    text: str


class Code(TypedDict):
    """What can be chosen, and what it means; `family` of the markers that belong to one."""

    value: str
    label: str
    meaning: str
    family: NotRequired[str]


class Codes(TypedDict):
    """A choice of codes; `empty` is what stands there before one is chosen."""

    name: str
    label: str
    empty: str
    options: list[Code]


class DialogueAsk(Ask):
    """A dialogue to read and to code."""

    kind: Literal["dialogue"]
    setting: str
    note: str
    help: str
    turns_label: str
    turns: list[Turn]
    begins: str
    family: str
    families: list[Code]
    marker: Codes
    strategy: Codes
    source: str


class WriteAsk(Ask):
    """A dialogue up to where it stops, a box for what comes next, and statements on that.

    The box takes `most` characters; `counted` is a sentence with {n} in it. `rows` (name, text)
    with one of `levels_of` (name, label) each are what the writer checks; there may be none, and
    no turns.
    """

    kind: Literal["write"]
    setting: str
    note: str
    turns_label: str
    turns: list[Turn]
    box: str
    help: str
    most: int
    counted: str
    checks: str
    rows: list[tuple[str, str]]
    levels_of: list[tuple[str, str]]


AnyAsk = (
    ChoiceAsk
    | SessionAsk
    | SeveralAsk
    | RowsAsk
    | TextAsk
    | NumberAsk
    | SketchAsk
    | MarksAsk
    | DialogueAsk
    | WriteAsk
)


class Author(TypedDict):
    """Where the author of a dialogue says that it begins."""

    onset: int
    says: str


class Mark(TypedDict):
    """What is said beside an answer, a row or, `at` nothing, a number; and whether it is right.

    Of a row whose right choice may be told, that one too.
    """

    at: str
    right: bool
    says: str
    answer: NotRequired[str]


class QuestionSets(TypedDict):
    """What stands in the inputs, and how sure of it."""

    _entered: Any
    _confidence: str


class QuestionTraits(Kit, Answers, QuestionSets):
    """What is asked, and what is said to the answer; `_truth` is a rated line, or an author's."""

    place: str
    prediction: bool
    _saved: dict[str, Any]
    message: str
    _ask: AnyAsk
    _hints: list[str]
    _buttons: list[Button]
    _outcome: str
    _marks: list[Mark]
    _locked: bool
    _truth: list[float | None] | Author | None


class QuestionPress(Press):
    """A button under the question, with what stood in the inputs."""

    kind: str
    entered: NotRequired[Any]
    confidence: NotRequired[str]


# ---- report --------------------------------------------------------------------------------------


class Sign(TypedDict):
    """A cell that shows a shape and is read out in words."""

    sign: str
    said: str
    kind: str


Cell = str | float | Sign | None


class Sentence(TypedDict):
    """A heading, a paragraph, or one in a softer ink."""

    kind: Literal["heading", "text", "note"]
    text: str


class TableBlock(TypedDict):
    """A table; the first cell of each row names it."""

    kind: Literal["table"]
    caption: str
    signs: bool
    columns: list[Cell]
    rows: list[list[Cell]]


class FoldBlock(TypedDict):
    """Blocks that are opened by who wants them."""

    kind: Literal["fold"]
    summary: str
    blocks: "list[Block]"


class Bar(TypedDict):
    """A share with its interval (0 to 1); `said` is what stands beside it."""

    name: str
    share: float
    lower: float
    upper: float
    said: str


class BarRow(TypedDict):
    """What was counted, its bars, and a mark in words where there is one."""

    label: str
    mark: str
    bars: list[Bar]


class BarsBlock(TypedDict):
    """Shares as bars, one row for each thing that was counted."""

    kind: Literal["bars"]
    caption: str
    rows: list[BarRow]


Block = Sentence | TableBlock | FoldBlock | BarsBlock


class ReportTraits(Kit):
    """Blocks one under the other; `_large` for who sits far away."""

    _blocks: list[Block]
    _label: str
    _large: bool


# ---- taps ----------------------------------------------------------------------------------------


class Ends(TypedDict):
    """Both ends of a scale."""

    low: float
    high: float


Verdict = Literal["", "hit", "false_alarm", "missed"]


class Line(TypedDict):
    """One small line, `spoken` in short and by its `values`.

    `marks` are places on it, `planted` the first and the last of a frame. Where what was tapped is
    judged, `said` begins with that in words.
    """

    scores: list[float]
    marks: list[int]
    planted: list[int]
    spoken: str
    values: str
    said: str
    verdict: Verdict


class Score(TypedDict):
    """What somebody, or a rule, found, as the message has it too: “1 of 3” of each."""

    who: str
    hits: str
    alarms: str


class TapsSets(TypedDict):
    """The numbers of the tapped lines, from 1."""

    _tapped: list[int]


class TapsTraits(Kit, Answers, TapsSets):
    """Small lines to tap, and what became of it; nothing can be tapped where it is told."""

    place: str
    _saved: dict[str, Any]
    message: str
    _legend: str
    _told: bool
    _settled: bool
    _lines: list[Line]
    _scale: Ends
    _score: list[Score]
    _buttons: list[Button]


class TapsPress(Press):
    """A button under the lines, with what was tapped."""

    kind: str
    tapped: list[int]


# ---- all of them ---------------------------------------------------------------------------------


class Part(NamedTuple):
    """The tables of one part; None where it has no such thing."""

    traits: type
    sets: type | None = None
    press: type | None = None
    message: type | None = None


PARTS = {
    "chart": Part(ChartTraits, message=ChartMessage),
    "controls": Part(ControlsTraits, ControlsSets, ControlsPress),
    "desk": Part(DeskTraits, message=DeskMessage),
    "fold": Part(FoldTraits),
    "form": Part(FormTraits, FormSets, FormPress),
    "grid": Part(GridTraits, GridSets, GridPress),
    "intake": Part(IntakeTraits, press=IntakePress),
    "question": Part(QuestionTraits, QuestionSets, QuestionPress),
    "report": Part(ReportTraits),
    "runtime": Part(RuntimeTraits),
    "taps": Part(TapsTraits, TapsSets, TapsPress),
}

ANY_PART = Literal["runtime"]
"""What a page says to a part when it lost the models of a living kernel: send them anew."""
