// The student's work as every widget of a page shares it: status, download, upload, idle sessions.

import { download, element, fill, listening } from "../pieces/dom.js";
import { StudentCode } from "../pieces/student.js";
import { followTheme } from "../pieces/theme.js";

const patience = 700;
const lookEvery = 5_000;
const pingEvery = 60_000;
const patienceWithServer = 30_000;
const megabyte = 1_000_000;

/** @import { DeskMessage } from "./protocol.ts" */
/** @import { DeskModel, KitModel, Words } from "../pieces/model.ts" */

/**
 * The model that carries the work; a page loaded beside a living kernel may have to ask for it.
 * @param {KitModel} model
 * @returns {Promise<DeskModel>}
 */
async function deskOf(model) {
  for (let turn = 0; ; turn += 1) {
    try {
      return await model.widget_manager.get_model(model.get("_desk"));
    } catch (fault) {
      if (turn > 300) throw fault;
      if (turn === 0) model.send("runtime");
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();

/**
 * Hand out the copy of the work that this page holds: it needs no kernel, so it always works.
 * @param {DeskModel} desk
 */
async function handOut(desk) {
  const content = await through(desk.get("copy"), new DecompressionStream("gzip"));
  download(desk.get("file_name"), new Blob([content], { type: "application/json" }));
  dispatchEvent(new Event("alliance-downloaded"));
}

/** @type {HTMLElement | undefined} */
let voice;

/** Which view of a desk its kernel answers: all parts of a page share the desk, and one of them asked. */
const asking = new WeakMap();

/** That the disk takes nothing is heard once, however many parts of a page keep work there. */
function callOut(sentence) {
  voice ??= document.body.appendChild(element("div", { class: "aw-voice", "aria-live": "polite" }));
  if (voice.dataset.said === sentence) return;
  voice.dataset.said = sentence;
  setTimeout(() => (voice.textContent = voice.dataset.said), listening);
}

/** Status, “Download my work” and “Upload my work”; `say` shows a sentence to the student. */
export class Desk {
  /** @type {DeskModel | undefined} */ desk;

  /**
   * @param {KitModel} model
   * @param {Words} words
   * @param {(sentence: string) => void} say
   */
  constructor(model, words, say, news = () => say(this.desk.get("message"))) {
    this.model = model;
    this.words = words;
    this.say = say;
    this.news = news;
    this.count = 0;
    this.status = element("p", { class: "aw-status" });
    this.file = element("input", {
      type: "file",
      accept: ".json,application/json",
      hidden: true,
      "aria-label": words.desk_upload,
      onchange: () => this.chosen(),
    });
    this.refusal = element("p", {});
    this.refused = element(
      "div",
      { class: "aw-refused aw-always", role: "group", "aria-label": words.desk_refused, hidden: true },
      this.refusal,
      this.button(words.desk_download, () => this.download()),
    );
    this.warning = element("div", { class: "aw-ask", role: "group", hidden: true });
    this.question = element("div", { class: "aw-ask", role: "group", hidden: true });
    this.code = new StudentCode(words, (kind, told) => this.ask(kind, told), say);
    this.root = element(
      "div",
      { class: "aw-desk aw-always" },
      element(
        "div",
        { class: "aw-buttons" },
        this.button(words.desk_download, () => this.download()),
        (this.uploader = this.button(words.desk_upload, () => this.askFirst())),
        (this.handIn = this.button(words.desk_hand_in, () => this.ask("hand_in"))),
        this.file,
      ),
      this.warning,
      this.question,
      this.status,
      this.code.root,
      (this.second = element("p", { class: "aw-second" }, words.desk_second)),
    );
  }

  button(label, act) {
    return element("button", { type: "button", class: "aw-button", onclick: act }, label);
  }

  async mount() {
    this.desk = await deskOf(this.model);
    if (this.gone) return;
    this.changes = {
      "change:status": () => this.show(),
      "change:unsaved": () => this.show(),
      "change:refused": () => this.show(),
      "change:message": () => this.hear(),
      "change:answered": () => this.answered(),
      "change:asks": () => this.showQuestion(),
      "change:student": () => this.code.show(this.desk),
      "change:class_code": () => this.code.show(this.desk),
      "change:handed_count": () => this.takeHanded(),
    };
    for (const [event, act] of Object.entries(this.changes)) this.desk.on(event, act);
    this.show();
    this.showQuestion();
    this.code.show(this.desk);
    if (!this.over) this.hear();
    this.leave = watch(this.desk, this.words, this.root.closest(".aw-work")?.parentElement ?? this.root);
  }

  unmount() {
    this.gone = true;
    clearTimeout(this.waiting);
    if (asking.get(this.desk) === this) asking.delete(this.desk);
    this.leave?.();
    for (const [event, act] of Object.entries(this.changes ?? {})) this.desk.off(event, act);
  }

  /** What is saved; while a part holds back more than that, or the kernel is gone, what is not. */
  show() {
    if (!this.desk) return;
    const { over, held } = this;
    this.status.textContent = over ? this.words.desk_over : held || this.desk.get("status");
    this.status.classList.toggle("aw-unsaved", Boolean(over || held || this.desk.get("unsaved")));
    this.showRefusal();
  }

  /** What is asked back: whose an uploaded file is, or whether texts are handed in as they stand. */
  showQuestion() {
    const { text, choices = [] } = this.desk?.get("asks") ?? {};
    this.question.hidden = this.over || !choices.length;
    if (this.question.hidden) return;
    const buttons = choices.map(({ kind, label }) => this.button(label, () => this.ask("choose", kind)));
    this.question.replaceChildren(
      element("p", {}, text),
      element("div", { class: "aw-buttons" }, ...buttons),
    );
    this.question.setAttribute("aria-label", text);
    if (this.asked) buttons[0].focus();
  }

  /** Something that the kernel does, for this view. */
  ask(kind, told) {
    if (!this.desk || this.over) return;
    this.asked = true;
    this.send(kind, [], told);
  }

  /** The zip that this view asked for goes to the computer's downloads. */
  takeHanded() {
    /** @type {any} */
    const zip = this.desk.get("handed");
    if (!this.asked || !zip?.byteLength) return;
    download(this.desk.get("handed_name"), new Blob([zip], { type: "application/zip" }));
  }

  /** That the disk takes nothing stands where the hand is, for as long as it is so. */
  showRefusal() {
    const refused = !this.over && this.desk.get("refused");
    const said = refused ? this.desk.get("status") : "";
    const isNew = refused && this.refusal.textContent !== said;
    this.refusal.textContent = said;
    this.refused.hidden = !refused;
    if (isNew) this.news();
    callOut(said);
  }

  hold(sentence) {
    if (this.held === sentence) return;
    this.held = sentence;
    this.show();
  }

  /** The kernel is gone: the copy in this page is still there, and nothing can be brought in. */
  end() {
    this.over = true;
    clearTimeout(this.waiting);
    this.uploader.disabled = this.handIn.disabled = true;
    this.code.end();
    this.question.hidden = true;
    this.show();
  }

  /** What became of what was asked here stands here, alone; of what nobody asked for it is news. */
  hear() {
    const message = this.desk.get("message");
    const asked = asking.get(this.desk);
    if (!message || (asked && asked !== this)) return;
    if (asked) this.say(message);
    else this.news();
  }

  async download() {
    if (!this.desk) return;
    if (!this.desk.get("copy").byteLength) this.say(this.words.desk_too_large);
    else {
      await handOut(this.desk);
      this.say(fill(this.words.desk_downloaded, { name: this.desk.get("file_name") }));
    }
  }

  /** On a public server first the rule, then the file. */
  askFirst() {
    if (!this.desk?.get("public")) {
      this.file.click();
      return;
    }
    const close = () => {
      this.warning.hidden = true;
      this.uploader.focus();
    };
    const go = this.button(this.words.desk_choose, () => {
      this.file.click();
      close();
    });
    this.warning.replaceChildren(
      element("p", { class: "aw-warning" }, this.words.desk_public),
      element("div", { class: "aw-buttons" }, go, this.button(this.words.desk_cancel, close)),
    );
    this.warning.setAttribute("aria-label", this.words.desk_public);
    this.warning.hidden = false;
    go.focus();
  }

  async chosen() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    const limit = this.desk.get("most_bytes");
    if (file.size > limit) {
      this.say(fill(this.words.desk_upload_too_large, { limit: limit / megabyte }));
      return;
    }
    try {
      const packed = await through(await file.arrayBuffer(), new CompressionStream("gzip"));
      this.asked = true;
      this.send("upload", [packed]);
    } catch (fault) {
      this.say(fill(this.words.desk_unreadable, { reason: fault.message }));
    }
  }

  /** @param {DeskMessage["kind"]} kind */
  send(kind, buffers = [], told = undefined) {
    this.count = Math.max(this.count, this.desk.get("answered")) + 1;
    asking.set(this.desk, this);
    const said = told === undefined ? {} : { told };
    this.desk.send({ kind, count: this.count, ...said }, undefined, buffers);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.say(this.words.part_waiting), patience);
  }

  answered() {
    if (!this.asked || this.desk.get("answered") < this.count) return;
    clearTimeout(this.waiting);
    this.hear();
    this.asked = false;
    if (asking.get(this.desk) === this) asking.delete(this.desk);
  }
}

/**
 * Where the work of a widget is kept: one line, with download and upload folded under it. Nothing
 * for a widget that keeps no work.
 */
export function foldedDesk(model, words) {
  if (!model.get("_desk")) return undefined;
  const said = element("p", { class: "aw-said", role: "status", "aria-live": "polite" });
  const desk = new Desk(model, words, (sentence) => {
    said.textContent = sentence;
    if (!root.open && root.parentElement?.contains(document.activeElement)) root.open = true;
  });
  desk.second.textContent = words.question_second;
  const root = folded(desk, words);
  root.append(said);
  // Where nothing was answered yet there is nothing to say of it; the page's first line stays.
  const settle = () => root.classList.toggle("aw-idle", !isAnswered(model.get("_saved")));
  return {
    root,
    mount: () => {
      settle();
      model.on("change:_saved", settle);
      return desk.mount();
    },
    unmount: () => {
      model.off("change:_saved", settle);
      desk.unmount();
    },
    hold: (sentence) => desk.hold(sentence),
    end: () => desk.end(),
  };
}

/**
 * A desk folded under its status.
 * @param {Desk} desk
 * @param {Words} words
 */
export function folded(desk, words) {
  const title = element("span", {}, `${words.question_work} `);
  const line = element("summary", {}, title, desk.status);
  return element("details", { class: "aw-work" }, line, desk.root);
}

/** Whether an answer is kept, of a part that keeps any; of others their own state tells. */
function isAnswered(saved) {
  if (!saved) return true;
  const { value } = saved;
  const parts = value !== null && typeof value === "object" ? Object.values(value) : [value];
  return parts.some((part) => part !== null && part !== undefined && part !== "");
}

const watched = new WeakMap();

/**
 * One watch per page and work: look at the file when the page is looked at, or the `part` that keeps
 * its work there comes into view (another lesson may have been in front); warn of idleness.
 */
function watch(desk, words, part) {
  const held = watched.get(desk) ?? { views: 0 };
  if (!held.views) Object.assign(held, startWatch(desk, words));
  held.views += 1;
  watched.set(desk, held);
  const shown = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && held.look());
  shown.observe(part);
  return () => {
    shown.disconnect();
    held.views -= 1;
    if (!held.views) held.stop();
  };
}

