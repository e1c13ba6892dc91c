"""The letters of a text file: which of the ways of writing them as bytes it was saved in.

UTF-8 and UTF-16 can be told from the bytes. Windows-1252 cannot: any bytes can be read in it, and
those of another system come out as other letters. So it is believed only where no word looks
like that; else the file is refused, with what the first strange word says in other encodings.
"""

from __future__ import annotations

import re

from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["decoded"]

OTHERS = ("mac_roman", "cp850", "cp1250", "cp1251", "gbk", "big5", "shift_jis", "euc_kr")
MOST_OTHERS = 5
ENOUGH = 4096  # bytes that tell UTF-16 without a mark

# What letters saved by another system look like when they are read as Windows-1252.
_STRANGE_WORD = re.compile(
    "[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]"  # a capital after a small letter: MŸller
    "|[A-Za-zÀ-ÿ][€‚ƒ„†‡ˆ‰‹‘“”•˜™›¡-³µ¶¸¹»-¿×÷][A-Za-zÀ-ÿ]"  # a sign inside a word: K”nig
    "|[a-zß-ÿ][–—][a-zß-ÿ]|[A-Za-z][‘“„‚ˆƒ‹¿¡]|(?<![^\\W_])[€ƒ†‡‰™›][A-Za-z]"
    "|(?<![A-Za-zÀ-ÿ])[À-ÿ]{2,}(?![A-Za-zÀ-ÿ])|[¡-ÿ]{3,}"  # hardly a plain letter: Èâàí
    '|(?<![^;,|\t\r\n"])…[A-Za-z]|[A-Za-z][ŠŒŽŸ][a-z]|[¢-©¬-³µ-º¼-¾]{2}|[\x81\x8d\x8f\x90\x9d]'
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_OTHER_SCRIPT = re.compile("[^\x00-\u02ff\u2000-\u206f]")


def decoded(raw: bytes, encoding: str | None, name: str, error: type[AllianceError]) -> str:
    """The bytes as text, in `encoding` or in the one that they are seen to be in.

    Raises `error` for an unknown encoding, for bytes that it does not know, for bytes that are
    no text, and for letters of which nobody can tell what they are.
    """
    if encoding is not None:
        try:
            return raw.decode(encoding).removeprefix("\ufeff")
        except LookupError:
            raise error([say("csv.unknown_encoding", encoding=str(encoding)[:40])]) from None
        except (UnicodeDecodeError, TypeError):
            raise error([say("csv.other_encoding", name=name, encoding=encoding)]) from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw:
        return _without_mark(raw, name, error)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows(raw, name, error)


def _without_mark(raw: bytes, name: str, error: type[AllianceError]) -> str:
    """UTF-16 that does not say so: of plain letters every other byte is zero."""
    zeros = [raw[start:ENOUGH:2].count(0) for start in (0, 1)]
    few, many = sorted(zeros)
    if many > 10 * few and many > len(raw[:ENOUGH]) / 8:
        try:
            text = raw.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
        except UnicodeDecodeError:
            text = "\0"
        if not _CONTROL.search(text):
            return text
    raise error([say("csv.binary", name=name)])


def _windows(raw: bytes, name: str, error: type[AllianceError]) -> str:
    text = raw.decode("cp1252", errors="surrogateescape")
    text = re.sub("[\udc80-\udcff]", lambda byte: chr(ord(byte[0]) - 0xDC00), text)
    strange = _STRANGE_WORD.search(text)
    if strange is None:
        return text
    word = _word_around(text, strange.start())
    there = raw[word.start() : word.end()]  # in Windows-1252 a letter is a byte
    shown = {other: _said_in(other, there) for other in OTHERS}
    ways = [
        say("csv.in_encoding", encoding=other, word=said) for other, said in shown.items() if said
    ]
    raise error(
        [
            say(
                "csv.strange_letters",
                name=name,
                word=re.sub("[\x80-\x9f]", "\N{REPLACEMENT CHARACTER}", word[0]),
                ways="; ".join(ways[:MOST_OTHERS]) or 'encoding="..."',
            )
        ]
    )


def _word_around(text: str, place: int) -> re.Match[str]:
    cells = re.compile("[^\\s,;|\"']+").finditer(text, max(0, place - 30), place + 40)
    return next(each for each in cells if each.end() > place)


def _said_in(encoding: str, raw: bytes) -> str:
    """What the bytes say in that encoding; nothing where it is no word there."""
    try:
        said = raw.decode(encoding)
    except UnicodeDecodeError:
        return ""
    letters = re.fullmatch(r"[\w.'’:/-]+", said) is not None
    mixed = _OTHER_SCRIPT.search(said) and re.search("[A-Za-z]", said)
    return said if letters and not mixed and not _STRANGE_WORD.search(said) else ""
