"""How a class answered before, from the file that its instructor put beside the lesson."""

from __future__ import annotations

from typing import Any

from alliance_widgets.classboard.said_before import read_class_file
from alliance_widgets.classboard.shares import Share
from alliance_widgets.errors import WorkFileError
from alliance_widgets.widgets.page import report as make
from alliance_widgets.widgets.page.report import Block
from alliance_widgets.words import say

__all__ = ["others_said", "share_bar"]


def others_said(key: Any) -> list[Block]:
    """The blocks to show after an answer; none where the file is not there, or silent on it."""
    asked = key if isinstance(key, str) else "/".join(map(str, key if key else ()))
    try:
        options = read_class_file(asked)
    except WorkFileError as fault:
        return [make.note(" ".join(fault.problems))]
    if options is None:
        return []
    caption = say("said_before.caption", n=options[0][1].n)
    rows = [(text, "", [share_bar(share)]) for text, share in options]
    return [make.heading(say("said_before.heading")), make.bars(caption, rows)]


def share_bar(share: Share, name: str = "", more: str = "") -> Block:
    """A share as a bar, with its count, per cent and interval in words."""
    lower, upper = share.interval
    said = say(
        "said_before.share",
        **{"count": share.count, "n": share.n, "percent": f"{100 * share.share:.0f}"},
        **{"lower": f"{100 * lower:.0f}", "upper": f"{100 * upper:.0f}"},
    )
    return make.bar(share.share, lower, upper, f"{said}{more}", name)