/** @param {DeskModel} desk @param {Words} words */
function startWatch(desk, words) {
  const stopped = new AbortController();
  const { signal } = stopped;
  let looked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const look = () => {
    if (document.visibilityState !== "visible") return;
    clearTimeout(later);
    const wait = looked + lookEvery - Date.now();
    if (wait > 0) later = setTimeout(look, wait);
    else {
      looked = Date.now();
      desk.send({ kind: "look" });
    }
  };
  addEventListener("focus", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
  const stop = desk.get("public") ? keepAwake(desk, words, signal) : () => {};
  return {
    look,
    stop: () => {
      clearTimeout(later);
      stopped.abort();
      stop();
    },
  };
}

/**
 * A public session ends when nothing has been heard from it for a while. While its tab is in front
 * the server hears of it every minute; from `idle_after` seconds without a hand on the page a
 * banner says what is about to happen, and offers the copy of the work that the page holds.
 */
function keepAwake(/** @type {DeskModel} */ desk, words, signal) {
  let lastHand = Date.now();
  let lastPing = Date.now();
  const text = element("p", {});
  const banner = element(
    "div",
    { class: "aw-banner", role: "status", hidden: true },
    text,
    element(
      "button",
      { type: "button", class: "aw-button aw-primary", onclick: () => handOut(desk) },
      words.desk_download,
    ),
    element("button", { type: "button", class: "aw-button", onclick: () => awake() }, words.desk_here),
  );
  document.body.append(banner);
  const unfollow = followTheme(banner);
  let silence;
  const awake = () => {
    lastHand = Date.now();
    banner.hidden = true;
  };
  const warn = (sentence) => {
    text.textContent = sentence;
    banner.hidden = false;
  };
  const heard = () => clearTimeout(silence);
  const ping = () => {
    lastPing = Date.now();
    clearTimeout(silence);
    silence = setTimeout(() => warn(words.desk_silent), patienceWithServer);
    desk.send({ kind: "ping" });
  };
  desk.on("change:heard", heard);
  const hand = () => {
    if (banner.hidden) lastHand = Date.now();
  };
  for (const kind of ["pointerdown", "keydown", "wheel"])
    addEventListener(kind, hand, { signal, capture: true, passive: true });
  const clock = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    const now = Date.now();
    const idle = now - lastHand;
    const enough = desk.get("idle_after") * 1000;
    if (now - lastPing >= Math.min(pingEvery, enough)) ping();
    if (banner.hidden && idle >= enough)
      warn(fill(words.desk_idle, { minutes: Math.max(1, Math.round(idle / 60_000)) }));
  }, 1000);
  return () => {
    clearInterval(clock);
    clearTimeout(silence);
    desk.off("change:heard", heard);
    unfollow();
    banner.remove();
  };
}
