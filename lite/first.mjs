// What every lesson needs first, out of one packed file: the browser unpacks it faster than its Python
// would, and while Python itself is being made ready. `packing.py` says what stands in it.

const SITE = "/lib/python3.14/site-packages/";

export const plain = async (packed) =>
  new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

/** The content of the file, fetched and unpacked; whole, or an error that names the file. */
export async function unpacked(address, integrity) {
  try {
    const answer = await fetch(address, { integrity });
    if (!answer.ok) throw new Error(answer.status);
    return await plain(answer.body);
  } catch (fault) {
    throw new Error(`${address.pathname.split("/").at(-1)}: ${fault.message}`);
  }
}

/** Put the files of the packages there, so that Python finds them as it finds installed ones. */
export function install(python, content) {
  const length = new DataView(content.buffer).getUint32(0, true);
  const listing = content.subarray(4, 4 + length);
  const { packages, files } = JSON.parse(new TextDecoder().decode(listing));
  const { FS, loadedPackages } = python;
  const folders = new Set();
  let at = 4 + length;
  for (const [name, size] of files) {
    const place = SITE + name;
    const folder = place.slice(0, place.lastIndexOf("/"));
    if (!folders.has(folder)) FS.mkdirTree(folder);
    folders.add(folder);
    FS.writeFile(place, content.subarray(at, at + size), { canOwn: true });
    at += size;
  }
  for (const name of packages) loadedPackages[name] = "default channel";
  python.runPython("import importlib; importlib.invalidate_caches()");
}
