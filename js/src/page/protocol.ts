// What page and kernel say to each other: every trait, press and message of every part.
//
// It stands twice: here, where TypeScript checks the page's code by it, and under the same names in
// alliance_widgets/widgets/page/protocol.py, by which the kernel checks what a page sends.
// tests/test_protocol.py holds both together.

export type Numbers = Record<string, number | null>;

/** What every press has: a number of its own, and that of the press it is made on top of. */
export interface Press {
  count: number;
  after?: number;
}

/** The traits of every part that has a view. */
export interface Kit {
  _part: string;
  _runtime: string;
  _hash: string;
  _unavailable: string;
  _desk: string;
  description: string;
}

/** The traits of every part that is pressed: the last press answered, and if it was taken. */
export interface Answers {
  _answered: number;
  _taken: boolean;
}

/** A button that sends its `kind`. */
export interface Button {
  kind: string;
  label: string;
  primary?: boolean;
  small?: boolean;
}

/** The gzipped bundle, and the sentences that it says itself. */
export interface RuntimeTraits {
  code: DataView;
  words: Record<string, string>;
}

/** A table by columns; `revision` grows when it changes. */
export interface Table {
  revision: number;
  columns: Record<string, any[]>;
}

/** A Vega-Lite or Vega form, its tables, and what stands over or in place of it. */
export interface ChartTraits extends Kit {
  _form: Record<string, any>;
  _tables: Record<string, Table>;
  _aside: string[];
  headline: string;
  message: string;
}

/** The value of the form's pick field at the place that was picked. */
export interface ChartMessage {
  pick: any;
}

/** One option of a choice. */
export interface Option {
  value: string;
  label: string;
  group?: string;
}

/** A native select; one that is `seldom` moved is folded away with others. */
export interface ChoiceItem {
  kind: "choice";
  name: string;
  label: string;
  options: Option[];
  seldom?: boolean;
}

/** A check box. */
export interface CheckItem {
  kind: "check";
  name: string;
  label: string;
}

/** A slider; `unit` is a sentence with {value} in it, `said` another for some of the values. `seldom` is as above. */
export interface RangeItem {
  kind: "range";
  name: string;
  label: string;
  low: number;
  high: number;
  step: number;
  unit: string;
  said?: Record<string, string>;
  disabled?: boolean;
  seldom?: boolean;
}

/** A box of one line, for at most so many signs. */
export interface TypedItem {
  kind: "typed";
  name: string;
  label: string;
  most: number;
}

/** A button. */
export interface ButtonItem {
  kind: "button";
  name: string;
  label: string;
  primary: boolean;
  done: string | null;
}

/** A button that asks for a file of at most so many bytes. */
export interface FileItem {
  kind: "file";
  name: string;
  label: string;
  accept: string;
  most_bytes: number;
}

export type Item = ChoiceItem | CheckItem | RangeItem | TypedItem | ButtonItem | FileItem;

/** What each choice, check box, slider and box says. */
export interface ControlsSets {
  _values: Record<string, any>;
}

/** A row of controls and the sentences under it. */
export interface ControlsTraits extends Kit, Answers, ControlsSets {
  _items: Item[];
  title: string;
  note: string;
  note_title: string;
  warning: string;
  warning_title: string;
  message: string;
}

/** A button by its name, with what is chosen; or a file, whose bytes are the buffer. */
export interface ControlsPress extends Press {
  name?: string;
  values?: Record<string, any>;
  file?: string;
}

/** What is asked back, and the answers to choose from; empty while nothing is asked. */
export interface Asks {
  text?: string;
  choices?: Button[];
}

/**
 * What is saved, what last happened to the file, and a compressed copy of it; whose it is, and what
 * was made to hand in and to pass on.
 */
export interface DeskTraits {
  status: string;
  message: string;
  refused: boolean;
  unsaved: boolean;
  public: boolean;
  idle_after: number;
  copy: DataView;
  file_name: string;
  most_bytes: number;
  student: string;
  asks: Asks;
  class_code: string;
  handed: DataView;
  handed_name: string;
  handed_count: number;
  answered: number;
  heard: number;
}

/**
 * Look at the file; I am here; a work file to merge, compressed, in the buffer; make what is handed
 * in, or the class code; or what was told: a choice, or a student code.
 */
export interface DeskMessage {
  kind: "look" | "ping" | "upload" | "choose" | "hand_in" | "class_code" | "code";
  count?: number;
  told?: string;
}

/** A table by columns, `_titles` of those that are shown, and a note above it. */
export interface FoldTraits extends Kit {
  title: string;
  note: string;
  _titles: Record<string, string>;
  _columns: Record<string, any[]>;
}

/** One thing to rate, and its scale. */
export interface RatedRow {
  name: string;
  low: number;
  high: number;
  step: number;
  label: string;
  sentence: string;
  low_word: string;
  high_word: string;
}

