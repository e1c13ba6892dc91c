"""The state of a lab as a short code: shown on a press, typed to go there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.presets import (
    LONGEST,
    Chosen,
    Flag,
    Pick,
    Setting,
    Steps,
    code_of,
    figures_of,
    read,
)
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page.controls import Controls, Item
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.words import say

__all__ = ["CodeLine", "WithCode", "asked", "settings_of"]

asked: list[str] = []
"""Codes that the address of a page named: each lab that a lesson makes takes its own."""


def _signs(code: str) -> str:
    """A code as it is compared: in capitals, and without what makes no difference."""
    return "".join(filter(str.isalnum, code)).upper()


def settings_of(items: Iterable[Item]) -> dict[str, Setting]:
    """What these controls let somebody choose, by name."""
    kinds: dict[str, Callable[[Item], Setting]] = {
        "choice": lambda item: Pick(tuple(option["value"] for option in item["options"])),
        "check": lambda _item: Flag(),
        "range": lambda item: Steps(item["low"], item["high"], item["step"]),
    }
    return {item["name"]: kinds[item["kind"]](item) for item in items if item["kind"] in kinds}


class WithCode:
    """A lab whose picture has a code; assign `code` to go to the picture of another's.

    What a code says is what can be chosen here, and what the figures of the picture must be. So a
    lab with other data, or of a version that draws other dice, does not show something else under
    the same code: it refuses, and stays as it was.
    """

    code_name: ClassVar[str]
    controls: Any

    @property
    def code(self) -> str:
        """The code of what is shown now: typed into the same lab, it gives the same picture."""
        return code_of(
            self.code_name, self._settings(), self._chosen(), figures_of(self._pictured())
        )

    @code.setter
    def code(self, code: str) -> None:
        chosen, figures = read(self.code_name, self._settings(), code)
        before = self._chosen()
        self._go_to(chosen)
        if figures_of(self._pictured()) != figures:
            self._go_to(before)
            raise AllianceError([say("presets.other_figures")])

    def _settings(self) -> Mapping[str, Setting]:
        """What a code says, by name."""
        return settings_of(self.controls.items)

    def _chosen(self) -> Chosen:
        """What is chosen now, by name."""
        return {name: self.controls.values[name] for name in self._settings()}

    def _go_to(self, values: Chosen) -> None:
        """Choose this."""
        self.controls.values = {**self.controls.values, **values}

    def _pictured(self) -> Iterable[pd.DataFrame]:
        """The tables of the picture."""
        raise NotImplementedError


class CodeLine(Controls):
    """One line: a button that shows the code of the picture, and a box that takes another's.

    A code that stands there goes away as soon as the picture is no longer its own.
    """

    def __init__(self, lab: WithCode, *, follows: Iterable[tuple[tl.HasTraits, str]]) -> None:
        self._lab = lab
        items = [
            make.typed("code", say("presets.box"), LONGEST),
            make.button("show", say("presets.show")),
        ]
        super().__init__(items, say("presets.about"), code="")
        self.add_class("aw-code")
        self.on_press(lambda _name: self._tell())
        self.observe(self._go, "values")
        for owner, trait in follows:
            owner.observe(self._forget, trait)
        for code in asked:
            if _signs(code).startswith(lab.code_name):
                self._expect(code)

    @tl.default("title")
    def _folded(self) -> str:
        return say("presets.about")

    def _expect(self, code: str) -> None:
        """Take this code as if it were typed, as soon as the lab is made and its cell has run."""

        def arrive() -> None:
            self.values = {"code": code}

        with contextlib.suppress(RuntimeError):  # no page without a loop
            asyncio.get_running_loop().call_soon(arrive)

    def _tell(self) -> None:
        with self._settle():
            self.values = {"code": self._lab.code}
        self.message = say("presets.told")

    def _go(self, change: Change) -> None:
        code = change["new"].get("code", "").strip()
        if self._settling or not code:
            return
        try:
            with self._settle():
                self._lab.code = code
        except AllianceError as fault:
            self.message = " ".join(fault.problems)
        else:
            self.message = say("presets.went")

    def _forget(self, _change: object) -> None:
        if not self._settling and self.values["code"]:
            with self._settle():
                self.values, self.message = {"code": ""}, ""
