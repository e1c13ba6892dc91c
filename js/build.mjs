// Bundle the browser side: the runtime, gzipped, and the stub that finds it, with the licences of
// everything that went into it; and the extension of JupyterLab that runs the lessons.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const out = new URL("../alliance_widgets/static/", import.meta.url);
const extension = new URL("../build/labextension/static/", import.meta.url);
const pagesOut = new URL("../build/site-pages/", import.meta.url);
/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
  write: false,
};
const bundle = (entry, options = {}) => build({ ...common, entryPoints: [entry], ...options });

async function licences({ inputs }) {
  const packages = new Set(
    Object.keys(inputs)
      .map((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
      .filter(Boolean),
  );
  const texts = [];
  for (const path of [...packages].sort()) {
    const folder = new URL(`${path}/`, import.meta.url);
    const { name, version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(new URL(file, folder), "utf8") : "";
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join("\n" + "-".repeat(72) + "\n\n");
}

const runtime = await bundle("src/page/runtime.js", { loader: { ".css": "text" } });
const stub = await bundle("src/stub.js");
const lessons = await bundle("src/lessons/entry.js", { format: "iife", loader: { ".css": "text" } });
const loader = { ".css": /** @type {const} */ ("text") };
const pages = ["store", "cover", "offline", "early"];
const bundled = await Promise.all(
  pages.map((name) => bundle(`src/site/${name}.js`, { format: name === "early" ? "iife" : "esm", loader })),
);
await mkdir(out, { recursive: true });
await mkdir(pagesOut, { recursive: true });
for (const [at, { outputFiles }] of bundled.entries())
  await writeFile(new URL(`${pages[at]}.js`, pagesOut), outputFiles[0].contents);
await mkdir(extension, { recursive: true });
await writeFile(new URL("remoteEntry.js", extension), lessons.outputFiles[0].contents);
await writeFile(new URL("runtime.js.gz", out), gzipSync(runtime.outputFiles[0].contents, { level: 9 }));
await writeFile(new URL("stub.js", out), stub.outputFiles[0].contents);
await writeFile(new URL("LICENSES.txt", out), await licences(runtime.metafile));
