// Pyodide as the kernel of JupyterLite asks for it. It may have been begun before anybody asked: the
// kernel's worker begins it as soon as it runs, while JupyterLab is still loading (`publishing.py`, which
// also fills in what depends on the build).

import { install, unpacked } from "./first.mjs";
import { loadPyodide as load } from "./pyodide.mjs";

const OPTIONS = $options;
const said = { stdout: console.log, stderr: console.error };
let python;

async function start() {
  const [found, first] = await Promise.all([
    load({
      ...OPTIONS,
      indexURL: new URL("./", import.meta.url).href,
      stdout: (text) => said.stdout(text),
      stderr: (text) => said.stderr(text),
    }),
    unpacked(new URL("$first", import.meta.url), "$integrity"),
  ]);
  install(found, first);
  // What every lesson needs; the kernel before the widgets, which tell it that they are there.
  await found.runPythonAsync("import pyodide_kernel, pandas, ipywidgets");
  found.runPython("import gc; gc.freeze(); del gc"); // all of it stays: nobody looks for waste in it
  return found;
}

/** Say to the page that something did not arrive: it would wait for it. */
function cut(fault) {
  const channel = new BroadcastChannel("alliance-workbook");
  channel.postMessage({ cut: String(fault?.message ?? fault).trim().split("\n").at(-1) });
  channel.close();
  throw fault;
}

const streaming = WebAssembly.instantiateStreaming;

/** As the original, whatever type the server says; what does not arrive, Pyodide would wait for. */
async function instantiated(source, imports) {
  try {
    const answer = await source;
    if (answer.headers.get("content-type") === "application/wasm") return await streaming(answer, imports);
    return await WebAssembly.instantiate(await answer.arrayBuffer(), imports);
  } catch (fault) {
    cut(new Error("pyodide.asm.wasm: " + fault.message));
  }
}
WebAssembly.instantiateStreaming = instantiated;

export const begin = () => (python ??= start().catch(cut));

export function loadPyodide({ stdout, stderr }) {
  Object.assign(said, { stdout, stderr });
  return begin();
}
