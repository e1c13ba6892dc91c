// Tables in prose: where a page is too narrow for one it moves in a box of its own, by key too.

import { element } from "../pieces/dom.js";

/**
 * Put each table of `root` in a box that can be scrolled once the table is wider than its page.
 * @param {Element} root
 * @param {string} name what the box is called then
 */
export function boxTables(root, name) {
  for (const table of root.querySelectorAll("table")) {
    const box = element("div", { class: "aw-table-box" });
    table.replaceWith(box);
    box.append(table);
    const fit = () => {
      const wide = table.offsetWidth > box.clientWidth;
      box.classList.toggle("aw-wide", wide);
      for (const [attribute, value] of [
        ["tabindex", "0"],
        ["role", "group"],
        ["aria-label", name],
      ])
        if (wide) box.setAttribute(attribute, value);
        else box.removeAttribute(attribute);
    };
    new ResizeObserver(fit).observe(box);
  }
}
