// The capability grid from the keyboard. htmx saves the lines; here are the keys, the state of a line while it is being
// saved, and the promise that leaving the page loses nothing.
const grid = document.getElementById("grid");
const help = document.getElementById("help");
const STANCES = { s: "strength", n: "neutral", w: "weakness" };
const lines = () => [...grid.querySelectorAll("form.rating")].filter((line) => !line.closest("[hidden]"));
const lineOf = (node) => node?.closest?.(".line")?.querySelector("form.rating") ?? null;
const chosen = (line, name) => line.querySelector(`input[name="${name}"]:checked`);
const writing = (node) => node.matches?.("textarea, input:not([type=radio])");

const focusOn = (line) => {
  (chosen(line, "level") ?? line.querySelector('input[name="level"]')).focus();
  line.closest(".line").scrollIntoView({ block: "nearest" });
};

// A line says both: who chooses one thing in an empty line leaves the other at its mildest.
const complete = (line) => {
  if (!chosen(line, "level")) line.querySelector('input[name="level"][value="0"]').checked = true;
  if (!chosen(line, "stance")) line.querySelector('input[name="stance"][value="neutral"]').checked = true;
};

const choose = (line, name, value) => {
  const input = line.querySelector(`input[name="${name}"][value="${value}"]`);
  if (input.checked && !line.closest(".is-starting")) return;
  input.checked = true;
  input.focus();
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
};

const move = (line, step) => {
  const all = lines();
  const next = all[all.indexOf(line) + step];
  if (next) focusOn(next);
};

// --- what one can observe at the level under the finger ---
const tell = (line, level) => {
  const said = level && document.getElementById(`lv-${level.value}`);
  line.querySelector(".observable").textContent = said ? said.textContent : "";
};
for (const kind of ["mouseover", "focusin"]) {
  grid.addEventListener(kind, (event) => {
    const level = event.target.closest(".dots label")?.querySelector("input");
    if (level) tell(lineOf(level), level);
  });
}
for (const kind of ["mouseout", "focusout"]) {
  grid.addEventListener(kind, (event) => {
    const line = event.target.closest(".dots") && lineOf(event.target);
    if (line) tell(line, chosen(line, "level"));
  });
}

// --- the state of a line: unsaved (typed, not sent), saving (sent, no answer yet), stuck (refused or not reached) ---
const busy = () => grid.querySelector("form.rating[data-unsaved], form.rating[data-saving]");
const deeds = new WeakMap();
let done = []; // ids of the changed lines, in the order of the changes: answers may come in another one
let undoing = false;

grid.addEventListener("input", (event) => {
  const line = lineOf(event.target);
  if (!line) return;
  complete(line);
  line.closest(".line").classList.remove("is-starting");
  line.dataset.unsaved = "";
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const line = lineOf(event.detail.elt);
  if (!line) return;
  const { id } = line.closest(".line");
  deeds.set(event.detail.xhr, id);
  const changes = event.detail.requestConfig.verb === "post" && event.detail.elt.dataset.undo === undefined;
  if (changes) done = [...done.filter((other) => other !== id), id];
  line.dataset.saving = "";
  if (event.detail.elt === line) delete line.dataset.unsaved;
  if (event.detail.requestConfig.verb === "post") line.querySelector(".saved").dataset.note = grid.dataset.saving;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const id = deeds.get(event.detail.xhr);
  const line = id && document.getElementById(id)?.querySelector("form.rating");
  if (!line) return;
  deeds.delete(event.detail.xhr);
  delete line.dataset.saving;
  delete line.dataset.stuck;
  delete line.querySelector(".saved").dataset.note; // htmx tells of a request through the button that sent it: it stays
  const { status } = event.detail.xhr;
  const told = status === 409 || status === 422;
  if (status !== 200) line.dataset.stuck = "";
  if (status !== 200 && !told) unsaved(line);
  if (document.activeElement === document.body) focusOn(line);
  if (undoing && !busy()) undo();
});

const unsaved = (line) => {
  const again = document.createElement("button");
  again.className = "btn small";
  again.textContent = grid.dataset.again;
  const said = document.createElement("strong");
  said.className = "error";
  said.textContent = grid.dataset.unsaved;
  line.querySelector(".saved").replaceChildren(said, " ", again);
};

// The last change first; what is still on its way is waited for.
const undo = () => {
  undoing = Boolean(busy());
  while (!undoing && done.length) {
    const button = document.getElementById(done.pop())?.querySelector('[data-undo]:not([data-undo="undone"])');
    if (button) return button.click();
  }
};

// Leaving sends what no request has taken yet; what somebody must decide first holds the page.
window.addEventListener("pagehide", () => {
  for (const line of grid.querySelectorAll("form.rating[data-unsaved], form.rating[data-saving]")) {
    navigator.sendBeacon(line.action, new FormData(line));
  }
});
window.addEventListener("beforeunload", (event) => {
  if (grid.querySelector("form.rating[data-stuck]")) event.preventDefault();
});

// --- keys ---
const open = (line) => {
  line.querySelector(".grounds").open = true;
  line.querySelector(".grounds textarea").focus();
};

const KEYS = {
  ArrowDown: (line) => move(line, 1),
  ArrowUp: (line) => move(line, -1),
  e: open,
  c: (line) => line.querySelector("[data-start]")?.click(),
};

const pressed = (key, line) => {
  if (/^[0-4]$/.test(key)) choose(line, "level", key);
  else if (key in STANCES) choose(line, "stance", STANCES[key]);
  else if (key in KEYS) KEYS[key](line);
  else return false;
  return true;
};

const anywhere = (event, key) => {
  if (key === "u" || (key === "z" && (event.ctrlKey || event.metaKey))) undo();
  else if (key === "?") help.open = !help.open;
  else return false;
  return true;
};

document.addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const line = lineOf(event.target);
  if (writing(event.target)) {
    if (line && key === "Escape") focusOn(line);
    return;
  }
  const combined = event.ctrlKey || event.metaKey || event.altKey;
  if (combined && key !== "z") return;
  const arrows = key.startsWith("Arrow") && !event.target.matches("input");
  const taken = anywhere(event, key) || (line && !combined && !arrows && pressed(key, line));
  if (taken) event.preventDefault();
});

// --- words that narrow the lines, while they are typed ---
const words = document.getElementById("words");
const found = document.getElementById("found");
const plain = (text) => text.normalize("NFKC").toLowerCase();

const narrow = () => {
  const wanted = plain(words.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const line of grid.querySelectorAll(".line")) {
    line.hidden = !wanted.every((word) => line.dataset.words.includes(word));
    if (!line.hidden) shown += 1;
  }
  for (const group of grid.querySelectorAll(".group")) group.hidden = !group.querySelector(".line:not([hidden])");
  found.textContent = shown ? found.dataset.some.replace("{n}", shown) : found.dataset.none;
};
words.addEventListener("input", narrow);
words.form.querySelector("button").hidden = true;
words.form.addEventListener("submit", (event) => event.preventDefault());
