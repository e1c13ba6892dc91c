"""What GitHub runs for the project is what was looked at."""

from __future__ import annotations

import re
from pathlib import Path

WORKFLOWS = Path(__file__).parent.parent / ".github" / "workflows"


def test_every_action_is_named_by_its_commit_and_says_its_version() -> None:
    lines = [line for file in WORKFLOWS.glob("*.yml") for line in file.read_text().splitlines()]
    actions = [line.partition("uses:")[2].strip() for line in lines if "uses:" in line]
    assert actions
    for action in actions:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", action), action
