// Motion that explains: after a live change each point, label and line is seen to go to where it is.
//
// The drawing itself is finished before anything moves: a mark stands at its new place, and only what is
// seen of it starts at the old one. Nobody waits for it, and a test reads the end.

const lasting = 250; // milliseconds
const most = 800; // marks; in a larger cloud nobody follows one of them
const apart = 400; // milliseconds between two changes; a hand on a slider is faster, and is not lagged behind
const least = 1; // pixels
const counting = 900; // milliseconds

const still = matchMedia("(prefers-reduced-motion: reduce)");
const marks = ":is(.mark-symbol, .mark-text, .mark-line, .mark-area).role-mark";
const number = "(-?[\\d.]+(?:e-?\\d+)?)";
const translate = new RegExp(`translate\\(${number},\\s*${number}\\)`);
const rotate = new RegExp(`rotate\\(${number}\\)`);

/** The marks of a drawing by their groups, each with its place and its path, as they are drawn. */
export function placesOf(plot) {
  const groups = [...plot.querySelectorAll(marks)];
  if (groups.reduce((n, { children }) => n + children.length, 0) > most) return [];
  return groups.map((group) => ({
    kind: group.getAttribute("class"),
    items: [...group.children].map((item) => ({
      item,
      at: item.getAttribute("transform") ?? "",
      path: item.getAttribute("d") ?? "",
    })),
  }));
}

/** A place as CSS writes it. */
const css = (at) => at.replace(translate, "translate($1px, $2px)").replace(rotate, "rotate($1deg)");

const point = (at) => (at.match(translate) ?? []).slice(1).map(Number);

function far(one, other) {
  const [[x, y], [left, top]] = [point(one), point(other)];
  return Math.hypot(x - left, y - top) >= least;
}

/** The commands of a path: two paths of the same ones can be bent into one another. */
const commands = (path) => path.replace(/[^a-z]/gi, "");

/**
 * What moved between two looks at a drawing, as frames for `animate`. Marks are the same by their place
 * among those of their group; where the groups are others, nothing is taken to be the same.
 */
export function movesOf(before, after) {
  if (before.length !== after.length || before.some(({ kind }, i) => kind !== after[i].kind)) return [];
  const moves = [];
  for (const [i, { kind, items }] of after.entries())
    for (const [j, { item, at, path }] of items.entries()) {
      const was = before[i].items[j];
      if (!was) continue;
      if (far(was.at, at)) moves.push([item, { transform: [css(was.at), css(at)] }]);
      const bends = /mark-(line|area)/.test(kind) && was.path !== path;
      if (bends && commands(was.path) === commands(path))
        moves.push([item, { d: [`path("${was.path}")`, `path("${path}")`] }]);
    }
  return moves;
}

/** Watches one drawing: `look` before a change, `show` once it is drawn. */
export class Motion {
  constructor(plot) {
    this.plot = plot;
    this.last = -Infinity;
    this.running = [];
    // One function for ever: asked for again it is not heard twice.
    this.stop = () => {
      for (const each of this.running.splice(0)) each.finish();
    };
  }

  /** What answers a guess is counted: its marks come one after another, up to what was expected and on. */
  arrive() {
    if (still.matches) return;
    const counted = [...this.plot.querySelectorAll(".counted_marks > *")];
    this.running = counted.map((mark, i) =>
      mark.animate({ opacity: [0, 0] }, { duration: (counting * i) / counted.length }),
    );
  }

  look() {
    const now = performance.now();
    const quick = now - this.last < apart;
    this.last = now;
    this.before = quick || still.matches ? undefined : placesOf(this.plot);
    if (quick) this.stop();
  }

  show() {
    if (!this.before) return;
    const moves = movesOf(this.before, placesOf(this.plot));
    this.running = moves.map(([item, frames]) =>
      item.animate(frames, { duration: lasting, easing: "ease-in-out" }),
    );
    this.before = undefined;
    // A hand that goes on does not wait for what it changed before.
    this.plot.ownerDocument.addEventListener("input", this.stop, { capture: true, once: true });
  }
}
