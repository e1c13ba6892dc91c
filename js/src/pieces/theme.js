// Light or dark: what the page around us is, and telling when it changes.

/** Whether text here is light on dark: JupyterLab says so; elsewhere the text colour tells. */
export function isDark(node) {
  const said = document.body.dataset.jpThemeLight;
  if (said) return said === "false";
  const seen = node.isConnected ? node.parentElement : document.body;
  const [red, green, blue] = (getComputedStyle(seen).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

/** Mark `node` with the page's theme now and whenever it changes; returns a function that stops. */
export function followTheme(node, changed) {
  const look = () => {
    const theme = isDark(node) ? "dark" : "light";
    if (node.dataset.theme === theme) return;
    const first = !node.dataset.theme;
    node.dataset.theme = theme;
    if (!first) changed?.(theme);
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document.body, { attributes: true });
  watcher.observe(document.documentElement, { attributes: true });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", look);
  look();
  if (!node.isConnected) requestAnimationFrame(look);
  return () => {
    watcher.disconnect();
    system.removeEventListener("change", look);
  };
}

/** The Vega configuration of a theme: everything that is ink or paper rather than data. */
export function themeConfig(theme) {
  const dark = theme === "dark";
  const ink = dark ? "#E8E8E8" : "#262626";
  const faint = dark ? "#3D3D3D" : "#E3E3E3";
  const line = dark ? "#8A8A8A" : "#767676";
  const font = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
  return {
    background: "transparent",
    font,
    title: { color: ink, subtitleColor: ink, fontWeight: 600, fontSize: 14, anchor: "start" },
    style: { "guide-label": { fill: ink, fontSize: 12 }, "guide-title": { fill: ink, fontSize: 12 } },
    text: { color: ink },
    axis: { gridColor: faint, domainColor: line, tickColor: line, titleFontWeight: 500 },
    view: { stroke: null },
    legend: { labelColor: ink, titleColor: ink },
  };
}

/** `value` with every string found in `colours` replaced: how a light form is shown on dark. */
export function recolour(value, colours) {
  if (typeof value === "string") return colours[value.toUpperCase()] ?? value;
  if (Array.isArray(value)) return value.map((part) => recolour(part, colours));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recolour(v, colours)]));
  return value;
}
