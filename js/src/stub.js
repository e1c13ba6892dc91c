// What each widget carries: find the page's one runtime, or unpack the copy this kernel sent.

/** @import { KitModel, RuntimeModel } from "./pieces/model.ts" */

/** @param {KitModel} model @returns {Promise<RuntimeModel>} */
async function carrier(model) {
  for (let turn = 0; ; turn += 1) {
    try {
      return await model.widget_manager.get_model(model.get("_runtime"));
    } catch (fault) {
      if (turn > 300) throw fault;
      // A page loaded beside a living kernel may never get that kernel's copy: ask for one.
      if (turn === 0) model.send("runtime");
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}
/** @param {KitModel} model */
async function unpack(model) {
  const sent = await carrier(model);
  const stream = new Blob([/** @type {DataView<ArrayBuffer>} */ (sent.get("code"))])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const source = new Blob([await new Response(stream).text()], { type: "text/javascript" });
  const address = URL.createObjectURL(source);
  const { parts } = await import(address);
  URL.revokeObjectURL(address);
  return { parts, words: sent.get("words") };
}
/** @param {{ model: KitModel, el: HTMLElement }} context */
async function render(context) {
  const { model, el } = context;
  const key = Symbol.for(`alliance-widgets ${model.get("_hash")}`);
  try {
    const { parts, words } = await (globalThis[key] ??= unpack(model));
    return parts[model.get("_part")](context, words);
  } catch (fault) {
    delete globalThis[key];
    el.textContent = `${model.get("_unavailable")} (${fault.message})`;
  }
}
export default { render };
