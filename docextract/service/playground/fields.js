// Fields beside the picture: what lights up together, and what can be corrected.

import { leaves, words } from "./record.js";

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Shows a record; calls `correct(path, text)` for every value that is changed, `turnTo(page)` for one that is gone to. */
export function showRecord({ form, absent, ink, sheet }, record, correct, turnTo) {
  const required = new Set(record.issues.filter((issue) => issue.code === "missing").map((issue) => issue.field));
  const found = [...leaves(record)];
  const isShown = ({ path, value }) => value !== null || required.has(path) || /\.\d+\./.test(path);
  const fields = new Map(found.map((leaf) => [leaf.path, buildField(leaf, record.evidence[leaf.path], required, correct)]));
  form.replaceChildren(...layOut(found.filter(isShown), fields));
  const rest = found.filter((leaf) => !isShown(leaf));
  absent.hidden = !rest.length;
  absent.querySelector("summary").textContent = `${rest.length} ${rest.length === 1 ? "field is" : "fields are"} not on this document`;
  absent.querySelector("div").replaceChildren(...rest.map(({ path }) => fields.get(path)));
  drawInk(ink, record);
  connect({ ink, sheet }, fields);
  for (const [path, { page }] of Object.entries(record.evidence))
    fields.get(path)?.addEventListener("focusin", () => turnTo(page));
  return found.filter(({ value }) => value !== null).length;
}

function buildField({ path, value }, evidence, required, correct) {
  const name = path.split(".").filter((part) => !/^\d+$/.test(part)).at(-1);
  const input = element("input", { value: value ?? "", name: path, ariaLabel: words(path.replaceAll(".", " ")), spellcheck: false, enterKeyHint: "next" });
  input.placeholder = required.has(path) ? "not found" : "";
  const box = element("span", { className: "value" }, input);
  if (evidence) box.append(confidenceBar(evidence.confidence));
  const field = element("label", { className: "field" }, element("span", { className: "name" }, words(name)), box);
  field.classList.toggle("wide", /name|address|description/.test(name));
  field.dataset.path = path;
  if (evidence) {
    field.title = `read as “${evidence.raw}”, confidence ${evidence.confidence.toFixed(2)}`;
    box.append(element("span", { id: `reading-${path}`, className: "unseen" }, field.title));
    input.setAttribute("aria-describedby", `reading-${path}`);
  }
  input.addEventListener("input", () => {
    field.classList.toggle("corrected", input.value !== String(value ?? ""));
    correct(path, input.value === "" ? null : input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    input.value = value ?? "";
    input.dispatchEvent(new Event("input"));
  });
  return field;
}

function confidenceBar(confidence) {
  const fill = element("span");
  fill.style.width = `${100 * confidence}%`;
  const grade = confidence >= 0.9 ? "" : confidence >= 0.7 ? " fair" : " poor";
  return element("span", { className: `sure${grade}` }, fill);
}

/** Values of a part under its name, those of an element of a list side by side. */
function layOut(found, fields) {
  const out = [];
  let part = null;
  let row = null;
  for (const { path } of found) {
    const steps = path.split(".");
    const nextPart = steps.length > 1 ? steps[0] : null;
    if (nextPart !== part) out.push(nextPart ? element("h2", {}, words(nextPart)) : element("hr"));
    part = nextPart;
    const nextRow = /^\d+$/.test(steps[1]) && steps.length > 2 ? `${steps[0]}.${steps[1]}` : null;
    if (nextRow && nextRow !== row) out.push(element("div", { className: "row" }));
    row = nextRow;
    (row ? out.at(-1) : { append: (field) => out.push(field) }).append(fields.get(path));
  }
  for (const line of out.filter((made) => made.className === "row")) dropEmpty(line);
  return out;
}

/** In a row, only what some value was found for takes room. */
function dropEmpty(row) {
  for (const field of [...row.children]) if (!field.querySelector("input").value) field.remove();
}

/** Shows the ink of one page, in whose pixels it is. */
export function showInk(ink, { width, height }, page) {
  ink.setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const polygon of ink.children) polygon.toggleAttribute("hidden", Number(polygon.dataset.page) !== page);
}

function drawInk(ink, record) {
  ink.setAttribute("preserveAspectRatio", "none");
  ink.replaceChildren(
    ...Object.entries(record.evidence).flatMap(([path, evidence]) =>
      evidence.words.map((quad) => {
        const polygon = document.createElementNS(SVG, "polygon");
        polygon.setAttribute("points", quad.map((point) => point.join(",")).join(" "));
        Object.assign(polygon.dataset, { path, page: evidence.page });
        return polygon;
      }),
    ),
  );
}

/** Pointing at a value lights its ink up, and the other way round. */
function connect({ ink, sheet }, fields) {
  const light = (path) => {
    for (const polygon of ink.children) polygon.classList.toggle("lit", polygon.dataset.path === path);
    for (const [name, field] of fields) field.classList.toggle("lit", name === path);
    sheet.classList.toggle("dimmed", path !== null);
  };
  /** Back to the value that the caret is in, where there is one. */
  const rest = () => light([...fields].find(([, field]) => field.contains(document.activeElement))?.[0] ?? null);
  const bring = (node) => node?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const [path, field] of fields) {
    field.addEventListener("pointerenter", () => light(path));
    field.addEventListener("pointerleave", rest);
    field.addEventListener("focusin", () => light(path));
    field.addEventListener("focusout", () => light(null));
  }
  for (const polygon of ink.children) {
    const { path } = polygon.dataset;
    polygon.addEventListener("pointerenter", () => {
      light(path);
      bring(fields.get(path));
    });
    polygon.addEventListener("pointerleave", rest);
    polygon.addEventListener("click", () => fields.get(path)?.querySelector("input").focus({ preventScroll: true }));
  }
}
