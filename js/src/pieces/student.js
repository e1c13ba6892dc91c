// The student code, shown and changeable, and the line that goes into a class's chat.

import { element, fill, uniqueId } from "./dom.js";

/** Under “Student code”; `ask(kind, told)` has the kernel do something, `say` tells the student. */
export class StudentCode {
  /**
   * @param {import("./model.ts").Words} words
   * @param {(kind: "code" | "class_code", told?: string) => void} ask
   * @param {(sentence: string) => void} say
   */
  constructor(words, ask, say) {
    this.words = words;
    this.say = say;
    const typed = uniqueId("code");
    const line = uniqueId("line");
    this.title = element("summary", {});
    this.typed = element("input", { id: typed, type: "text", autocomplete: "off", maxlength: 60 });
    this.line = element("input", { id: line, type: "text", readonly: true });
    this.buttons = [
      this.button(words.student_use, () => this.use(ask)),
      this.button(words.student_draw, () => ask("code", "")),
      this.button(words.student_class_code, () => ask("class_code")),
    ];
    this.copied = element(
      "div",
      { class: "aw-buttons", hidden: true },
      element("label", { for: line }, words.student_line),
      this.line,
      this.button(words.student_copy, () => this.copy()),
    );
    const [use, draw, classCode] = this.buttons;
    this.root = element(
      "details",
      { class: "aw-student" },
      this.title,
      element("p", { class: "aw-second" }, words.student_about),
      element(
        "div",
        { class: "aw-buttons" },
        element("label", { for: typed }, words.student_typed),
        this.typed,
        use,
        draw,
      ),
      element("div", { class: "aw-buttons" }, classCode),
      this.copied,
    );
  }

  button(label, act) {
    return element("button", { type: "button", class: "aw-button", onclick: act }, label);
  }

  /** @param {import("./model.ts").DeskModel} desk */
  show(desk) {
    this.title.textContent = fill(this.words.student_code, { code: desk.get("student") });
    const line = desk.get("class_code");
    this.copied.hidden = !line;
    this.line.value = line;
  }

  /** An empty box draws no code: that has a button of its own. */
  use(ask) {
    if (this.typed.value.trim()) ask("code", this.typed.value);
    else this.typed.focus();
  }

  async copy() {
    this.line.select();
    try {
      await navigator.clipboard.writeText(this.line.value);
      this.say(this.words.student_copied);
    } catch {
      this.say(this.words.student_not_copied);
    }
  }

  /** The kernel is gone: the code is still shown, and nothing more is made of it. */
  end() {
    for (const button of this.buttons) button.disabled = true;
  }
}
