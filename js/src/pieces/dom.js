// The few lines every part of the page needs to make elements.

let count = 0;

/** An id that no other element of this page has. */
export const uniqueId = (stem) => `aw-${stem}-${(count += 1)}`;

/**
 * An element with attributes, listeners (`onclick`) and children; text is always text, never HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {(Node | string | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** `template` with its {names} replaced by `values`; a name without a value stays as it is. */
export const fill = (template, values) =>
  template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/**
 * Make `wanted` the children of `parent`, in this order. One that stays where it is is not put in
 * anew: it would lose the focus.
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function keepChildren(parent, wanted) {
  for (const gone of [...parent.children]) if (!wanted.includes(gone)) gone.remove();
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

/** Enter ticks the box or radio button it is pressed on, and does not send the form away. */
export function enterTicks(event) {
  if (event.key !== "Enter" || !event.target.matches('input[type="checkbox"], input[type="radio"]')) return;
  event.preventDefault();
  event.target.click();
}

/**
 * A finger that begins on a slider and scrolls the page has set nothing: what stood there stands again.
 * @param {HTMLInputElement} slider
 * @param {() => any} standing
 * @param {(value: any) => void} putBack
 */
export function keepOnScroll(slider, standing, putBack) {
  let before;
  slider.addEventListener("pointerdown", ({ pointerType }) => {
    before = pointerType === "touch" ? { value: standing() } : undefined;
  });
  slider.addEventListener("pointerup", () => (before = undefined));
  slider.addEventListener("pointercancel", () => {
    if (before && standing() !== before.value) putBack(before.value);
    before = undefined;
  });
}

/** Hand the browser a file to keep. */
export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

let lastHand = -Infinity;
const handRests = 800;
for (const kind of ["keydown", "input", "pointerup"])
  globalThis.document?.addEventListener(kind, () => (lastHand = performance.now()), { capture: true });

/** Whether a hand has been on this page at all. */
export const isTouched = () => lastHand > -Infinity;

/** The parts that wait for an answer of the kernel, which is heard before what follows from it. */
export const waiting = new Set();

export const listening = 1_500; // milliseconds until a region that just came to the page is listened to

/**
 * A live region of a part, which is silent until a hand has been on that part: what it comes to hold
 * before, as an answer of last week, is read where it stands and not called out.
 */
export const polite = (tag, attributes = {}, ...children) =>
  element(tag, { ...attributes, "aria-live": "off", "data-polite": "" }, ...children);

/**
 * Let the silent regions in `root` speak from the first hand on what stands in the same output;
 * returns what takes that back.
 * @param {HTMLElement} root
 */
export function speakOnceTouched(root) {
  const kinds = ["focusin", "pointerdown"];
  const leave = () => {
    for (const kind of kinds) document.removeEventListener(kind, touch, true);
  };
  const touch = ({ target }) => {
    if (!(root.closest(".jp-OutputArea-output") ?? root).contains(target)) return;
    for (const region of root.querySelectorAll("[data-polite]")) region.setAttribute("aria-live", "polite");
    leave();
  };
  for (const kind of kinds) document.addEventListener(kind, touch, true);
  return leave;
}

/** A polite live region that speaks once hand and kernel have rested: not at every step of a slider. */
export function quietVoice() {
  const region = element("div", { class: "aw-voice", "aria-live": "polite", role: "status" });
  let timer;
  let pending = () => "";
  const silence = () => {
    clearTimeout(timer);
    pending = () => "";
  };
  const later = (news, wait) => {
    silence();
    pending = news;
    timer = setTimeout(() => {
      const left = lastHand + handRests - performance.now();
      if (left > 0 || waiting.size) return void later(news, Math.max(left, 100));
      const sentence = take();
      if (sentence && region.textContent !== sentence) region.textContent = sentence;
    }, wait);
  };
  /** What it has not said yet: whoever takes it says it, and the region is silent. */
  const take = () => {
    const news = pending;
    silence();
    return news();
  };
  return { region, say: (news) => later(news, 500), silence, take };
}

const UNSAID = "aw-unsaid";

/** Be asked by a part of the same case for what is not said yet; gives what ends that. */
export function onUnsaid(root, take) {
  const hear = (/** @type {any} */ { target, detail }) => target.contains(root) && detail.push(take());
  document.addEventListener(UNSAID, hear);
  return () => document.removeEventListener(UNSAID, hear);
}

/** What the line of the case that `root` is part of has not said yet: it is told before what follows. */
export function unsaidBeside(root) {
  const detail = [];
  root.closest(".aw-book")?.dispatchEvent(new CustomEvent(UNSAID, { detail, bubbles: true }));
  return detail.filter(Boolean).join(" ");
}
