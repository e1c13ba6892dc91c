"""What a student brings in, hands in and passes on: a page asks, and is asked back where it must.

Work with another student code is never merged before somebody said whose it is, and a text that
seems to tell who somebody is is never handed in before somebody was told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_widgets.errors import AllianceError, WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile.work_file import WorkFile

if TYPE_CHECKING:
    from alliance_widgets.widgets.page.desk import WorkDesk

__all__ = ["Exchange"]

MOST_HANDED = 8_000_000  # bytes: above this a page may never get it, and it lies beside the work
MOST_NAMED = 5  # texts that are named one by one
FOLDER = "others"  # beside the work: what was read as somebody else's


class Exchange:
    """What a desk does with uploads, hand-ins and codes; `desk` shows what comes of it."""

    def __init__(self, desk: WorkDesk) -> None:
        self.desk = desk
        self._brought = b""

    def upload(self, content: bytes) -> None:
        """Merge a work file, or ask whose it is."""
        other = self.desk.work.another_student(content)
        if other is None:
            self._merge(content)
            return
        self._brought = content
        codes = {"other": other, "student": self.desk.work.student}
        self._ask(say("handing.whose", **codes), ("mine", "apart", "drop"))

    def choose(self, choice: str) -> None:
        """Act on the answer to what was asked; on no other."""
        offered = {each["kind"] for each in self.desk.asks.get("choices", ())}
        content, self._brought = self._brought, b""
        self.desk.asks = {}
        if choice not in offered:
            return
        if choice == "mine":
            self._merge(content)
        elif choice == "apart":
            self._keep_apart(content)
        elif choice == "anyway":
            self._hand_out()
        else:
            self.desk.message = say("handing.dropped")

    def hand_in(self) -> None:
        """Make what is handed in, or name the texts that should be looked at first."""
        warnings = self._made().warnings
        if not warnings:
            self._hand_out()
            return
        named = " ".join(warnings[:MOST_NAMED])
        self._ask(say("handing.look_first", n=len(warnings), named=named), ("anyway", "drop"))

    def tell_class_code(self) -> None:
        """Show the line for the class's chat."""
        from alliance_widgets.classwork import class_code

        self.desk.class_code = class_code(self.desk.work)
        self.desk.message = say("handing.class_code")

    def change_code(self, typed: str) -> None:
        """Take the student code that was typed, or draw another."""
        try:
            self.desk.work.change_student(typed if typed.strip() else None)
        except WorkFileError as fault:
            self.desk.message = " ".join(fault.problems)
        else:
            self.desk.message = say("handing.new_code", code=self.desk.work.student)

    def _ask(self, text: str, choices: tuple[str, ...]) -> None:
        labels = [{"kind": each, "label": say(f"handing.choice.{each}")} for each in choices]
        self.desk.message = ""
        self.desk.asks = {"text": text, "choices": labels}

    def _merge(self, content: bytes) -> None:
        """Merge it; where two codes became one, that of the larger part stays."""
        work = self.desk.work
        mine, before, other = work.student, len(work), work.another_student(content)
        done = work.merge_bytes(content)
        self.desk.message = done.sentence
        if other is not None:
            kept = other if done.added + done.unchanged > before else mine
            work.change_student(kept)
            said = say("handing.one_code", other=mine if kept == other else other, code=kept)
            self.desk.message = f"{done.sentence} {said}"

    def _keep_apart(self, content: bytes) -> None:
        work = self.desk.work
        other = work.another_student(content)
        place = work.path.parent / FOLDER / f"{work.path.stem}_{other}.json"
        theirs = WorkFile(place)
        theirs.merge_bytes(content)
        page = place.with_suffix(".html")
        if theirs.saved:
            from alliance_widgets.classwork.handin import hand_in_of
            from alliance_widgets.classwork.pool import document_of

            page.write_text(hand_in_of(document_of(theirs)).page, "utf-8", newline="\n")
        told = {"other": other, "n": len(theirs), "page": f"{place.parent.parent.name}/{FOLDER}"}
        key = "handing.apart" if theirs.saved else "handing.apart_not"
        self.desk.message = say(key, name=page.name, **told)

    def _made(self) -> Any:
        from alliance_widgets.classwork.handin import hand_in_of
        from alliance_widgets.classwork.pool import document_of

        return hand_in_of(document_of(self.desk.work))

    def _hand_out(self) -> None:
        made = self._made()
        try:
            if len(made.zip) > MOST_HANDED:
                from alliance_widgets.classwork import handin

                path = handin.hand_in(self.desk.work)
                self.desk.message = say("handing.beside", name=path.name)
                return
        except AllianceError as fault:
            self.desk.message = str(fault)
            return
        with self.desk.hold_sync():
            self.desk.handed_name = made.name
            self.desk.handed = made.zip
            self.desk.handed_count += 1
            self.desk.message = say("handing.handed", name=made.name, code=made.code)
