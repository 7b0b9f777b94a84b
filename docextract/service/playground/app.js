// The playground: an image in, fields beside it, corrections out.

import { Problem, call, extract, getJson, preview, readPages } from "./api.js";
import { Editor } from "./editor.js";
import { element, showInk, showRecord } from "./fields.js";
import { rowsOf, save, setAt, templateTest, words } from "./record.js";

const $ = (id) => document.getElementById(id);
const ADVICE = {
  NO_DOCUMENT: () => "There is no text in this picture.",
  TOO_SMALL: () => "The print is too small. Go nearer.",
  TOO_BLURRY: () => "The picture is blurred. Hold still, and let the camera focus.",
  CUT_OFF: (side) => `The document is cut off at the ${side}.`,
  GLARE_OVER: (field) => `A reflection covers the ${words(field).toLowerCase()}. Tilt the document a little.`,
};
const PROBLEMS = {
  template_syntax: "The template has a mistake.",
  no_template_fits: "This is none of the documents it knows. Choose the nearest above, or write a template for it under Edit.",
};

const editor = new Editor($("source"), $("completions"));
const OWN = element("option", { value: "own" }, "Your own");
const isOwn = () => $("template").value === OWN.value;
const state = { image: null, page: 0, sheets: [], answer: null, base: "", bundled: "", own: null, running: null };
const SHOWN_BY_BROWSERS = /^image\/(jpeg|png|webp|gif|bmp)$/;

// Images

function takeImage(file) {
  if (!file) return;
  Object.assign(state, { image: file, page: 0, sheets: [] });
  $("picture").removeAttribute("src");
  $("ink").replaceChildren();
  $("pages").hidden = true;
  for (const id of ["viewer", "result", "another"]) $(id).hidden = false;
  if ($("welcome").contains(document.activeElement)) $("result").focus(); // the keyboard goes on where the values will be
  $("welcome").hidden = true;
  document.querySelector("main").classList.add("open");
  showPicture();
  run();
}

async function showPicture() {
  const { image, page } = state;
  try {
    const picture = page === 0 && SHOWN_BY_BROWSERS.test(image.type) ? image : await preview(image, page);
    if (image !== state.image || page !== state.page) return;
    URL.revokeObjectURL($("picture").src);
    $("picture").src = URL.createObjectURL(picture);
  } catch (error) {
    hidePicture();
    explain(error);
  }
}

/** Offers to choose another image where this one cannot be shown. */
function hidePicture() {
  $("viewer").hidden = true;
  $("welcome").hidden = false;
}

$("picture").addEventListener("error", hidePicture);

// Pages

function showPage() {
  const { page, sheets } = state;
  $("pages").hidden = sheets.length < 2;
  $("pages").querySelector("span").textContent = `Page ${page + 1} of ${sheets.length}`;
  $("previous").disabled = page === 0;
  $("next").disabled = page === sheets.length - 1;
  showInk($("ink"), sheets[page], page);
}

function turnTo(page) {
  if (page === state.page) return;
  state.page = page;
  showPage();
  showPicture();
}

$("previous").addEventListener("click", () => turnTo(state.page - 1));
$("next").addEventListener("click", () => turnTo(state.page + 1));

for (const input of document.querySelectorAll(".pick"))
  input.addEventListener("change", () => {
    takeImage(input.files[0]);
    input.value = "";
  });

document.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find(({ type }) => /^image\/|\/pdf$/.test(type));
  if (file) takeImage(file);
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  $("drop").classList.add("over");
});
document.addEventListener("dragleave", (event) => event.relatedTarget || $("drop").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").classList.remove("over");
  takeImage(event.dataTransfer.files[0]);
});

// Extraction

/** Tells those who do not see it: only a region that stays on the page is sure to be read out when it changes. */
function announce(text) {
  $("status").textContent = text;
}

function tell(text, isProblem = false) {
  announce(text);
  $("result").hidden = !text && !state.image;
  $("message").hidden = !text;
  $("message").textContent = text;
  $("message").classList.toggle("problem", isProblem);
}

async function run() {
  takeEdits();
  if (!state.image) return;
  state.running?.abort();
  const controller = (state.running = new AbortController());
  const sheet = document.querySelector(".sheet");
  sheet.classList.add("busy");
  $("found").hidden = $("advice").hidden = true;
  $("mistake").textContent = "";
  $("source").removeAttribute("aria-invalid");
  tell("Reading …");
  try {
    const answer = await extract(state.image, state.base, isOwn() ? state.own.source : null, {
      signal: controller.signal,
      onWait: (seconds) => tell(`The service is busy; trying again in ${seconds} s …`),
    });
    show(answer);
  } catch (error) {
    if (error.name === "AbortError") return;
    explain(error);
  }
  sheet.classList.remove("busy");
}

