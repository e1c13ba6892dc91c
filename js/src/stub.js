// What each widget carries: find the page's one runtime, or unpack the copy this kernel sent.
const label = (hash) => Symbol.for(`alliance-widgets ${hash}`);
async function unpack(code) {
  const stream = new Blob([code]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = new Blob([await new Response(stream).arrayBuffer()], { type: "text/javascript" });
  const address = URL.createObjectURL(source);
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
async function render(context) {
  const { model, el } = context;
  try {
    const carrier = await model.widget_manager.get_model(model.get("_runtime"));
    const key = label(carrier.get("hash"));
    globalThis[key] ??= unpack(carrier.get("code"));
    const { parts } = await globalThis[key];
    return parts[model.get("_part")](context, carrier.get("words"));
  } catch (fault) {
    el.textContent = `${model.get("_unavailable")} (${fault.message})`;
    return undefined;
  }
}
export default { render };