/** One statement behind a row. */
export interface RatedItem {
  name: string;
  low: number;
  high: number;
  step: number;
  label: string;
}

/** The statements behind the rows; empty for an instrument without. */
export interface Detail {
  note?: string;
  items?: RatedItem[];
}

/**
 * What stands in the page's form, for which session, and which change of it this is. In `value` and
 * `items` what is no number on the scale counts as unset. `handed_back` says that no hand entered it:
 * it was left over, and stands in the form again.
 */
export interface Typed {
  session?: number;
  place?: string;
  value?: Record<string, any>;
  items?: Record<string, any>;
  note?: string;
  change?: number;
  handed_back?: boolean;
}

/** What is typed; how often the hand has rested; whether a digit goes to the next row. */
export interface FormSets {
  _typed: Typed;
  _rested: number;
  fast_entry: boolean;
}

/** Rows to rate, what stands in them, and the sentences around them. */
export interface FormTraits extends Kit, Answers, FormSets {
  session: number;
  place: string;
  story: string;
  note: string;
  message: string;
  _note_warning: string;
  _value: Numbers;
  _items: Numbers;
  _rows: RatedRow[];
  _detail: Detail;
  _legend: string;
  _labels: Record<string, string>;
  finished: boolean;
  _buttons: Button[];
  _heard: number;
  _goes_on: boolean;
  offer: string;
}

/** A button of the form, with all that stood in it. */
export interface FormPress extends Press {
  kind: "save" | "blank" | "undo" | "skip";
  session: number;
  value: Record<string, any>;
  place?: string;
  items?: Record<string, any>;
  note?: string;
}

/** A column that can be corrected, and its scale. */
export interface RatedColumn {
  name: string;
  label: string;
  editable: true;
  low: number;
  high: number;
  step: number;
}

/** A column that follows from others. */
export interface ShownColumn {
  name: string;
  label: string;
  editable: false;
}

/** One session; `own` if it can be corrected. */
export interface GridRow {
  session: number;
  own: boolean;
  values: Numbers;
  note: string;
}

/** Whether the table is open. */
export interface GridSets {
  opened: boolean;
}

/** The sessions of a case. */
export interface GridTraits extends Kit, Answers, GridSets {
  title: string;
  message: string;
  _columns: (RatedColumn | ShownColumn)[];
  _rows: GridRow[];
}

/** A session to remove, or a number of it to correct: `value` in the column of that `name`. */
export interface GridPress extends Press {
  kind: "correct" | "remove";
  session: number;
  name?: string;
  value?: number | null;
}

/** What every question has; `levels` (name, label) ask how sure, if there are any. */
export interface Ask {
  text: string;
  levels: [string, string][];
  sure?: boolean;
}

/** One of the options. */
export interface ChoiceAsk extends Ask {
  kind: "choice";
  options: string[];
}

/** One of the sessions. */
export interface SessionAsk extends Ask {
  kind: "session";
  sessions: number[];
}

/** As many of the options (name, label) as apply. */
export interface SeveralAsk extends Ask {
  kind: "several";
  options: [string, string][];
}

/** For each of the rows (name, text) one level (name, label). */
export interface RowsAsk extends Ask {
  kind: "rows";
  rows: [string, string][];
  levels_of: [string, string][];
}

/** Some sentences, in a box of so many lines. */
export interface TextAsk extends Ask {
  kind: "text";
  lines: number;
}

/** A number, in a unit. */
export interface NumberAsk extends Ask {
  kind: "number";
  unit: string;
}

/**
 * A line over sessions; `name` is written at the end of the rated one.
 *
 * Once that is there the heading is `done`, where that is not empty.
 */
export interface SketchAsk extends Ask {
  kind: "sketch";
  sessions: number[];
  name: string;
  yours: string;
  low: number;
  high: number;
  step: number;
  low_word: string;
  high_word: string;
  x_title: string;
  y_title: string;
  done: string;
}

/** A kind of mark, with its sign. */
export interface MarkKind {
  name: string;
  sign: string;
  label: string;
}

/** Marks of several kinds on sessions (number, spoken), or none. */
export interface MarksAsk extends Ask {
  kind: "marks";
  hint: string;
  none: string;
  sessions: [number, string][];
  kinds: MarkKind[];
}

/** One turn of a dialogue. */
export interface Turn {
  number: number;
  speaker: "client" | "therapist";
  who: string;
  text: string;
}

/** What can be chosen, and what it means; `family` of the markers that belong to one. */
export interface Code {
  value: string;
  label: string;
  meaning: string;
  family?: string;
}

/** A choice of codes; `empty` is what stands there before one is chosen. */
export interface Codes {
  name: string;
  label: string;
  empty: string;
  options: Code[];
}

/** A dialogue to read and to code. */
export interface DialogueAsk extends Ask {
  kind: "dialogue";
  setting: string;
  note: string;
  help: string;
  turns_label: string;
  turns: Turn[];
  begins: string;
  family: string;
  families: Code[];
  marker: Codes;
  strategy: Codes;
  source: string;
}

