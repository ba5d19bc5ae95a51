// What was typed about a need is saved when the page is left without a button: by a link, by closing the tab.
const form = () => document.getElementById("need-form"); // htmx puts a new one in its place
const BESIDE = ["csrfmiddlewaretoken", "idempotency_key", "version", "step", "run", "was_read", "dismissed", "capability_q", "organization_q"];
const typed = () => JSON.stringify([...new FormData(form())].filter(([name]) => !BESIDE.includes(name)));
const asLoaded = typed();
let done = false;

// A button that saves leads to another page: then nothing is left to do.
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) done = true;
});

addEventListener("pagehide", () => {
  // A conflict is for the person to settle: what is stored is not replaced unseen.
  if (done || document.getElementById("form-conflict") || typed() === asLoaded) return;
  done = true;
  const data = new FormData(form());
  data.set("action", `step:${data.get("step")}`);
  fetch(location.pathname, { method: "POST", body: data, keepalive: true, redirect: "manual" });
});

// What is typed while an answer is on its way stays; rows of requirements may have moved and are left as answered.
let asked = null;
let since = [];
const isKept = (field) => field.name && field.type !== "hidden" && field.type !== "submit"
  && !BESIDE.includes(field.name) && !field.name.startsWith("req-");
const stands = () => new Map([...form().elements].filter(isKept).map((field) => {
  const ticked = field.type === "radio" || field.type === "checkbox";
  return [ticked ? `${field.name}=${field.value}` : field.name, ticked ? field.checked : field.value];
}));
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (form()?.contains(event.target)) asked = stands();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  since = asked && form()?.contains(event.detail.target) ? [...stands()].filter(([name, value]) => asked.get(name) !== value) : [];
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const field of form()?.elements ?? []) {
    const [, value] = since.find(([name]) => name === field.name || name === `${field.name}=${field.value}`) ?? [];
    if (value === undefined || !isKept(field)) continue;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
  since = [];
});

// Gone back to: the page may be older by then than what is stored.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
