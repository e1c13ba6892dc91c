"""Rules that flag a session as a possible rupture, each named for its mechanism.

There is no standard definition of a rupture, so every rule here is one answer among several,
with its own trap. A rule is a small frozen dataclass; by its snake_case name it stands with
default settings: `rule("imr_chart")` is `IMRChart()`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance_widgets.rules.kinds import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        """What stands in `kinds`: a dozen dataclasses, made when somebody first asks for one."""
        return getattr(import_module(".kinds", __name__), name)

    def __dir__() -> list[str]:
        return [*globals(), *import_module(".kinds", __name__).__all__]
