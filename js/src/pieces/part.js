// What every part that asks the kernel has in common: it follows model and theme, waits, and says.

import { element, speakOnceTouched, waiting } from "./dom.js";
import { cutFor, Pulse } from "./pulse.js";
import { followTheme } from "./theme.js";

/** @import { Answers, Kit, Press } from "../page/protocol.ts" */
/** @import { Changes, DeskView, Model, Unsent, Words } from "./model.ts" */

const patience = 1_500; // milliseconds: a sentence that the answer overtakes is read out for nothing
const read = 1_000; // milliseconds until what took the focus is on its way to the ear
const askAgain = [3_000, 10_000];
let last = 0;

/** A number that nothing from any page of this student has had, and higher than all before. */
export const newNumber = () =>
  (last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000)));

const swallowed = ["keydown", "beforeinput", "pointerdown", "mousedown", "click", "change", "input", "wheel"];

/** The space bar does nothing on a slider: there it would scroll the page away from it. */
function stay(event) {
  if (event.key === " " && event.target.type === "range") event.preventDefault();
}

/**
 * @template {Kit & Answers} Traits
 * @template {object} Sets
 * @template {Press} Pressed
 */
export class Part {
  /** @type {HTMLElement} */ root;
  /** @type {HTMLElement} */ message;
  /** @type {DeskView | undefined} */ desk;

  /**
   * @param {Model<Traits, Sets, { press: Pressed }>} model
   * @param {Words} words
   */
  constructor(model, words) {
    this.model = model;
    this.words = words;
    /** @type {{ press: Pressed, buffers?: ArrayBuffer[] }[]} */
    this.pending = [];
    this.saidThen = ""; // in the message, when it was pressed last
    this.ended = element("p", { class: "aw-ended", tabindex: "-1", hidden: true });
    this.offline = element("p", { class: "aw-offline", hidden: true }, words.part_offline);
  }

  /**
   * Stand in `host` and act on the model's events, until taken away.
   * @param {HTMLElement} host
   * @param {Changes<Traits>} changes
   */
  follow(host, changes) {
    host.append(this.root);
    this.root.prepend(this.ended);
    this.unfollow = followTheme(this.root);
    this.changes = { "change:_answered": () => this.hearAnswer(), ...changes };
    for (const [event, act] of Object.entries(this.changes)) this.model.on(event, act);
    for (const kind of swallowed)
      this.root.addEventListener(kind, (event) => this.guard(event), { capture: true });
    this.root.addEventListener("keydown", stay);
    this.message.addEventListener("keydown", (event) => this.leave(event));
    this.message.before(this.offline);
    this.unspoken = speakOnceTouched(this.root);
    this.pulse = new Pulse(this.model, this.words, () => this.feel(), this.root);
    this.leaving = () => (this.pulse.cut || this.staysHere) && !this.over && this.keepHere();
    addEventListener("pagehide", this.leaving);
    if (this.pulse.gone) this.feel();
  }

  unmount() {
    for (const [event, act] of Object.entries(this.changes)) this.model.off(event, act);
    this.unfollow();
    this.unspoken();
    this.pulse.stop();
    removeEventListener("pagehide", this.leaving);
    clearTimeout(this.cutting);
    waiting.delete(this);
    this.desk?.unmount();
    clearTimeout(this.patience);
    this.again?.forEach(clearTimeout);
    this.root.replaceChildren();
    this.root.remove();
  }

  // ---- presses ---------------------------------------------------------------------------

  /**
   * Send one press, whole, as a message of its own; it is pending until it is answered.
   * @param {Unsent<Pressed>} content
   * @param {ArrayBuffer[]} [buffers]
   */
  press(content, buffers) {
    const press = /** @type {Pressed} */ (/** @type {unknown} */ ({ ...content, count: newNumber() }));
    this.pending.push({ press, buffers });
    this.saidThen = this.message.textContent;
    waiting.add(this);
    this.model.send({ press }, undefined, buffers);
    this.wait();
    return press;
  }

  /** Whether what stands in it is nowhere but on this page until it is pressed on. */
  get staysHere() {
    return false;
  }

  /** Whether a press is not answered yet. */
  get waits() {
    return this.pending.length > 0;
  }

  hearAnswer() {
    const count = this.model.get("_answered");
    const place = this.pending.findIndex(({ press }) => press.count === count);
    if (place < 0) return;
    const [{ press }] = this.pending.splice(place, 1);
    this.heard(press, this.model.get("_taken"));
    if (this.waits) this.wait();
    else this.rested();
  }

  /**
   * What a part does with the answer to one press.
   * @param {Pressed} _press
   * @param {boolean} _taken
   */
  heard(_press, _taken) {}

  /** Nothing is pending any more. */
  rested() {
    clearTimeout(this.patience);
    waiting.delete(this);
    this.late = false;
    this.root.removeAttribute("aria-busy");
    this.answered();
  }

  /** What a part does once all its presses are answered. */
  answered() {}

