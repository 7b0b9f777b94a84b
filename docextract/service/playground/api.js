// The public API of the service, and nothing else of it.

const RETRIES = 3;

export class Problem extends Error {
  constructor(problem) {
    super(problem.detail);
    Object.assign(this, problem);
  }
}

export async function call(path, { body, signal, onWait } = {}) {
  const key = sessionStorage.getItem("key");
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(path, { method: body ? "POST" : "GET", body, headers, signal });
    if (response.ok) return response;
    const json = response.headers.get("Content-Type") === "application/problem+json";
    const problem = new Problem(json ? await response.json() : { status: response.status, code: "", detail: response.statusText });
    const pause = Number(response.headers.get("Retry-After"));
    if (response.status !== 503 || !pause || attempt === RETRIES) throw problem;
    onWait?.(pause);
    await new Promise((resolve) => setTimeout(resolve, 1000 * pause));
  }
}

export const getJson = async (path) => (await call(path)).json();

export async function extract(image, template, source, options) {
  const form = new FormData();
  form.append("image", image);
  if (source !== null) form.append("template", source);
  const query = template && source === null ? `?template=${encodeURIComponent(template)}` : "";
  return (await call(`v1/extract${query}`, { body: form, ...options })).json();
}

/** Every page of a document as it was read. */
export async function readPages(image) {
  const form = new FormData();
  form.append("image", image);
  const answer = await (await call("v1/read", { body: form })).json();
  return answer.pages ?? [answer];
}

/** A page, counted from 0, as a picture that every browser shows. */
export async function preview(image, page) {
  const form = new FormData();
  form.append("image", image);
  return (await call(`v1/preview?page=${page + 1}`, { body: form })).blob();
}
