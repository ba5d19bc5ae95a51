// The guided form saves what somebody types, and keeps it in the browser until it is saved. The server decides what is
// valid; here is only when to send, what to say, and the promise that nothing is lost.
const form = document.getElementById("case-form");
const said = document.getElementById("saved");
const key = form.dataset.kept;
const place = location.pathname; // a field is called "action": form.action would be that
const PAUSE = 1500;
const MONTH = 30 * 24 * 3600 * 1000;
let timer = 0;
let changes = 0; // counts what was typed
let sent = 0; // how much of it is saved
let running = null; // a save that waits for its answer
let halted = false; // somebody must decide first: a conflict, or nobody is signed in

for (const node of document.querySelectorAll(".only-script")) node.hidden = false;

// --- what is typed ---
const kept = (field) => !["csrfmiddlewaretoken", "autosave", "leaving"].includes(field);
const unkept = () => new Set([...form.querySelectorAll("[data-unkept]")].map((node) => node.name));
const entries = () => {
  const without = unkept();
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && kept(name) && !without.has(name));
};
const spoken = (list) => JSON.stringify(list.filter(([name]) => name !== "version" && name !== "seen" && name !== "overwrite"));
const asLoaded = spoken(entries());

let underway = ""; // what was sent and not answered yet: it may be saved all the same
const store = () => {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries: entries(), underway }));
  } catch {
    // A browser that keeps nothing: what is typed stands on the page, as without this file.
  }
};
const forget = () => {
  try {
    localStorage.removeItem(key);
  } catch {
    // as above
  }
};

// --- what it says ---
const tell = (text, bad = false) => {
  said.textContent = text;
  said.classList.toggle("is-bad", bad);
};
const stuck = (why) => tell(form.dataset.unsaved.replace("{why}", why), true);
const labelOf = (name) => {
  const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
  const label = field && (form.querySelector(`label[for="${CSS.escape(field.id)}"]`) ?? field.closest("fieldset")?.querySelector("legend"));
  return (label?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40);
};

const complain = (problems) => {
  for (const old of form.querySelectorAll(".errorlist.by-script")) old.remove();
  for (const field of form.querySelectorAll("[data-wrong]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("data-wrong");
  }
  for (const [name, texts] of Object.entries(problems)) {
    const field = name && form.querySelector(`[name="${CSS.escape(name)}"]`);
    const list = document.createElement("ul");
    list.className = "errorlist by-script";
    for (const text of texts) list.appendChild(Object.assign(document.createElement("li"), { textContent: text }));
    if (!field) {
      form.prepend(list);
      continue;
    }
    const group = field.type === "radio" || field.type === "checkbox" ? field.closest("fieldset") : null;
    if (group) group.appendChild(list);
    else field.after(list);
    field.setAttribute("aria-invalid", "true");
    field.dataset.wrong = "";
  }
};

// --- saving ---
const data = (more = {}) => {
  const body = new FormData(form);
  body.set("autosave", "1");
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return body;
};

const take = (answer, upTo) => {
  form.elements.version.value = answer.version;
  form.elements.seen.value = answer.seen;
  for (const [name, value] of Object.entries(answer.settled)) {
    const field = form.elements[name];
    if (field && changes === upTo) field.value = value;
  }
  for (const old of form.querySelectorAll(".errorlist:not(.by-script)")) old.remove();
  complain(answer.problems);
  const wrong = Object.keys(answer.problems);
  sent = upTo;
  if (wrong.length) {
    store();
    const names = wrong.map(labelOf).filter(Boolean).join("、");
    tell(form.dataset.partly.replace("{at}", answer.at).replace("{names}", names), true);
  } else {
    tell(`${form.dataset.saved} ${answer.at}`);
    if (changes === upTo) forget();
  }
};

const refuse = async (response) => {
  if (response.redirected || response.status === 403) return stuck(form.dataset.signedOut);
  if (response.status === 404) return stuck(form.dataset.gone);
  const told = await response.json().catch(() => ({}));
  halted = Boolean(told.conflict);
  return stuck(told.said ?? String(response.status));
};

// Resolves to false where the server could not be reached.
const send = async () => {
  const upTo = changes;
  tell(form.dataset.saving);
  underway = spoken(entries());
  try {
    const response = await fetch(place, { method: "POST", body: data(), headers: { Accept: "application/json" } });
    if (response.ok && !response.redirected) take(await response.json(), upTo);
    else await refuse(response);
    return true;
  } catch {
    stuck(form.dataset.offline);
    timer = setTimeout(save, 10 * PAUSE);
    return false;
  } finally {
    running = null;
    if (changes > upTo) later();
  }
};

const save = async () => {
  clearTimeout(timer);
  if (running) return running;
  if (halted || sent === changes) return true;
  running = send();
  return running;
};

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
};

