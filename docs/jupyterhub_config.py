"""A JupyterHub for a department: everybody has a folder of lessons and a work file of their own.

    jupyterhub -f jupyterhub_config.py

`ALLIANCE_HUB` is the folder that holds the students' folders (default: ./students). To try it out
on one machine set `ALLIANCE_HUB_TRY` to a password: anybody who knows it gets in under any name,
and all servers run as you. Never leave that reachable for others. docs/jupyterhub.md says what to
decide.
"""

import os
import re
import sys
from pathlib import Path

c = get_config()  # noqa: F821

students = Path(os.environ.get("ALLIANCE_HUB", "students")).resolve()
password = os.environ.get("ALLIANCE_HUB_TRY", "")


def bring_lessons(spawner):
    """The lessons in the student's folder are brought up to date before the server starts."""
    from alliance_widgets.mending import mend_lessons
    from alliance_widgets.tables.datasets import travelling_folder

    folder = students / re.sub(r"[^a-z0-9_-]", "_", spawner.user.name.lower())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mend_lessons(travelling_folder("notebooks"), folder / "notebooks")
    spawner.notebook_dir = str(folder)


c.Spawner.pre_spawn_hook = bring_lessons
c.Spawner.default_url = "/lab"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--KernelRestarter.time_to_dead=1.0"]
c.Spawner.environment = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # no kernel of a user's own stands in for the kit's
    "ALLIANCE_PUBLIC": "yes",  # an upload first asks for no real clients' data
}
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.Spawner.mem_limit = "1G"  # heeded by spawners that can: systemd, Docker, Kubernetes
c.JupyterHub.concurrent_spawn_limit = 5  # thirty at once are slow, five after five are not

if password:
    c.JupyterHub.authenticator_class = "dummy"
    c.DummyAuthenticator.password = password
    c.Authenticator.allow_all = True
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(students / ".homes" / "{username}")