/** A dialogue up to where it stops, a box for what comes next, and statements on what is written. */
export interface WriteAsk extends Ask {
  kind: "write";
  setting: string;
  note: string;
  turns_label: string;
  turns: Turn[];
  box: string;
  help: string;
  most: number;
  counted: string;
  checks: string;
  rows: [string, string][];
  levels_of: [string, string][];
}

export type AnyAsk =
  | ChoiceAsk
  | SessionAsk
  | SeveralAsk
  | RowsAsk
  | TextAsk
  | NumberAsk
  | SketchAsk
  | MarksAsk
  | DialogueAsk
  | WriteAsk;

/** Where the author of a dialogue says that it begins. */
export interface Author {
  onset: number;
  says: string;
}

/** A place for files and for a text, by names of its labels; so many bytes at once. */
export interface IntakeTraits extends Kit, Answers {
  message: string;
  most_bytes: number;
  _labels: Record<string, string>;
}

/**
 * Files by name, whose bytes are the buffers; or a text, in the one buffer, with no name. `more` if
 * others of the same hand follow.
 */
export interface IntakePress extends Press {
  names: string[];
  more: boolean;
}

/**
 * What is said beside an answer, a row or, `at` nothing, a number; and whether it is right. Of a row
 * whose right choice may be told, that one too.
 */
export interface Mark {
  at: string;
  right: boolean;
  says: string;
  answer?: string;
}

/** What stands in the inputs, and how sure of it. */
export interface QuestionSets {
  _entered: any;
  _confidence: string;
}

/** What is asked, and what is said to the answer; `_truth` is a rated line, or an author's. */
export interface QuestionTraits extends Kit, Answers, QuestionSets {
  place: string;
  prediction: boolean;
  _saved: Record<string, any>;
  message: string;
  _ask: AnyAsk;
  _hints: string[];
  _buttons: Button[];
  _outcome: string;
  _marks: Mark[];
  _locked: boolean;
  _truth: (number | null)[] | Author | null;
}

/** A button under the question, with what stood in the inputs. */
export interface QuestionPress extends Press {
  kind: string;
  entered?: any;
  confidence?: string;
}

/** A cell that shows a shape and is read out in words. */
export interface Sign {
  sign: string;
  said: string;
  kind: string;
}

export type Cell = string | number | Sign | null;

/** A heading, a paragraph, or one in a softer ink. */
export interface Sentence {
  kind: "heading" | "text" | "note";
  text: string;
}

/** A table; the first cell of each row names it. */
export interface TableBlock {
  kind: "table";
  caption: string;
  signs: boolean;
  columns: Cell[];
  rows: Cell[][];
}

/** Blocks that are opened by who wants them. */
export interface FoldBlock {
  kind: "fold";
  summary: string;
  blocks: Block[];
}

/** A share with its interval (0 to 1); `said` is what stands beside it. */
export interface Bar {
  name: string;
  share: number;
  lower: number;
  upper: number;
  said: string;
}

/** What was counted, its bars, and a mark in words where there is one. */
export interface BarRow {
  label: string;
  mark: string;
  bars: Bar[];
}

/** Shares as bars, one row for each thing that was counted. */
export interface BarsBlock {
  kind: "bars";
  caption: string;
  rows: BarRow[];
}

export type Block = Sentence | TableBlock | FoldBlock | BarsBlock;

/** Blocks one under the other; `_large` for who sits far away. */
export interface ReportTraits extends Kit {
  _blocks: Block[];
  _label: string;
  _large: boolean;
}

/** Both ends of a scale. */
export interface Ends {
  low: number;
  high: number;
}

export type Verdict = "" | "hit" | "false_alarm" | "missed";

/**
 * One small line, `spoken` in short and by its `values`; `marks` are places on it, `planted` the
 * first and the last of a frame. Where what was tapped is judged, `said` begins with that in words.
 */
export interface Line {
  scores: number[];
  marks: number[];
  planted: number[];
  spoken: string;
  values: string;
  said: string;
  verdict: Verdict;
}

/** What somebody, or a rule, found, as the message has it too: “1 of 3” of each. */
export interface Score {
  who: string;
  hits: string;
  alarms: string;
}

/** The numbers of the tapped lines, from 1. */
export interface TapsSets {
  _tapped: number[];
}

/** Small lines to tap, and what became of it; nothing can be tapped where it is told. */
export interface TapsTraits extends Kit, Answers, TapsSets {
  place: string;
  _saved: Record<string, any>;
  message: string;
  _legend: string;
  _told: boolean;
  _settled: boolean;
  _lines: Line[];
  _scale: Ends;
  _score: Score[];
  _buttons: Button[];
}

/** A button under the lines, with what was tapped. */
export interface TapsPress extends Press {
  kind: string;
  tapped: number[];
}
