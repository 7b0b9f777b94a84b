// A text area for YAML that knows, by the JSON Schema of templates, what can be written where.

import { element } from "./fields.js";

const LINE_PX = 20;
const MOST = 40;

/** Where the caret is: the keys that lead there (`[]` for an element of a list), and the keys that are there already. */
export function contextAt(text, caret) {
  const lines = text.slice(0, caret).split("\n");
  const current = lines.pop();
  const path = [];
  const siblings = {};
  const isElement = /^\s*- /.test(current);
  let indent = /^\s*(?:- )?/.exec(current)[0].length;
  if (isElement) {
    path.push("[]");
    indent -= 2;
  }
  for (const line of lines.reverse()) {
    const match = /^(\s*)(- )?([^\s:#]+):\s*(\S*)/.exec(line);
    if (!match) continue;
    const [, margin, dash, key, value] = match;
    const depth = margin.length + (dash ? 2 : 0);
    const isBeside = depth === indent && !path.length;
    if (isBeside) siblings[key] = value;
    // The keys of a list's element end at its dash; a list may be as far to the left as the key that it belongs to.
    if (isBeside && dash) path.unshift("[]");
    else if (depth < indent || (depth === indent && path[0] === "[]" && !dash)) path.unshift(...(dash ? ["[]", key] : [key]));
    else continue;
    indent = margin.length;
  }
  const open = current.lastIndexOf("{");
  const isFlow = open > current.lastIndexOf("}");
  if (isFlow) {
    const owner = /^\s*(?:- )?([^\s:{[]+):\s/.exec(current.slice(0, open));
    if (owner) path.push(owner[1]);
    if (current.slice(0, open).trimEnd().endsWith("[")) path.push("[]");
    for (const [, key, value] of current.slice(open).matchAll(/([\w.]+):\s*([\w.]+)/g)) siblings[key] = value;
  }
  const piece = isFlow ? current.slice(Math.max(open, current.lastIndexOf(",")) + 1) : current;
  const key = /^\s*(?:- )?([\w.]+):\s*[\w.]*$/.exec(piece);
  return { path: key ? [...path, key[1]] : path, word: /[\w.]*$/.exec(current)[0], isValue: Boolean(key), siblings };
}

function resolve(schema, node) {
  while (node?.$ref) node = schema.$defs[node.$ref.split("/").at(-1)];
  return node;
}

/** The alternatives that a schema leaves at a node, those of a union that `find` decides on narrowed down. */
function alternatives(schema, node, siblings) {
  node = resolve(schema, node);
  if (!node) return [];
  const chosen = node.discriminator?.mapping?.[siblings[node.discriminator.propertyName]];
  if (chosen) return [resolve(schema, { $ref: chosen })];
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((each) => alternatives(schema, each, siblings))];
}

/** What can be written at the caret: `{name, text, detail}` each. */
export function completionsAt(schema, text, caret) {
  const { path, word, isValue, siblings } = contextAt(text, caret);
  let nodes = alternatives(schema, schema, siblings);
  for (const step of path) {
    const next = nodes.flatMap((node) =>
      step === "[]" ? [node.items, ...(node.prefixItems ?? [])] : [node.properties?.[step] ?? node.additionalProperties],
    );
    nodes = next.filter(isObject).flatMap((node) => alternatives(schema, node, siblings));
  }
  const offers = new Map();
  for (const node of nodes) {
    if (isValue) {
      for (const value of [...(node.enum ?? []), ...("const" in node ? [node.const] : []), ...(node.type === "boolean" ? [true, false] : [])])
        offers.set(String(value), { text: String(value), detail: "" });
    } else {
      for (const [name, child] of Object.entries(node.properties ?? {}))
        offers.set(name, { text: `${name}: `, detail: child.description ?? resolve(schema, child)?.description ?? "" });
    }
  }
  const fits = [...offers].filter(([name]) => name.startsWith(word) && name !== word && !(name in siblings));
  return { word, offers: fits.slice(0, MOST).map(([name, offer]) => ({ name, ...offer })) };
}

const isObject = (value) => value !== null && typeof value === "object";

export class Editor {
  constructor(area, list) {
    this.area = area;
    this.list = list;
    this.schema = null;
    this.offers = [];
    this.index = 0;
    this.isLeaving = false; // Escape makes the next Tab go on to what follows the editor
    area.addEventListener("input", () => this.suggest(false));
    area.addEventListener("keydown", (event) => this.#onKey(event));
    area.addEventListener("blur", () => this.#close());
    area.addEventListener("scroll", () => this.#close());
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) this.#accept([...list.children].indexOf(item));
    });
  }

  suggest(asked) {
    const { word, offers } = this.schema
      ? completionsAt(this.schema, this.area.value, this.area.selectionStart)
      : { word: "", offers: [] };
    this.offers = asked || word ? offers : [];
    this.word = word;
    this.index = 0;
    this.#draw();
  }

  #draw() {
    if (!this.offers.length) return this.#close();
    this.list.hidden = false;
    this.list.replaceChildren(
      ...this.offers.map(({ name, detail }, k) => {
        const item = element("li", { id: `completion-${k}` }, element("b", {}, name), element("small", {}, detail));
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(k === this.index));
        return item;
      }),
    );
    this.area.setAttribute("aria-activedescendant", `completion-${this.index}`);
    const lines = this.area.value.slice(0, this.area.selectionStart).split("\n");
    const style = getComputedStyle(this.area);
    const left = parseFloat(style.paddingLeft) + (lines.at(-1).length - (this.word?.length ?? 0)) * this.#columnPx();
    this.list.style.left = `${Math.max(4, Math.min(left - this.area.scrollLeft, this.area.clientWidth - this.list.offsetWidth - 4))}px`;
    this.list.style.top = `${parseFloat(style.paddingTop) + lines.length * LINE_PX - this.area.scrollTop + 2}px`;
    this.list.children[this.index]?.scrollIntoView({ block: "nearest" });
  }

  #columnPx() {
    const context = document.createElement("canvas").getContext("2d");
    context.font = getComputedStyle(this.area).font;
    return context.measureText("0").width;
  }

  #onKey(event) {
    const isLeaving = this.isLeaving;
    this.isLeaving = event.key === "Escape";
    if (event.ctrlKey && event.key === " ") {
      event.preventDefault();
      this.suggest(true);
    } else if (event.key === "Tab" && this.list.hidden && !event.shiftKey && !isLeaving) {
      event.preventDefault();
      this.area.setRangeText("  ", this.area.selectionStart, this.area.selectionEnd, "end");
    } else if (!this.list.hidden) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        this.index = (this.index + step + this.offers.length) % this.offers.length;
        this.#draw();
      } else if (event.key === "Enter" || event.key === "Tab") this.#accept(this.index);
      else if (event.key === "Escape") this.#close();
      else return;
      event.preventDefault();
    }
  }

  #accept(index) {
    const end = this.area.selectionStart;
    this.area.setRangeText(this.offers[index].text, end - this.word.length, end, "end");
    this.area.focus();
    this.#close();
  }

  #close() {
    this.offers = [];
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}
