"""Altair is loaded without forty grammars that nobody here asks for.

Altair loads jsonschema; jsonschema loads `rfc3987_syntax`, if JupyterLab brought it, only to be
able to judge web addresses with letters beyond ASCII; and that compiles a grammar for each rule of
RFC 3987 as it is loaded: two seconds and more of the three that a first chart would take.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

__all__ = ["compile_grammars_late"]

SLOW = "rfc3987_syntax"


class _Late(ModuleType):
    """Stands in for the module until somebody judges an address, or wants anything else of it."""

    def is_valid_syntax(self, term: str, value: str) -> bool:
        """What the module itself says."""
        return bool(self._real().is_valid_syntax(term, value))

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # asked by whoever looks at modules, not at what is in them
            raise AttributeError(name)
        return getattr(self._real(), name)

    def _real(self) -> ModuleType:
        if sys.modules.get(SLOW) is self:
            del sys.modules[SLOW]
        return import_module(SLOW)


def compile_grammars_late() -> None:
    """Let a stand-in do, if the module is installed and nobody has loaded it yet."""
    if sys.modules.keys() & {SLOW, "jsonschema"}:
        return
    installed = find_spec(SLOW)
    if installed is not None:
        late = _Late(SLOW)
        late.__spec__ = installed
        late.__path__ = installed.submodule_search_locations or []
        sys.modules[SLOW] = late
