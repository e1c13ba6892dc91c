"""What is handed in: a page and the work file, from the file alone, bound by a code."""

from __future__ import annotations

import csv
import html.parser
import io
import re
import warnings
import zipfile
from pathlib import Path

import pytest
from simulated_class import class_of
from test_class_codes import a_student

import alliance_widgets as aw
from alliance_widgets.classwork.handin import hand_in_of
from alliance_widgets.classwork.handin.picture import lines_picture
from alliance_widgets.classwork.pool import document_of
from alliance_widgets.errors import AllianceWarning, WorkFileError
from alliance_widgets.workfile import Document, WorkFile
from alliance_widgets.workfile.reading import read_work

HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://x\")",
    "&lt;b&gt; \" ' `",
    "a\u202eb\x00\x1bc\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
]  # fmt: skip
VOID = {"meta"}
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3", "p"),
    *("span", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
    *("blockquote", "svg", "line", "text", "polyline", "polygon", "circle", "rect"),
}


class Reader(html.parser.HTMLParser):
    """Every element with its attributes, and whether each is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture
def work(tmp_path: Path) -> WorkFile:
    work = a_student(tmp_path / "work.json", 3)
    work.record("answer", "12/to_noor", value="We end\nnext week.", written=True)
    work.record("answer", "03/mean", value=[3, None, 4.25, 4])
    work.record("answer", ("09/worlds", 1000, 1, "a"), value=40, confidence="70")
    reply = {"text": "I was too quick.", "checks": {}}
    work.record("text", ("11/practice", "market", "first"), value=reply, order=1)
    for session in range(1, 9):
        work.record_rating(client="Robin", session=session, alliance=3 + session % 3, case="pair")
    return work


def test_the_page_shows_answers_beliefs_lines_and_own_words(work: WorkFile) -> None:
    made = hand_in_of(document_of(work))
    words = " ".join(read(made.page).words)
    for said in ("We end\nnext week.", "I was too quick.", work.student, made.code, "Robin (pair)"):
        assert said in words
    assert "40 of 100, 70 % sure" in words
    first = aw.pool(work.path).answers.iloc[0]
    assert f"{first['first_value']}" in words
    assert made.page.count("<svg") == 3  # Noor's hour, Robin's path, the drawn line
    assert "def " not in words
    assert "import " not in words


def test_nothing_on_the_page_comes_from_elsewhere(work: WorkFile) -> None:
    reader = read(hand_in_of(document_of(work)).page)
    assert {tag for tag, _ in reader.seen} <= ALLOWED
    names = {name for _, attributes in reader.seen for name in attributes}
    assert not names & {"src", "href", "style", "onclick", "onload", "xlink:href", "action"}
    page = hand_in_of(document_of(work)).page
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert not re.search(r"https?://|url\(|@import|javascript:", page)


@pytest.mark.parametrize("odd", HOSTILE)
def test_whatever_is_written_stays_text(odd: str, tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    work.record("answer", "12/to_noor", value=odd, written=True)
    work.record("answer", ("own", odd or "x"), value=odd, confidence=odd)
    work.record("answer", "04/ama", value={odd: [odd]})
    work.record("mark", ("05/spotter", odd or "x"), ruptures=[3], repairs=[], none=False)
    reply = {"text": odd, "checks": {}}
    work.record("text", ("11/practice", "market", "first"), value=reply, order=1)
    work.record_rating(client=odd.strip("\x00 ") or "x", session=1, alliance=3, note=odd, case=odd)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = hand_in_of(document_of(work))
    reader = read(made.page)
    assert {tag for tag, _ in reader.seen} <= ALLOWED
    assert {name for _, a in reader.seen for name in a if name.startswith("on")} == set()
    shown = re.sub(r"[\x00-\x08\x0b-\x1f]", "\ufffd", odd)
    assert shown in " ".join(reader.words)


def test_the_same_work_gives_the_same_bytes_after_a_restore(
    work: WorkFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = aw.hand_in(work, tmp_path / "here").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    restored = WorkFile(tmp_path / "elsewhere" / "other name.json")
    restored.merge_bytes(work.download_bytes())
    there = aw.hand_in(restored, tmp_path / "there")
    assert there.read_bytes() == before
    assert aw.hand_in(tmp_path / "elsewhere" / "other name.json").read_bytes() == before
    lines = [*document_of(work).lines.values()]
    assert hand_in_of(Document(reversed(lines))).zip == before


def test_the_code_belongs_to_just_this_work(work: WorkFile) -> None:
    made = hand_in_of(document_of(work))
    assert re.fullmatch(r"\d+-\d+-[A-Z2-7]{5}-[A-Z2-7]{5}", made.code)
    work.record("setting", "anything", value=1)
    later = hand_in_of(document_of(work))
    assert later.code != made.code
    assert later.code.split("-")[:2] == made.code.split("-")[:2]


def test_the_zip_holds_the_page_and_a_file_that_a_pool_reads(
    work: WorkFile, tmp_path: Path
) -> None:
    path = aw.hand_in(work, tmp_path / "out")
    assert path.name == f"hand_in_{work.student}.zip"
    with zipfile.ZipFile(path) as packed:
        file, page = packed.namelist()
        assert packed.read(file) == work.download_bytes()
        assert work.student in file
        assert packed.read(page).decode() == hand_in_of(document_of(work)).page
    pool = aw.pool(path)
    assert pool.problems.empty
    assert pool.students["student"].tolist() == [work.student]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_text_that_tells_who_somebody_is_is_warned_of(tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    work.record("answer", "12/to_noor", value="Dear Mrs Jansen, my name is Ann.", written=True)
    work.record_rating(client="A", session=1, alliance=3, note="call 0170 123 45 67")
    work.record("answer", "12/to_dragan", value="Nothing of the kind.", written=True)
    with pytest.warns(AllianceWarning) as caught:
        aw.hand_in(work)
    [warning] = [each.message for each in caught]
    assert len(warning.problems) == 2
    assert "12/to_noor" in warning.problems[0]
    assert "telephone" in warning.problems[1]


def test_what_cannot_be_written_is_said_in_words(work: WorkFile, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(WorkFileError, match="could not be written"):
        aw.hand_in(work, tmp_path / "taken")
    with pytest.raises(WorkFileError, match="folder is 5"):
        aw.hand_in(work, 5)


def test_work_in_which_nothing_is_recorded_is_a_page_too() -> None:
    made = hand_in_of(Document())
    assert read(made.page).seen
    assert made.code.startswith("0-")


# ---- the gradebook -----------------------------------------------------------------------------


def test_the_gradebook_counts_what_an_account_of_its_own_counts() -> None:
    students = class_of(6)
    pool = aw.pool({f"{n}.json": each.file for n, each in enumerate(students)})
    table = pool.gradebook().set_index(["code", "lesson"])
    assert len(table) == 6 * 13
    for each in students:
        given = [row for row in each.account["answers"] if row[1].startswith("04/")]
        assert table.loc[(each.code, "04"), "tries"] == sum(row[5] for row in given)
        assert table.loc[(each.code, "04"), "answered"] == len(given)
        assert table.loc[(each.code, "12"), "answered"] == 2  # the beliefs and one text
        timed = [e["at"] for e in each.lines if e["id"].startswith("answer/12%2F")]
        assert table.loc[(each.code, "12"), "minutes"] == pytest.approx(len(timed) - 1, abs=1.01)
    [code] = {*pool.gradebook().query("code == @students[0].code")["hand_in_code"]}
    assert code == hand_in_of(Document(read_work(students[0].file).entries)).code


def test_a_lesson_is_complete_when_every_question_is_answered(tmp_path: Path) -> None:
    from alliance_widgets.classwork.gradebook import lesson_questions

    work = WorkFile(tmp_path / "work.json")
    keys = [*lesson_questions()["04"]]
    for key in keys[1:]:
        work.record("answer", key, value="x", tries=1)
    assert aw.pool(work.path).gradebook().set_index("lesson").loc["04", "complete"] == "no"
    work.record("answer", keys[0], value=None, skipped=True)
    row = aw.pool(work.path).gradebook().set_index("lesson").loc["04"]
    assert (row["complete"], row["answered"], row["tries"]) == ("yes", len(keys), len(keys) - 1)


def test_the_csv_holds_no_formula_whatever_the_files_say() -> None:
    [student] = class_of(1)
    raw = student.file.replace(b"12%2Fto_noor", b"%3D1%2B1%2Fx")
    text = aw.pool({"=1+1.json": raw}).gradebook_csv()
    lines = list(csv.reader(io.StringIO(text)))
    assert [len(line) for line in lines] == [8] * 14
    assert {line[0] for line in lines[1:]} == {student.code}
    assert not re.search(r"(^|[,\"\n])[=+@\t]", text)


# ---- pictures ----------------------------------------------------------------------------------


def test_a_picture_shows_the_whole_scale_and_every_value() -> None:
    lines = {"client": {1: 1.0, 2: 5.0, 4: 3.0}, "therapist": {1: 3.0}}
    picture = lines_picture(lines, 1, 5, "said", "Session")
    heights = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', picture)]
    assert heights[0] > heights[2] > heights[1]
    assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2, abs=0.1)
    assert picture.count("<rect") == 1
    assert ">1</text>" in picture
    assert ">5</text>" in picture
    assert lines_picture({}, 1, 5, "said", "Session") == ""
