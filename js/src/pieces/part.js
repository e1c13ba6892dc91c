// What every part that asks the kernel has in common: it follows model and theme, waits, and says.

import { followTheme } from "./theme.js";

const patience = 700;

export class Part {
  constructor(model, words) {
    Object.assign(this, { model, words, count: 0 });
  }

  /** Stand in `host` and act on the model's events, until taken away. */
  follow(host, changes) {
    host.append(this.root);
    this.unfollow = followTheme(this.root);
    this.changes = changes;
    for (const [event, act] of Object.entries(changes)) this.model.on(event, act);
  }

  unmount() {
    for (const [event, act] of Object.entries(this.changes)) this.model.off(event, act);
    this.unfollow();
    this.desk?.unmount();
    clearTimeout(this.patience);
  }

  /** The number of a new request, beyond all that were answered. */
  requestNumber() {
    this.count = Math.max(this.count, this.model.get("_answered")) + 1;
    return this.count;
  }

  /** Say so when the kernel keeps us waiting. */
  wait() {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.tell(this.words.form_waiting), patience);
  }

  /** Whether the last request is answered; if so, the waiting is over. */
  heard() {
    if (this.model.get("_answered") < this.count) return false;
    clearTimeout(this.patience);
    return true;
  }

  tell(sentence) {
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
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
