// Every code cell of the lessons in the site's own Python, under Node: no browser, no network.
// usage: node cells.mjs PYODIDE NOTEBOOK...; fails with what went wrong in which cell.

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [home, ...lessons] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`).href);
const { install, plain } = await import(pathToFileURL(`${home}/first.mjs`).href);
const first = () => plain(new Blob([readFileSync(`${home}/first.pack`)]).stream());
const RUN = `
import ast, traceback
def run(source, name):
    try:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), name, "eval"), names)
            if hasattr(shown, "_repr_mimebundle_"):
                shown._repr_mimebundle_()
        return ""
    except BaseException:
        return traceback.format_exc()
names = {"__name__": "__main__"}
`;
let failed = 0;
for (const lesson of lessons) {
  const began = Date.now();
  const python = await loadPyodide({
    indexURL: `${home}/`,
    stdout: () => {},
    stderr: () => {},
    env: { HOME: "/home/pyodide", ALLIANCE_BUILD_ALL: "1" },
  });
  const all = Object.keys(JSON.parse(readFileSync(`${home}/pyodide-lock.json`, "utf8")).packages);
  install(python, await first());
  await python.loadPackage(all, { messageCallback: () => {}, checkIntegrity: true });
  python.runPython(RUN);
  const run = python.globals.get("run");
  let cells = 0;
  for (const [at, cell] of JSON.parse(readFileSync(lesson, "utf8")).cells.entries()) {
    if (cell.cell_type !== "code") continue;
    cells += 1;
    const fault = run([].concat(cell.source).join(""), `${basename(lesson)}[${at}]`);
    if (fault) {
      failed += 1;
      console.log(`${basename(lesson)}[${at}] ${fault.trim().split("\n").slice(-8).join("\n    ")}`);
    }
  }
  console.log(`${basename(lesson)}: ${cells} cells, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
process.exit(failed ? 1 : 0);
