// The site without a network: what was fetched once is kept, and on request all of it.

const LIST = "files.json";
const NAME = "alliance-workbook pages ";
const ALWAYS_ASKED = ["index.html", "cover.json", LIST];

const root = new URL("./", self.location.href);
const worker = /** @type {any} */ (self);
const within = (url) => url.href.startsWith(root.href);
const plain = (url) => url.origin + url.pathname;

/** Every file of this build with its size, from the network or, without one, from what is kept. */
async function list() {
  try {
    const answer = await fetch(new URL(LIST, root), { cache: "no-cache" });
    if (answer.ok) return await answer.json();
  } catch {
    // no network: what was kept last is what there is
  }
  const kept = await caches.match(new URL(LIST, root).href);
  return kept ? kept.json() : { build: "", files: {} };
}

const shelf = async (build) => caches.open(NAME + build);

/** The network for what may have changed, else what is kept; all that comes is kept. */
async function answer(request) {
  const url = new URL(request.url);
  const address = url.pathname.endsWith("/") ? `${plain(url)}index.html` : plain(url);
  const name = address.slice(root.href.length);
  const asks = ALWAYS_ASKED.includes(name) || name.endsWith(".ipynb");
  const kept = await caches.match(address);
  if (kept && !asks) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200 && !fresh.redirected) {
      const copy = fresh.clone();
      void current()
        .then(async (build) => (await shelf(build)).put(address, copy))
        .catch(() => undefined);
    }
    return fresh;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

let known;
/** Which build this is; a newer one takes the place of what is kept of the older. */
function current() {
  known ??= list().then(async ({ build }) => {
    for (const name of await caches.keys())
      if (name.startsWith(NAME) && name !== NAME + build) await caches.delete(name);
    return build;
  });
  return known;
}

async function howFar() {
  const { build, files } = await list();
  const kept = await shelf(build);
  const there = new Set((await kept.keys()).map(({ url }) => url.slice(root.href.length)));
  const left = Object.keys(files).filter((name) => !there.has(name));
  const size = (names) => names.reduce((sum, name) => sum + files[name], 0);
  const all = size(Object.keys(files));
  return { kept, left, files, all, stored: all - size(left), ready: all > 0 && !left.length };
}

async function store(tell) {
  const { kept, left, files, all, stored } = await howFar();
  let done = stored;
  try {
    for (const name of left) {
      const fresh = await fetch(new URL(name, root));
      if (!fresh.ok) throw new Error(`${name}: ${fresh.status}`);
      await kept.put(new URL(name, root).href, fresh);
      done += files[name];
      tell({ stored: done, all });
    }
    tell({ ready: true });
  } catch (fault) {
    tell({ reason: fault.message });
  }
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([current(), worker.clients.claim()])),
);
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && within(new URL(request.url))) event.respondWith(answer(request));
});
worker.addEventListener("message", (event) => {
  const tell = (message) => event.source.postMessage(message);
  if (event.data.ask === "store") event.waitUntil(store(tell));
  if (event.data.ask === "how far")
    event.waitUntil(howFar().then(({ stored, all, ready }) => tell({ stored, all, ready })));
});
