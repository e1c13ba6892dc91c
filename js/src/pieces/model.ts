// A widget's model as ipywidgets hands it to the page, with the traits and messages of its part.

import type { DeskMessage, DeskTraits, Kit, Press, RuntimeTraits } from "../page/protocol.ts";

/** What a page may read, set and send: `Traits` and `Sets` of the part, and its messages. */
export interface Model<Traits, Sets = object, Message = never> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Sets>(name: Name, value: Sets[Name]): void;
  save_changes(): void;
  send(content: Message | "runtime", callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  on(event: string, act: () => void): void;
  off(event: string, act: () => void): void;
  widget_manager: Manager;
}

/** Any model with a view: what has a desk, a runtime and a place on the page. */
export type KitModel = Model<Kit>;
export type DeskModel = Model<DeskTraits, object, DeskMessage>;
export type RuntimeModel = Model<RuntimeTraits>;

/** JupyterLab's keeper of a kernel's models, and the kernel where it shows it. */
export interface Manager {
  get_model(id: string): Promise<any>;
  kernel?: any;
}

/** A desk as a part holds it, folded or not. */
export interface DeskView {
  root: HTMLElement;
  mount(): void;
  unmount(): void;
  hold(sentence: string): void;
  end(): void;
  desk?: DeskModel;
  /** That the disk takes nothing; the form puts it above its rows. */
  refused?: HTMLElement;
}

/** What a part acts on: an event for each trait that it follows. */
export type Changes<Traits> = { [Name in keyof Traits as `change:${Name & string}`]?: () => void };

/** A press before it has its number. */
export type Unsent<Kind extends Press> = Omit<Kind, "count">;

/** The page's own sentences, by their names. */
export type Words = Record<string, string>;
