"""Pyodide's linker, with one loop less: pandas and SciPy are a hundred libraries.

After each library the original looks through the names of all that were loaded before. Only a name
that a library has just asked for can be open; so these are noted, and looked at alone.
"""

from __future__ import annotations

NEW = 'GOT[symName]=new WebAssembly.Global({value:"i32",mutable:true},-1)'
ALL = "for(var[symName,entry]of Object.entries(GOT)){"
END = "throw new Error(`bad export type for '${symName}': ${typeof value} (${value})`)}}}"
CHANGES = (
    ("var GOT={};", "var GOT={};var openNames=new Set;"),
    (NEW, f"{NEW};openNames.add(symName)"),
    (ALL, "for(var symName of openNames){var entry=GOT[symName];"),
    (END, END + "openNames.clear()"),
)


def linked_once(engine: str) -> str:
    """The text of `pyodide.asm.mjs` with these changes, each in the one place it belongs to."""
    for old, new in CHANGES:
        if engine.count(old) != 1:
            raise SystemExit(f"Pyodide's linker is another one now: {old!r} is not there once")
        engine = engine.replace(old, new)
    return engine