function explain(error) {
  tell(error instanceof Problem ? (PROBLEMS[error.code] ?? error.message) : "The service cannot be reached.", true);
  if (error.code === "unauthorized") {
    $("key-form").hidden = false;
    $("key").focus();
  }
  if (error.code === "template_syntax") {
    $("mistake").textContent = `Line ${error.line}, column ${error.column}: ${error.reason}`;
    $("source").setAttribute("aria-invalid", "true");
    announce($("mistake").textContent);
    const lines = $("source").value.split("\n").slice(0, error.line - 1);
    const start = lines.join("\n").length + (lines.length ? 1 : 0) + error.column - 1;
    showEditor(true); // it may have been closed, and is where the mistake is told
    $("source").setSelectionRange(start, start);
  }
}

function show(answer) {
  state.answer = answer;
  state.sheets = answer.pages ?? [answer];
  tell("");
  const parts = { form: $("fields"), absent: $("absent"), ink: $("ink"), sheet: document.querySelector(".sheet") };
  const count = showRecord(parts, answer.record, (path, value) => setAt(answer.record, path, value), turnTo);
  showPage();
  $("kind").textContent = words(answer.record.template.replace("/", ", "));
  $("count").textContent = `${count} ${count === 1 ? "value" : "values"}`;
  const advice = state.sheets.flatMap(({ capture }, page) =>
    capture.map((issue) => {
      const [code, where] = issue.split(/:(.*)/);
      return (state.sheets.length > 1 ? `Page ${page + 1}: ` : "") + ADVICE[code](where ?? "");
    }),
  );
  $("advice").replaceChildren(...advice.map((text) => element("li", {}, text)));
  $("advice").hidden = !advice.length;
  $("issues").replaceChildren(
    ...answer.record.issues.map(({ code, field, detail }) =>
      element("li", {}, [words(code), field && words(field.split(".").join(" ")).toLowerCase(), detail && `(${words(detail).toLowerCase()})`].filter(Boolean).join(" ")),
    ),
  );
  $("found").hidden = false;
  announce([`${$("kind").textContent}: ${$("count").textContent}.`, ...advice].join(" "));
}

// Moving between values

$("fields").addEventListener("submit", (event) => event.preventDefault()); // Enter in a form's only field sends it

$("found").addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing || event.target.localName !== "input") return;
  event.preventDefault();
  const inputs = [...$("found").querySelectorAll("input")].filter((input) => input.checkVisibility());
  const next = inputs[inputs.indexOf(event.target) + step];
  next?.focus();
  next?.select();
});

// Templates

/** Makes what was written a choice of its own, until it is what the package has. */
function takeEdits() {
  const source = $("source").value;
  if ($("editor").hidden || source === (isOwn() ? state.own.source : state.bundled)) return;
  if (source === state.bundled) OWN.remove();
  else {
    state.own = { base: state.base, source };
    $("template").append(OWN);
  }
  $("template").value = OWN.parentNode ? OWN.value : state.base;
}

async function showTemplate() {
  const { base } = state;
  const bundled = base ? await (await call(`v1/templates/${base}`)).text() : "";
  if (base !== state.base) return;
  state.bundled = bundled;
  $("source").value = isOwn() ? state.own.source : bundled;
  $("source").setSelectionRange(0, 0); // otherwise the focus shows its end
  $("source").placeholder = "version: 1\nfields:\n  …";
}

$("template").addEventListener("change", async () => {
  state.base = isOwn() ? state.own.base : $("template").value;
  if (!$("editor").hidden) await showTemplate();
  run();
});

$("edit").addEventListener("click", async () => {
  const open = $("editor").hidden;
  if (open) {
    editor.schema ??= await getJson("v1/template-schema");
    await showTemplate();
  }
  showEditor(open);
});

function showEditor(open) {
  $("editor").hidden = !open;
  $("edit").setAttribute("aria-expanded", String(open));
  if (open) $("source").focus();
}

$("apply").addEventListener("click", run);
$("revert").addEventListener("click", () => {
  $("source").value = state.bundled;
  run();
});

// Downloads

$("save-json").addEventListener("click", () =>
  save("record.json", "application/json", `${JSON.stringify(state.answer.record, null, 2)}\n`),
);

$("save-test").addEventListener("click", async () => {
  try {
    const rows = (await readPages(state.image)).flatMap(rowsOf);
    save("test.yaml", "application/yaml", templateTest("from the playground", rows, state.answer.record));
  } catch (error) {
    explain(error);
  }
});

// Beginning

async function start() {
  try {
    const { templates } = await getJson("v1/templates");
    const kinds = templates.filter((name) => !name.includes("/"));
    $("template").append(...kinds.map((name) => element("option", { value: name }, words(name))));
    if ($("key-form").contains(document.activeElement)) $("template").focus();
    $("key-form").hidden = true;
    tell("");
  } catch (error) {
    explain(error);
  }
}

$("key-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem("key", $("key").value);
  await start();
  run();
});

start();
