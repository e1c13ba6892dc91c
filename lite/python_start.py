"""Runs as the browser's Python starts: says how far it is, and fetches late what is needed late.

Built into the site's standard library as `sitecustomize`. A package that is not loaded yet is
fetched when it is first imported: nobody waits for SciPy before the first form is there.
"""

import sys

CHANNEL = "alliance-workbook"
MILESTONES = frozenset({"IPython", "numpy", "pandas", "ipywidgets", "alliance_widgets", "altair"})


def tell(stage, kind="stage"):
    """Say to the page what is being loaded now; a page that hears nothing waits all the same."""
    try:
        import js

        said = js.BroadcastChannel.new(CHANNEL)
        said.postMessage(js.JSON.parse(f'{{"{kind}": "{stage}"}}'))
        said.close()
    except Exception:
        pass


def fetch(package):
    """Put a package of the lock beside the others, with what it needs, while Python waits."""
    import importlib
    import io
    import sysconfig
    import zipfile

    import pyodide_js
    from pyodide.ffi import JsException

    import js

    known = pyodide_js._api.lockfile_packages.to_py()
    loaded = pyodide_js.loadedPackages
    wanted, seen = [package], set()
    while wanted:
        name = wanted.pop()
        if name in seen or hasattr(loaded, name):
            continue
        seen.add(name)
        about = known[name]
        wanted += list(about["depends"])
        request = js.XMLHttpRequest.new()
        base = pyodide_js._api.config.packageBaseUrl or pyodide_js._api.config.indexURL
        request.open("GET", base + about["file_name"], False)
        request.responseType = "arraybuffer"
        try:
            request.send()
            with zipfile.ZipFile(io.BytesIO(request.response.to_bytes())) as wheel:
                wheel.extractall(sysconfig.get_path("purelib"))
        except (JsException, OSError, zipfile.BadZipFile) as fault:
            tell(name, "cut")
            raise ImportError(f"{name} did not arrive whole") from fault
        setattr(loaded, name, "default channel")
    importlib.invalidate_caches()


class Late:
    """The last to be asked for a module: if a package of the lock has it, that is fetched."""

    def __init__(self):
        self.by_import = None
        self.failed = set()

    def find_spec(self, name, path=None, _target=None):
        if path is not None or name in self.failed or name in sys.stdlib_module_names:
            return None
        package = self.package_of(name)
        if package is None:
            return None
        self.failed.add(name)
        tell(name)
        fetch(package)
        from importlib.machinery import PathFinder

        return PathFinder.find_spec(name)

    def package_of(self, name):
        if self.by_import is None:
            if not {"js", "pyodide_js"} <= sys.modules.keys():
                return None  # too early: Pyodide is not there yet
            import pyodide_js

            packages = pyodide_js._api.lockfile_packages.to_py()
            self.by_import = {
                each: package for package, about in packages.items() for each in about["imports"]
            }
        return self.by_import.get(name)


class Watch:
    """The first to be asked: only looks."""

    def find_spec(self, name, path=None, _target=None):
        if path is None and name in MILESTONES:
            tell(name)
        return


sys.meta_path.insert(0, Watch())
sys.meta_path.append(Late())