const changed = (event) => {
  if (event.target.matches("[type=search]") && event.target.dataset.narrows) return;
  changes += 1;
  store();
  if (!halted) tell(form.dataset.wait);
  later();
};
form.addEventListener("input", changed);
form.addEventListener("change", (event) => {
  if (event.target.matches("select, [type=radio], [type=checkbox], [type=date]")) save();
});
form.addEventListener("focusout", save);
window.addEventListener("online", save);

// A button waits for a save that is under way, so that the page does not run into itself; without a connection it stays
// here, where the text is.
let submitting = false;
form.addEventListener("submit", async (event) => {
  if (submitting || !(running || sent < changes) || halted) {
    submitting = true;
    return;
  }
  event.preventDefault();
  const { submitter } = event;
  const reached = (await save()) && (await save());
  if (!reached) return;
  clearTimeout(timer);
  submitting = true;
  setTimeout(() => form.requestSubmit(submitter)); // while this event is going on, a browser would pass it over
});
window.addEventListener("pageshow", () => { submitting = false; });

// Leaving sends what is not saved yet; what the server refuses or never gets is still in the browser.
const leave = () => {
  const chosen = form.querySelector('input[name="other"]:checked');
  if (submitting || halted || (sent === changes && !chosen)) return;
  fetch(place, { method: "POST", body: data({ leaving: "1" }), keepalive: true }).catch(() => {});
};
window.addEventListener("pagehide", leave);

// --- what an earlier visit could not save ---
const rows = (list) => Math.max(0, ...list.map(([name]) => Number(/^name-(\d+)$/.exec(name)?.[1] ?? -1) + 1));

const fill = (list) => {
  const blank = form.querySelector("[data-adds]");
  while (blank && form.querySelectorAll('input[name^="name-"]').length < rows(list)) add(blank);
  const values = new Map();
  for (const [name, value] of list) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || !kept(field.name) || field.type === "submit" || "unkept" in field.dataset) continue;
    const wanted = values.get(field.name) ?? [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = wanted.includes(field.value);
    else if (field.name !== "row" && wanted.length) [field.value] = wanted;
  }
};

const restore = () => {
  let found = null;
  try {
    found = JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    forget();
  }
  if (!found) return;
  if (form.querySelector(".errorlist, [name=overwrite]") || spoken(found.entries) === asLoaded || Date.now() - found.at > MONTH) {
    if (!form.querySelector(".errorlist, [name=overwrite]")) forget();
    return;
  }
  const mine = found.underway === asLoaded; // what stands here is what this browser sent last: no conflict with itself
  const now = { version: form.elements.version.value, seen: form.elements.seen.value };
  fill(found.entries);
  if (mine) for (const [name, value] of Object.entries(now)) form.elements[name].value = value;
  document.getElementById("kept").hidden = false;
  changes += 1;
  count();
  later();
};

document.querySelector("[data-forget]").addEventListener("click", () => {
  forget();
  sent = changes;
  location.reload();
});

// --- rows, counters, boxes that are narrowed by words ---
const add = (button) => {
  const body = document.getElementById(button.dataset.to);
  const number = String(body.rows.length);
  const copy = document.getElementById(button.dataset.adds).content.cloneNode(true);
  for (const node of copy.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for"]) {
      if (node.hasAttribute(attribute)) node.setAttribute(attribute, node.getAttribute(attribute).replace(/-N$/, `-${number}`));
    }
  }
  body.append(copy);
  return body.rows[body.rows.length - 1];
};
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-adds]");
  if (!button) return;
  event.preventDefault();
  add(button).querySelector("input").focus();
});

const count = () => {
  for (const line of form.querySelectorAll("[data-count]")) {
    const field = document.getElementById(line.dataset.count);
    const n = [...field.value.trim()].length;
    line.textContent = line.dataset.said.replace("{n}", n).replace("{all}", field.dataset.longest);
    line.classList.toggle("is-over", n > Number(field.dataset.longest));
  }
};
form.addEventListener("input", count);

const plain = (text) => text.normalize("NFKC").toLowerCase();
for (const box of form.querySelectorAll("[data-narrows]")) {
  box.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(box.value).split(/\s+/).filter(Boolean);
    for (const group of form.querySelectorAll(`${box.dataset.narrows} [data-group]`)) {
      let shown = 0;
      for (const label of group.querySelectorAll("[data-words]")) {
        label.hidden = !label.querySelector(":checked") && !wanted.every((word) => plain(label.dataset.words).includes(word));
        shown += label.hidden ? 0 : 1;
      }
      group.hidden = !shown;
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// Ticking one name means choosing one by one.
form.addEventListener("change", (event) => {
  const kind = /^keys-(.+)$/.exec(event.target.name ?? "")?.[1];
  const how = kind && form.querySelector(`[name="how-${kind}"]:checked`);
  if (how && how.value !== "each" && how.value !== "RED") form.querySelector(`[name="how-${kind}"][value="each"]`).checked = true;
});

count();
restore();
