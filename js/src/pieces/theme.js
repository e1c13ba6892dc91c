// Light or dark: what the page around us is, and telling when it changes.

import { coloursOf, fonts, type } from "./tokens.js";

const forced = matchMedia("(forced-colors: active)");

/** Whether the colours that the system forces on every page are light on dark. */
function isForcedDark() {
  const probe = document.createElement("span");
  probe.style.color = "CanvasText";
  document.body.append(probe);
  const light = isLight(getComputedStyle(probe).color);
  probe.remove();
  return light;
}

function isLight(colour) {
  const [red, green, blue] = (colour.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

/** Whether text here is light on dark: JupyterLab says so; elsewhere the text colour tells. */
export function isDark(node) {
  if (forced.matches) return isForcedDark();
  const said = document.body.dataset.jpThemeLight;
  if (said) return said === "false";
  const seen = node.isConnected ? node.parentElement : document.body;
  return isLight(getComputedStyle(seen).color);
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
  for (const query of [system, forced]) query.addEventListener("change", look);
  look();
  if (!node.isConnected) requestAnimationFrame(look);
  return () => {
    watcher.disconnect();
    for (const query of [system, forced]) query.removeEventListener("change", look);
  };
}

/**
 * The Vega configuration of a theme: everything that is ink or paper rather than data.
 * @param {"light" | "dark"} theme
 */
export function themeConfig(theme) {
  const { ink, faint, line } = coloursOf(theme);
  const small = { fill: ink, fontSize: type.small };
  return {
    background: "transparent",
    font: fonts,
    title: { color: ink, subtitleColor: ink, fontWeight: 600, fontSize: type.text, anchor: "start" },
    style: { "guide-label": small, "guide-title": small },
    text: { color: ink, fontSize: type.small },
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
