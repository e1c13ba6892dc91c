// A button that opens a few others under it, and takes no room while they are not wanted.

import { element, uniqueId } from "./dom.js";

/** A native button with what it opens: Escape and leaving close it, and so does a choice. */
export class Menu {
  /**
   * @param {string} label
   * @param {[string, () => void][]} choices
   */
  constructor(label, choices) {
    const id = uniqueId("menu");
    this.opener = element(
      "button",
      {
        ...{ type: "button", class: "aw-button", "aria-expanded": "false", "aria-controls": id },
        onclick: () => this.show(this.list.hidden),
      },
      label,
      element("span", { "aria-hidden": "true" }, " ▾"),
    );
    this.buttons = choices.map(([name, act]) =>
      element("button", { type: "button", class: "aw-button", onclick: () => this.choose(act) }, name),
    );
    this.list = element(
      "div",
      { class: "aw-menu", id, role: "group", "aria-label": label, hidden: true },
      ...this.buttons,
    );
    this.root = element(
      "div",
      {
        class: "aw-tools",
        onkeydown: (event) => (event.key === "Escape" ? this.shut(event) : this.walk(event)),
        onfocusout: ({ relatedTarget }) => this.root.contains(relatedTarget) || this.show(false),
      },
      this.opener,
      this.list,
    );
  }

  show(open) {
    this.list.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.list.scrollIntoView?.({ block: "nearest" });
  }

  choose(act) {
    this.opener.focus();
    this.show(false);
    act();
  }

  /** Arrows, Home and End go through what is open, and do not move the page. */
  walk(event) {
    const at = this.buttons.indexOf(event.target);
    const last = this.buttons.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (this.list.hidden || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.buttons[(to + last + 1) % (last + 1)].focus();
  }

  shut(event) {
    if (this.list.hidden) return;
    event.stopPropagation();
    this.choose(() => {});
  }
}
