"""What pages say reaches the kernel in two threads, and is acted on one at a time."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import alliance_widgets as aw
from alliance_widgets.tables.session_rating import SessionRating
from alliance_widgets.widgets.cases.case_entry import CaseEntry

ROWS = ("goals", "tasks", "bond")


def say_to(widget: Any, data: dict[str, Any]) -> None:
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def press(form: Any, session: int, count: int, **more: Any) -> None:
    told = {"kind": "save", "session": session, "value": dict.fromkeys(ROWS, 3), **more}
    content = {"press": {**told, "place": form.place, "count": count}}
    say_to(form, {"method": "custom", "content": content})


def type_in(form: Any, session: int, change: int, value: float) -> None:
    typed = {"session": session, "value": dict.fromkeys(ROWS, value), "change": change}
    say_to(form, {"method": "update", "state": {"_typed": {**typed, "place": form.place}}})


def test_a_press_in_another_thread_waits_for_the_one_that_is_acted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, save = threading.Event(), CaseEntry.save

    def slowly(entry: CaseEntry, rating: SessionRating, *, blank: bool = False) -> str:
        begun.set()
        time.sleep(0.2)
        return save(entry, rating, blank=blank)

    monkeypatch.setattr(CaseEntry, "save", slowly)
    book = aw.CaseBook()
    first = threading.Thread(target=press, args=(book.form, 1, 1))
    first.start()
    assert begun.wait(10)
    press(book.form, 2, 2, after=1)
    first.join()
    assert book.ratings["session"].tolist() == [1, 2]
    assert (book.form._answered, book.form._taken) == (2, True)


def test_two_books_of_one_work_in_two_threads_lose_nothing() -> None:
    books = [aw.CaseBook(study="a"), aw.CaseBook(study="b")]

    def enter(book: aw.CaseBook) -> None:
        for session in range(1, 21):
            press(book.form, session, session)

    hands = [threading.Thread(target=enter, args=(book,)) for book in books]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    for book in books:
        assert book.ratings["session"].tolist() == list(range(1, 21))
    again = aw.WorkFile(books[0].desk.work.path)
    assert (len(again.entries("rating")), again.notices) == (40, ())


def test_what_was_typed_earlier_and_comes_later_changes_nothing() -> None:
    book = aw.CaseBook()
    type_in(book.form, 1, 20, 4)
    type_in(book.form, 1, 10, 2)
    assert book.form.value == dict.fromkeys(ROWS, 4)
    press(book.form, 1, 40)
    type_in(book.form, 2, 30, 5)  # before that press, however it came about
    assert book.form.value == dict.fromkeys(ROWS)
    type_in(book.form, 2, 50, 5)
    assert book.form.value == dict.fromkeys(ROWS, 5)


def test_a_number_from_a_strange_page_locks_nobody_out() -> None:
    book = aw.CaseBook()
    type_in(book.form, 1, 2**53, 4)
    type_in(book.form, 1, 1_700_000_000_000_000, 2)
    assert book.form.value == dict.fromkeys(ROWS, 2)