  /** Say so when the kernel keeps us waiting. */
  wait() {
    if (this.late) return void this.sayWaiting();
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      this.late = true;
      this.sayWaiting();
    }, patience);
  }

  sayWaiting() {
    if (!this.waits || this.pulse.gone) return;
    this.root.setAttribute("aria-busy", "true");
    this.tell(this.waiting());
  }

  /** What is true while a press waits. */
  waiting() {
    return this.pulse.cut ? this.words.part_cut : this.words.part_waiting;
  }

  // ---- the kernel ------------------------------------------------------------------------

  /** The kernel is gone, or the connection was cut or is there again. */
  feel() {
    if (this.pulse.gone) {
      this.end();
      return;
    }
    if (this.pulse.cut) {
      this.cutting ??= setTimeout(() => (this.offline.hidden = this.over), cutFor);
      if (this.waits) this.wait();
      return;
    }
    this.connected();
    this.hearAnswer();
    this.sendAgain();
    this.again?.forEach(clearTimeout);
    this.again = askAgain.map((wait) => setTimeout(() => this.sendAgain(), wait));
  }

  connected() {
    clearTimeout(this.cutting);
    this.cutting = undefined;
    this.offline.hidden = true;
  }

  /**
   * What was sent into a closing socket never arrived, and what the kernel answered before this page
   * listened again was not heard. What did arrive is only answered again.
   */
  sendAgain() {
    for (const { press, buffers } of this.pending) this.model.send({ press }, undefined, buffers);
  }

  /** The page is left while it is cut off: keep in this tab what stands here and is not saved. */
  keepHere() {}

  /** The kernel that made this is gone: say so, and take nothing more. */
  end() {
    if (this.over) return;
    this.over = true;
    this.connected();
    clearTimeout(this.patience);
    waiting.delete(this);
    const focused = this.root.contains(document.activeElement);
    this.ended.textContent = this.endedWords();
    this.ended.hidden = false;
    this.root.classList.add("aw-over");
    this.root.removeAttribute("aria-busy");
    this.tell("");
    this.desk?.end();
    if (focused) this.ended.focus();
    // A page that is closed lets go of its kernel too, and has nothing to say any more.
    setTimeout(() => this.root.isConnected && this.pulse.callOut(), 500);
  }

  /** What is said then: what became of what was pressed last. */
  endedWords() {
    const { goneWords } = this.pulse;
    return this.waits ? `${goneWords} ${this.words.part_lost}` : goneWords;
  }

  /**
   * Whether a hand on what the event is for would change something that cannot be taken now.
   * @param {Event} [_event]
   * @returns {boolean}
   */
  shut(_event) {
    return this.over;
  }

  guard(event) {
    if (!this.shut(event) || event.target.closest?.(".aw-always, summary")) return;
    if (event.type === "keydown" && (event.key === "Tab" || event.ctrlKey || event.metaKey)) {
      if (event.key !== "Enter") return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.refuse(event);
  }

  /**
   * What a part does with a hand that it cannot take.
   * @param {Event} _event
   */
  refuse(_event) {}

  /**
   * Do `act`; where what had the focus is then gone or shut, go on at the first button if that has
   * stayed, else where the answer stands.
   * @param {() => void} act
   */
  keepPlace(act) {
    const had = /** @type {HTMLElement} */ (document.activeElement);
    const inside = this.root.contains(had);
    /** @type {HTMLElement | null} */
    const first = this.root.querySelector(":scope > .aw-buttons > .aw-primary");
    act();
    if (!inside) return;
    const gone = !this.root.contains(had) || had.closest("[hidden]");
    if (!gone && !had.matches(":disabled, fieldset[disabled] *")) {
      // What was only moved to another place has lost the focus all the same.
      if (document.activeElement !== had) had.focus({ preventScroll: true });
      return;
    }
    const stays = first?.isConnected && first !== had && !first.closest("[hidden]");
    if (stays) first.focus();
    else this.goToMessage();
  }

  /** What has the focus is read out for that, and not once more as news; what still comes is. */
  goToMessage() {
    if (this.message.textContent !== this.saidThen) {
      this.message.setAttribute("aria-live", "off");
      setTimeout(() => this.message.setAttribute("aria-live", "polite"), read);
    }
    this.message.focus();
  }

  /** Tab goes on from what is said to what can be pressed next, although that stands above it. */
  leave(event) {
    /** @type {HTMLElement | null} */
    const next = this.root.querySelector(":scope > .aw-buttons > button");
    if (event.key !== "Tab" || event.shiftKey || event.target !== this.message || !next) return;
    if (this.message.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING) return;
    event.preventDefault();
    next.focus();
  }

  tell(sentence) {
    if (this.message.textContent === sentence) return;
    this.message.textContent = sentence;
    if (document.activeElement === this.message) this.message.scrollIntoView({ block: "nearest" });
  }
}

/** The function that shows such a part of a model in `el`, and returns what takes it away again. */
export const shown =
  (Kind) =>
  ({ model, el }, words) => {
    const view = new Kind(model, words);
    view.mount(el);
    return () => view.unmount();
  };
