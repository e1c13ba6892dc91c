"""The first lesson on older JupyterLabs, from an installed wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PATIENCE, Lab, charts
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.prove]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("version", ["4.4.9", "4.5.*"])
def test_the_first_lesson_on_another_jupyterlab(tmp_path: Path, page: Page, version: str) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", f"jupyterlab=={version}", ROOT]
    subprocess.run(install, check=True)
    folder, home = tmp_path / "student", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    lab = Lab(folder, home, python=str(python))
    lab.start()
    try:
        assert (folder / "notebooks" / "00_start_here.ipynb").is_file()
        lab.open(page, "notebooks/00_start_here.ipynb")
        lab.run_all(page)
        charts(page).first.wait_for(timeout=PATIENCE)
        page.locator("input[name=bond]").first.focus()
        page.keyboard.press("2")
        expect(page.locator(".aw-headline").first).to_contain_text("1.83 lower")
        lab.theme(page, "Dark")
        line = page.locator(".mark-line path[stroke-width='2.5']").first
        expect(line).to_have_attribute("stroke", "#56B4E9")
    finally:
        lab.stop()
