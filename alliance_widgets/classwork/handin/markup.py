"""The few elements of which the page is made: text that comes in is text, whatever it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["element", "table", "text"]


def text(given: str) -> str:
    """What somebody wrote, as HTML that shows just that; signs that no page holds are replaced."""
    shown = "".join(sign if sign in "\n\t" or sign >= " " else "\ufffd" for sign in given)
    return escape(shown.encode("utf-8", "replace").decode(), quote=True)


def element(tag: str, inner: str = "", **attributes: str | float) -> str:
    """An element around HTML; a name such as `class_` loses its line, and `_` becomes a dash."""
    told = [
        f' {name.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for name, value in attributes.items()
    ]
    return f"<{tag}{''.join(told)}>{inner}</{tag}>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells; the first of each row names it."""
    head = "".join(element("th", each, scope="col") for each in heads)
    body = "".join(
        element(
            "tr",
            element("th", row[0], scope="row") + "".join(element("td", each) for each in row[1:]),
        )
        for row in rows
    )
    inner = element("caption", caption) + element("thead", element("tr", head))
    name = {"class_": "scroll", "tabindex": "0", "role": "region"}
    whole = element("table", inner + element("tbody", body))
    return element("div", whole, **name, aria_label=_plain(caption))


def _plain(html: str) -> str:
    """The text in a caption, which `element` escapes again."""
    from html import unescape

    return unescape(html)
