"""How many minutes a lesson takes somebody who reads all of it and does what it asks.

Words, questions and activities are counted in the notebook: nothing is guessed twice. Run it,
`python tests/lesson_minutes.py`, to see the parts; what a lesson says of itself is held to the sum
in `test_lesson_minutes.py`.

Read with care: one person alone, who neither stops to talk nor goes for coffee.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from lesson_asks import asked_in, cells_of

from alliance_widgets.lessons.texts import question_text

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"

WORDS_A_MINUTE = 200
A_QUESTION = 25 / 60  # to think, to choose and to press; its words are read as others are
A_TEXT = 2.0  # a few sentences of one's own, and those of others to read after them
A_SHEET = 1.0  # a sheet of lesson 01, scored anew with pencil and paper

ACTIVITIES = {
    # Minutes by what stands in the code, the first that fits: the words that the widget itself
    # shows, at the same speed, and five seconds for everything to press and ten to look at.
    r'CaseBook\.of_story\("Noor"\)': 2,
    r'CaseBook\.of_story\("Dragan"\)': 6,  # 290 words and ten hours to rate
    r'CaseBook\(study="02 pair"': 8,  # three minutes of play, two ratings, one talk
    r'CaseBook\(study="one class': 8,
    r'CaseBook\(study="01 hours"': 3,
    r"CaseBook\(\)": 3,
    r"CaseBook\(": 1,  # one to look at
    r"ReplyPractice\(": 12,  # two moments of some 500 words, written to and read, and one again
    r"VignetteReader\(": 8,  # three hours of some 350 words, marked
    r"TwoWorlds\(": 8,  # 500 words, six steps
    r"Beliefs\([^)]*claims=": 0.4,
    r"Beliefs\(key": 2,  # ten at once
    r"Verdicts\(": 2.5,  # the eight that stand open
    r"NoiseLab\(": 3,
    r"RuptureSpotter\(": 3,
    r"(TapTheRuptures|ArrowSketch|DropoutExplorer|RuleComparator|PrizeGiving)\(": 2,
    r"(WhoIsMissing|ClimbSwitches|PathFit|DiceFits|ThreeSlopes)\(": 1.5,
    r"(ManyAnalyses|BaseRateLab|RegressionToTheMean)\(": 1.5,
    r"charts\.\w+\(": 0.5,
}
CALLED = re.compile(r"\baw\.(?=((?:charts\.|CaseBook\.)?\w+\([^()]*\)?))")

# Not for everybody: how to do it with a keyboard, a background, the card of the other player.
ASIDE = r"By keyboard|For the curious|Alone\?|Card B|What has been published"


@dataclass(frozen=True)
class Minutes:
    """What a piece of a lesson takes, by where the time goes."""

    words: int
    questions: float
    activities: float

    @property
    def all(self) -> float:
        """The whole of it, in minutes."""
        return self.words / WORDS_A_MINUTE + self.questions + self.activities


def minutes_of(cells: Iterable[nbformat.NotebookNode]) -> Minutes:
    """What these cells take: prose, questions, activities; what is checked at the end, nothing."""
    cells = list(cells)
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    code = [c.source for c in cells if c.cell_type == "code" and not c.metadata.get("tags")]
    keys = [key for source in code for key in asked_in(source)]
    calls = [call for source in code for call in CALLED.findall(source)]
    words = sum(map(words_in, prose)) + sum(map(words_asked, keys))
    return Minutes(words, sum(map(of_question, keys)), sum(map(of_activity, calls)))


def words_asked(key: str) -> int:
    """The words of a question with its answers, of what follows, and of two tries' feedback."""
    fields = question_text(key).fields
    said = [str(fields.get(name, "")) for name in ("question", "explanation")]
    rows = [row for name in ("answers", "rows", "feedback") for row in fields.get(name, [])]
    said += [str(row.get(name, "")) for row in rows for name in ("answer", "row")]
    feedback = [str(row.get("feedback") or row.get("say") or "") for row in rows]
    each = sum(map(words_in, feedback)) / max(len(feedback), 1)
    return sum(map(words_in, said)) + round(2 * each)


def words_in(prose: str) -> int:
    """The words to be read: folds too, as every lesson says when to open them, but no asides."""
    folds = re.findall(r"<details>.*?</details>", prose, flags=re.DOTALL)
    for fold in folds:
        if re.search(rf"<summary>.*({ASIDE}).*</summary>", fold):
            prose = prose.replace(fold, "")
    prose = re.sub(r"<[^>]+>|doi \S+|\]\([^)]*\)|\$[^$]*\$", " ", prose)
    return len(re.findall(r"\w[\w'’.-]*", prose))


def of_question(key: str) -> float:
    """The minutes of a question: more where something is written, or worked out on paper."""
    if question_text(key).fields["kind"] == "text":
        return A_TEXT
    return A_QUESTION + (A_SHEET if "/sheet_" in key else 0)


def of_activity(call: str) -> float:
    """The minutes of what a call puts on the page; nothing for what only computes or asks."""
    fits = (minutes for pattern, minutes in ACTIVITIES.items() if re.match(pattern, call))
    return next(fits, 0.0)


def activities_of(cells: Iterable[nbformat.NotebookNode]) -> Counter[str]:
    """The names of all that is put on the page, so that none is counted as nothing unnoticed."""
    code = [c.source for c in cells if c.cell_type == "code" and not c.metadata.get("tags")]
    calls = [call for source in code for call in CALLED.findall(source)]
    return Counter(call for call in calls if call[0].isupper() or call.startswith("charts."))


def parts_of(cells: list[nbformat.NotebookNode], divide: str) -> list[list[nbformat.NotebookNode]]:
    """The cells from each place on that `divide` finds in the prose, cells cut in two there."""
    parts: list[list[nbformat.NotebookNode]] = [[]]
    for cell in cells:
        pieces = [cell.source]
        if cell.cell_type == "markdown":
            pieces = re.split(rf"(?m)^(?={divide})", cell.source)
        for i, piece in enumerate(pieces):
            if i > 0:
                parts.append([])
            parts[-1].append(nbformat.NotebookNode({**cell, "source": piece}))
    return parts


if __name__ == "__main__":
    print(f"{'':32}words questions activities minutes (says)")
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        found = minutes_of(cells_of(path))
        says = nbformat.read(path, as_version=4).metadata["alliance"].get("minutes", "")
        parts = f"{found.words:5}{found.questions:10.1f}{found.activities:11.1f}{found.all:8.0f}"
        print(f"{path.stem:32}{parts} ({says})")
