"""A student's code: two words and a number, drawn by chance, that says nothing about anybody.

The words are listed here and nowhere else, and only such words make a code: so nobody can be
called by a name. Class codes write a word by its place in the list; the lists are never changed.
"""

from __future__ import annotations

import hashlib
import re
import secrets

__all__ = ["FIRST", "LOWEST", "SECOND", "code_from", "drawn_code", "is_code", "read_code"]

_FIRST = """
amber azure beige blue brass bright brisk bronze brown calm candid cedar chalk cheerful citrus
civic clear clever cobalt cocoa cool copper cork cosy cotton cream crimson crisp curly cyan
damask deep dotted downy drifting early easy even fair feathered fleet floral fluffy foggy fresh
frosty gentle glassy glazed golden grand granite grassy green grey hardy hazy hidden hollow
humble icy inky jolly keen kind knitted lacy lemon level light lilac lime linen lively long loud
lucid lunar magenta mellow mild minty misty mossy mottled navy neat nimble northern oaken oat
ochre orange painted pale peach pebbled plain plum polar polished prompt quick quiet rainy rapid
red ripe rosy rustic salty sandy scarlet silent silken silver slate smooth snowy soft solar
spotted starry steady striped sunlit teal velvet
"""
_SECOND = """
acorn alder almond anchor antler apple arrow aspen badger bagel balloon bamboo banjo barley
basket beacon beaver beetle bell birch bison boat bonfire bramble bridge brook bucket buffalo
button cactus camel canyon canoe carrot cello cherry chestnut cliff clover comet compass condor
coyote crane crayon cricket curlew dewdrop dolphin donkey dune eagle egret elk elm falcon
feather fennel fern ferry fiddle finch fjord flute forest fox frog garden gecko geyser giraffe
glacier goose gull hamster harbour harp hedge heron hippo hornet igloo island jaguar kayak
kettle kite koala lagoon lantern lemur lentil lizard llama lobster lynx magpie mallet mango
marsh meadow meteor mitten moose moth mountain newt oboe orchard ostrich otter owl paddle panda
parsnip pebble pelican penguin pepper piano pigeon planet plover pumpkin puffin quail rabbit
raven
"""
FIRST, SECOND = tuple(_FIRST.split()), tuple(_SECOND.split())
LOWEST, HIGHEST = 10, 99


def code_of(number: int) -> str:
    """The code of that number; all numbers of one remainder have the same."""
    number, last = divmod(number, HIGHEST - LOWEST + 1)
    number, second = divmod(number, len(SECOND))
    return f"{FIRST[number % len(FIRST)]}-{SECOND[second]}-{last + LOWEST}"


def drawn_code() -> str:
    """A code by chance, of some 1.5 million: in 3 of 10 000 classes of thirty two are alike."""
    return code_of(secrets.randbits(60))


def code_from(text: str) -> str:
    """The code that belongs to a text: the same wherever it is asked for."""
    return code_of(int.from_bytes(hashlib.sha256(text.encode()).digest()[:12]))


def is_code(given: object) -> bool:
    """Whether this is a code as it stands in a file."""
    if not isinstance(given, str):
        return False
    found = re.fullmatch(r"([a-z]+)-([a-z]+)-([1-9][0-9])", given, re.ASCII)
    return found is not None and found[1] in FIRST and found[2] in SECOND


def read_code(typed: str) -> str | None:
    """The code that a hand typed, whatever its capitals, blanks and dashes; None if it is none."""
    words = re.findall(r"[a-z]+|[0-9]+", typed.casefold()[:100])
    code = "-".join(words)
    return code if is_code(code) else None
