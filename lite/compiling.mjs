// Python's sources become the code that Pyodide runs, made by this very Pyodide: in a browser it is
// the compiling that one would wait for. usage: node compiling.mjs PYODIDE < JOBS (JSON)

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const home = resolve(process.argv[2]);
const jobs = JSON.parse(readFileSync(0, "utf8"));
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${home}/` });
python.mountNodeFS("/disk", "/");
python.globals.set("jobs", python.toPy(jobs));
python.runPython(readFileSync(new URL("compiling.py", import.meta.url), "utf8"));
