// The work of this browser, under one name for ever. Both the page and its Python reach it.

const NAME = "alliance-workbook";
const TABLE = "work";
const FILE = "alliance_work.json";

/** A request of the store as a promise. */
const asked = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  return asked(request);
}

/** The work as bytes; undefined where there is none, or the browser keeps nothing. */
export async function load() {
  try {
    const base = await open();
    const found = await asked(base.transaction(TABLE).objectStore(TABLE).get(FILE));
    base.close();
    return found;
  } catch {
    return undefined;
  }
}

/** Whether this browser lets a page keep anything. */
export async function keeps() {
  try {
    (await open()).close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Put `merge(what is there)` there, in one transaction: no tab comes between. Gives what stands there
 * then, and why nothing was put: "full", "closed", or "".
 */
export async function keep(merge) {
  try {
    const base = await open();
    const put = new Promise((done, fail) => {
      const step = base.transaction(TABLE, "readwrite", { durability: "strict" });
      const table = step.objectStore(TABLE);
      const request = table.get(FILE);
      let merged;
      let fault;
      request.onsuccess = () => {
        try {
          merged = merge(request.result);
          table.put(merged, FILE);
        } catch (error) {
          fault = error;
          step.abort();
        }
      };
      step.oncomplete = () => done(merged);
      step.onabort = () => fail(fault ?? step.error);
      step.onerror = () => fail(step.error);
    });
    const merged = await put.finally(() => base.close());
    tell({ kept: true });
    return [merged, ""];
  } catch (fault) {
    return [undefined, fault?.name === "QuotaExceededError" ? "full" : "closed"];
  }
}

/** Say something to every other tab, and to the page of this Python. */
export function tell(message) {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(message);
  channel.close();
}

/** Say that something is on its way here, until `kept` is said. */
export const announce = () => tell({ waiting: true });

/** Call `hear(message)` with all that is said. */
export function hear(handler) {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => handler(data);
  return () => channel.close();
}

/** Call `handler()` whenever another tab has put something there. */
export const listen = (handler) => hear((message) => message.kept && handler());
