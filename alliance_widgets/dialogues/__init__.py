"""Short invented dialogues in which something goes wrong between client and therapist."""

from __future__ import annotations

from alliance_widgets.dialogues.coded import Coded
from alliance_widgets.dialogues.parts import Advice, Coding, Marker, Reply, Turn, Vignette
from alliance_widgets.dialogues.practice import Practice, Step, Try
from alliance_widgets.dialogues.reading import markers, vignettes

__all__ = [
    "Advice",
    "Coded",
    "Coding",
    "Marker",
    "Practice",
    "Reply",
    "Step",
    "Try",
    "Turn",
    "Vignette",
    "markers",
    "vignettes",
]
