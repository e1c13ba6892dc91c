// Where a chart that is read by key is read: the mark in its drawing that a row of its table is.

const kinds = ["symbol", "rect", "text"]; // what one would point at, the first of them first

/** Every mark of a drawing, with where its group begins. */
function* marksOf(mark, x = 0, y = 0) {
  for (const item of mark.items ?? [])
    if (mark.marktype !== "group") yield { item, kind: mark.marktype, x, y };
    else for (const inner of item.items ?? []) yield* marksOf(inner, x + (item.x ?? 0), y + (item.y ?? 0));
}

/** Whether a mark's data say all numbers of the row, and nothing else of what both have. */
function isOf(datum, row, fields) {
  const numbers = fields.filter((field) => typeof row[field] === "number");
  const needed = numbers.length ? numbers : fields;
  if (!needed.every((field) => field in datum)) return false;
  return fields.every((field) => !(field in datum) || String(datum[field]) === String(row[field]));
}

/**
 * The box around the mark that shows `row`, in pixels from the drawing's origin; undefined without one.
 * @param {any} root of a view's scenegraph
 * @param {Record<string, unknown>} row
 * @param {string[]} fields
 */
export function boxOf(root, row, fields) {
  const found = [...marksOf(root)].filter(
    ({ item, kind }) =>
      kinds.includes(kind) && item.opacity !== 0 && item.datum && isOf(item.datum, row, fields),
  );
  found.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  const [first] = found;
  if (!first) return undefined;
  const { x1, y1, x2, y2 } = first.item.bounds;
  return { left: first.x + x1, top: first.y + y1, width: x2 - x1, height: y2 - y1 };
}
