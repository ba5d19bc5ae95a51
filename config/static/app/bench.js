// The workbench: what others do comes in by itself, members are carried with the mouse. Everything it does has a button.
const present = document.getElementById("present");
const said = document.getElementById("said");
const away = document.getElementById("away");
const out = document.getElementById("drag-out");
const bench = () => document.getElementById("bench");
const FLOOR = 15_000; // milliseconds between two questions, with or without a socket
const SLOWLY = 30_000;
const KEPT_LINES = 5;
let over = false;

// --- what is open or typed stays, whoever redraws the page ---
const dirty = (form) => form.elements.note.value !== form.elements.note.defaultValue;

let redrawing = false; // because of somebody else, not of a deed of one's own

function kept(old, fresh) {
  if (redrawing && old instanceof Element && old.matches(".options") && old.childElementCount) {
    const version = columnOf(fresh)?.querySelector("form[data-deeds] [name=version]");
    for (const field of version ? old.querySelectorAll("[name=version]") : []) field.value = version.value;
    return false;
  }
  if (!(old instanceof Element) || !old.matches("form[data-note]") || !(fresh instanceof Element)) return true;
  if (!dirty(old) || fresh.elements?.note?.defaultValue === old.elements.note.value) return true;
  const same = fresh.elements?.note?.defaultValue === old.elements.note.defaultValue;
  if (same) old.elements.version.value = fresh.elements.version.value; // somebody changed something else
  return false;
}

if (window.Idiomorph) {
  Object.assign(Idiomorph.defaults.callbacks, {
    beforeNodeMorphed: kept,
    beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
  });
}

// --- what others did ---
let running = null;
let again = false;

function look() {
  if (over) return null;
  again = Boolean(running);
  running ??= ask().finally(() => {
    running = null;
    if (again) look();
  });
  return running;
}

async function got(address, accept) {
  const headers = { Accept: accept };
  return fetch(address, { cache: "no-store", headers, signal: AbortSignal.timeout(SLOWLY) }).catch(() => null);
}

async function ask() {
  const last = Number(bench().dataset.last);
  const answer = await got(`${present.dataset.changes}?after=${last}`, "application/json");
  if (answer && (answer.status === 404 || answer.redirected)) return gone();
  away.hidden = Boolean(answer?.ok);
  if (!answer?.ok) return undefined;
  const told = await answer.json();
  if (told.last <= last) return undefined;
  if (await redraw()) told.events.filter((event) => !event.own && event.seq > last).forEach(tell);
  again ||= told.more;
  return undefined;
}

async function redraw() {
  const answer = await got(location.pathname + location.search, "text/html");
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bench");
  if (!page || Number(page.dataset.last) <= Number(bench().dataset.last)) return Boolean(page);
  page.querySelector("#outcome").replaceChildren();
  redrawing = true;
  Idiomorph.morph(bench(), page, { morphStyle: "outerHTML" });
  redrawing = false;
  htmx.process(bench());
  ready();
  return true;
}

function tell(event) {
  const line = document.createElement("p");
  line.textContent = event.sentence;
  said.append(line);
  while (said.children.length > KEPT_LINES) said.firstElementChild.remove();
  said.scrollTop = said.scrollHeight;
}

function gone() {
  over = true;
  const place = bench().parentElement;
  place.replaceChildren(document.getElementById("bench-gone").content.cloneNode(true));
  const heading = place.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  document.title = heading.textContent;
}

present.addEventListener("live", ({ detail }) => {
  if (detail.seq !== undefined && detail.seq !== Number(bench()?.dataset.last)) look();
  if (detail.present) for (const node of present.querySelectorAll("[data-user]")) node.hidden = !detail.present.includes(Number(node.dataset.user));
});
for (const name of ["live-up", "live-down", "live-gone"]) present.addEventListener(name, look);
setInterval(() => { if (!document.hidden) look(); }, FLOOR);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
window.addEventListener("online", look);
window.addEventListener("offline", () => { away.hidden = false; });

// --- carrying with the mouse ---
const CARRIED = "[data-member]:not([data-locked]), [data-newcomer]";
let carried = null;

function ready() {
  for (const node of bench().querySelectorAll("[data-member], [data-newcomer]")) {
    node.draggable = node.matches(CARRIED) && Boolean(bench().querySelector("form[data-deeds]"));
  }
}

const columnOf = (node) => node?.closest("[data-column]");

// What letting go here would do: [deed, organization, who comes instead], or null.
function meant(target) {
  if (!carried) return null;
  if (target.closest("#drag-out")) return carried.member ? { column: carried.column, deed: "drop", value: carried.id } : null;
  const column = columnOf(target);
  if (!column || column.querySelector(`[data-member="${CSS.escape(carried.id)}"]`)) return null;
  const member = target.closest("[data-member]");
  if (member && !("locked" in member.dataset)) return { column, deed: "swap", value: member.dataset.member, other: carried.id };
  return { column, deed: "add", value: carried.id };
}

function lit(target) {
  for (const node of document.querySelectorAll(".over")) node.classList.remove("over");
  const wanted = target && meant(target);
  if (!wanted) return false;
  const place = wanted.deed === "drop" ? out : wanted.deed === "swap" ? target.closest("[data-member]") : wanted.column;
  place.classList.add("over");
  return true;
}

document.addEventListener("dragstart", (event) => {
  const node = event.target.closest?.(CARRIED);
  if (!node || !node.draggable) return;
  carried = { id: node.dataset.member ?? node.dataset.newcomer, member: "member" in node.dataset, column: columnOf(node) };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", carried.id);
  setTimeout(() => { out.hidden = !carried?.member; }); // a change of the page at once would end the drag
});
document.addEventListener("dragover", (event) => { if (carried && lit(event.target)) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  const wanted = meant(event.target);
  if (!wanted) return;
  event.preventDefault();
  const form = wanted.column.querySelector("form[data-deeds]");
  for (const field of form.querySelectorAll("[data-carried]")) field.remove();
  for (const [name, value] of [[wanted.deed, wanted.value], ["other", wanted.other]]) {
    if (value === undefined) continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    field.dataset.carried = "";
    form.append(field);
  }
  form.requestSubmit();
});
document.addEventListener("dragend", () => { carried = null; out.hidden = true; lit(null); });
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!bench()) return;
  ready();
  const done = detail.elt.id === "bench" && document.getElementById("outcome").dataset.at;
  if (done) document.getElementById(done)?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
ready();
