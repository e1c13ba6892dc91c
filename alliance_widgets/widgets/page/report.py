"""What came of something: sentences and tables, some of them folded away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import traitlets as tl

from alliance_widgets.widgets.page.runtime import KitWidget

__all__ = ["Report", "bar", "bars", "fold", "heading", "note", "sign", "table", "text"]

Block = dict[str, Any]


def heading(words: str) -> Block:
    """A heading."""
    return {"kind": "heading", "text": words}


def text(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    """A paragraph in a softer ink."""
    return {"kind": "note", "text": words}


def table(
    caption: str,
    columns: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    signs: bool = False,
) -> Block:
    """A table; the first cell of each row names it. A cell is a text, a number or a `sign`.

    With `signs` the cells are narrow and centred.
    """
    made = {"columns": list(columns), "rows": [list(row) for row in rows]}
    return {"kind": "table", "caption": caption, "signs": signs, **made}


def sign(shape: str, said: str, kind: str = "") -> dict[str, str]:
    """A cell that shows a shape and is read out in words; `kind` gives it a look of its own."""
    return {"sign": shape, "said": said, "kind": kind}


def bars(caption: str, rows: Iterable[tuple[str, str, Sequence[Block]]]) -> Block:
    """Shares as bars; a row is what was counted, its mark ("" for none) and one or two `bar`."""
    made = [{"label": label, "mark": mark, "bars": list(each)} for label, mark, each in rows]
    return {"kind": "bars", "caption": caption, "rows": made}


def bar(share: float, lower: float, upper: float, said: str, name: str = "") -> Block:
    """A share with its interval, 0 to 1, and what stands beside it."""
    return {"name": name, "share": share, "lower": lower, "upper": upper, "said": said}


def fold(summary: str, blocks: Sequence[Block]) -> Block:
    """Blocks that are opened by who wants them."""
    return {"kind": "fold", "summary": summary, "blocks": list(blocks)}


class Report(KitWidget):
    """Blocks one under the other; `show` replaces them all, and without any nothing is there."""

    part = "report"

    _blocks: tl.List[Any] = tl.List().tag(sync=True)
    _label = tl.Unicode().tag(sync=True)
    _large = tl.Bool(False, help="Whether it is shown to a room.").tag(sync=True)

    @property
    def blocks(self) -> list[Block]:
        """What is shown."""
        return list(self._blocks)

    def show(self, blocks: Sequence[Block], label: str = "") -> None:
        """Show these blocks; their sentences become the description."""
        with self.hold_sync():
            self._label = label
            self._blocks = list(blocks)
            said = [block["text"] for block in blocks if block["kind"] in ("text", "note")]
            self.description = " ".join(said)
