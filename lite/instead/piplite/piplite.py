"""What a notebook asks `%pip` for comes from the site's own packages: no other machine is asked.

The original loads micropip, which everybody would wait for and nobody could use here.
"""

import re

# What JupyterLite's kernel sets as it starts.
_PIPLITE_URLS: list[str] = []
_PIPLITE_DISABLE_PYPI = True


def _name(requirement):
    """The package of a requirement: `Altair>=5` asks for `altair`."""
    name = re.match(r"[\w.-]*", requirement.strip())[0]
    return re.sub(r"[-_.]+", "-", name).lower()


async def install(requirements, keep_going=False, *_more, **_options):
    """Load packages of the site by their names; with `keep_going`, those that it has."""
    import pyodide_js

    asked = [requirements] if isinstance(requirements, str) else requirements
    names = [_name(each) for each in asked]
    there = set(pyodide_js._api.lockfile_packages.to_py())
    if not keep_going and (missing := [each for each in names if each not in there]):
        raise ValueError(
            f"{', '.join(missing)}: not in these pages, and no other machine is asked for it. "
            f"There is {', '.join(sorted(there))}."
        )
    await pyodide_js.loadPackage([each for each in names if each in there])
