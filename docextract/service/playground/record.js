// Records as trees: their values by path, and what is written to files from them.

const SHARED = new Set(["schema_version", "template", "evidence", "issues"]);

export const isTree = (value) => value !== null && typeof value === "object";

export function* leaves(tree, prefix = "") {
  for (const [name, value] of Object.entries(tree)) {
    if (prefix === "" && SHARED.has(name)) continue;
    if (isTree(value)) yield* leaves(value, `${prefix}${name}.`);
    else yield { path: prefix + name, value };
  }
}

export function setAt(tree, path, value) {
  const parts = path.split(".");
  const last = parts.pop();
  parts.reduce((part, name) => part[name], tree)[last] = value;
}

export const words = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** The page's lines as rows of print, cells apart by two spaces: the form that a template's tests have. */
export function rowsOf(page) {
  const lines = page.blocks.flatMap((block) => block.lines).map((line) => {
    const ys = line.quad.map((point) => point[1]);
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    return {
      text: line.words.map((word) => word.text).join(" "),
      x: Math.min(...line.quad.map((point) => point[0])),
      middle: (top + bottom) / 2,
      height: bottom - top,
    };
  });
  const rows = [];
  for (const line of lines.sort((a, b) => a.middle - b.middle)) {
    const row = rows.at(-1);
    if (row && Math.abs(row[0].middle - line.middle) < Math.min(row[0].height, line.height) / 2) row.push(line);
    else rows.push([line]);
  }
  return rows.map((row) => row.sort((a, b) => a.x - b.x).map((line) => line.text).join("  "));
}

/** YAML of a test: a double-quoted string of YAML is one of JSON. */
export function templateTest(name, rows, record) {
  const expected = [...leaves(record)].filter(({ value }) => value !== null && value !== "");
  return [
    "tests:",
    `  - name: ${JSON.stringify(name)}`,
    "    text: |",
    ...rows.map((row) => `      ${row}`),
    "    expect:",
    ...expected.map(({ path, value }) => `      ${path}: ${JSON.stringify(String(value))}`),
    "",
  ].join("\n");
}

export function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
