// A room that is open: new events are fetched when the socket hints at them, and every so often without it. What is
// written waits in the browser until the server has it. The server numbers, decides and renders.
const room = document.getElementById("room");
const stream = document.getElementById("stream");
const form = document.getElementById("message");
const away = document.getElementById("away");
const typing = document.getElementById("typing");
const FLOOR = 15_000; // milliseconds between two questions, with or without a socket
const SLOWLY = 30_000;
const live = "live" in room.dataset;
const thread = room.dataset.thread;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
let last = Number(room.dataset.last);
let over = false;

// --- fetching ---
let running = null;
let again = false;

function fetchNew() {
  if (over) return null;
  again = Boolean(running);
  running ??= ask().finally(() => {
    running = null;
    if (again) fetchNew();
  });
  return running;
}

async function ask() {
  let more = true;
  while (more && !over) {
    const answer = await fetch(`${room.dataset.events}?after=${last}`, { cache: "no-store", signal: AbortSignal.timeout(SLOWLY) }).catch(() => null);
    if (answer && (answer.status === 404 || answer.redirected)) return gone();
    offline(!answer?.ok);
    if (!answer?.ok) return undefined;
    const told = await answer.json();
    told.events.forEach(take);
    reads(told.reads);
    more = told.more;
    if (told.events.length) seen();
  }
  return undefined;
}

function take(event) {
  if (event.seq <= last) return; // another answer brought it
  last = event.seq;
  if (event.key) drop(event.key);
  const made = document.createElement("template");
  made.innerHTML = event.html; // rendered, and escaped, by the server
  const line = made.content.firstElementChild;
  const standing = document.getElementById(line.id);
  if (standing) return standing.replaceWith(line);
  const here = live || (thread && line.querySelector(`[data-reply="${thread}"]`));
  if (event.target !== event.seq || !here) return undefined; // the line stands on another page
  document.querySelector("[data-empty]")?.remove();
  const below = stream.getBoundingClientRect().bottom - innerHeight < 400;
  stream.insertBefore(line, stream.querySelector(".unsent"));
  if (below || line.classList.contains("own")) line.scrollIntoView({ block: "nearest" });
  return undefined;
}

function reads(marks) {
  for (const place of stream.querySelectorAll("[data-read]")) {
    const count = marks.filter((seq) => seq >= Number(place.dataset.read)).length;
    place.textContent = count ? place.dataset.said.replace("{n}", count) : "";
  }
}

let marked = last;
async function seen() {
  if (document.hidden || !live || marked >= last) return;
  marked = last;
  const body = new URLSearchParams({ seq: last, csrfmiddlewaretoken: token() });
  await fetch(room.dataset.read, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => {});
}

function offline(is) {
  away.hidden = !is;
  if (is) for (const mark of room.querySelectorAll("[data-present]")) mark.hidden = true;
}

function gone() {
  over = true;
  const place = room.parentElement;
  place.replaceChildren(document.getElementById("room-gone").content.cloneNode(true));
  const heading = place.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  document.title = heading.textContent;
}

// --- the socket ---
const people = new Map([...room.querySelectorAll("[data-user]")].map((node) => [Number(node.dataset.user), node]));
const typers = new Map();

room.addEventListener("live", ({ detail }) => {
  if (over) return;
  if (detail.seq !== undefined) fetchNew();
  if (detail.present) for (const [pk, node] of people) node.querySelector("[data-present]").hidden = !detail.present.includes(pk);
  if (detail.typing && people.has(detail.typing)) {
    clearTimeout(typers.get(detail.typing));
    typers.set(detail.typing, setTimeout(() => { typers.delete(detail.typing); showTyping(); }, 4_000));
    showTyping();
  }
});
room.addEventListener("live-up", () => { fetchNew(); send(); });
room.addEventListener("live-down", () => fetchNew());
room.addEventListener("live-gone", () => fetchNew());

function showTyping() {
  const names = [...typers.keys()].map((pk) => people.get(pk).dataset.name);
  typing.textContent = names.length ? typing.dataset.said.replace("{names}", names.join("、")) : "";
}

// --- writing: what is not sent yet stands in the browser ---
const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(room.dataset.kept) ?? "[]");
  } catch {
    return [];
  }
};
const keep = (list) => {
  try {
    localStorage.setItem(room.dataset.kept, JSON.stringify(list));
  } catch {
    // A browser that keeps nothing: the list of this page has to do.
  }
};
let unsent = kept();
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function drop(key) {
  unsent = unsent.filter((one) => one.key !== key);
  keep(unsent);
  document.getElementById(`unsent-${key}`)?.remove();
}

function show(one) {
  const line = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
  line.id = `unsent-${one.key}`;
  line.querySelector(".said").textContent = one.text;
  line.querySelector("[data-again]").addEventListener("click", () => { one.refused = ""; look(one); send(); });
  line.querySelector("[data-drop]").addEventListener("click", () => { drop(one.key); form.elements.text.value ||= one.text; });
  document.querySelector("[data-empty]")?.remove();
  stream.append(line);
  look(one);
  line.scrollIntoView({ block: "nearest" });
}

function look(one) {
  const line = document.getElementById(`unsent-${one.key}`);
  if (!line) return;
  const state = line.querySelector("[data-state]");
  state.textContent = one.refused ? state.dataset.refused : state.dataset.waits;
  for (const button of line.querySelectorAll("button")) button.hidden = !one.refused;
  const why = line.querySelector("[data-why]");
  why.hidden = !one.refused;
  why.textContent = one.refused ?? "";
}

let sending = false;
async function send() {
  if (sending || over) return;
  sending = true;
  let next;
  while ((next = unsent.find((one) => !one.refused)) && (await sent(next)));
  sending = false;
}

// True where the server has it or has refused it; false where it could not be asked: it stays, in its order.
async function sent(one) {
  const body = new FormData();
  body.set("text", one.text);
  if (one.replyTo) body.set("reply_to", one.replyTo);
  body.set("csrfmiddlewaretoken", token());
  const headers = { Accept: "application/json", "Idempotency-Key": one.key };
  const answer = await fetch(room.dataset.post, { method: "POST", body, headers, signal: AbortSignal.timeout(SLOWLY) }).catch(() => null);
  if (answer && (answer.status === 404 || answer.redirected)) { gone(); return false; }
  offline(!answer || answer.status >= 500);
  if (answer?.ok) {
    const { seq } = await answer.json();
    if (seq <= last) drop(one.key); // it was there already, from before a reload
    fetchNew();
    return true;
  }
  if (!answer || answer.status >= 500 || answer.status === 429) return false;
  const { problems } = await answer.json().catch(() => ({ problems: { "": [String(answer.status)] } }));
  one.refused = Object.values(problems).flat().join(" ");
  keep(unsent);
  look(one);
  return true;
}

function submitted(event) {
  if (form.elements.file.files.length || (!live && !thread)) return; // a file cannot be kept: the form goes as it is
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text) return;
  const one = { key: newKey(), text, replyTo: form.elements.reply_to.value };
  unsent.push(one);
  keep(unsent);
  show(one);
  form.elements.text.value = "";
  if (!thread) reply("");
  send();
}

function reply(seq) {
  form.elements.reply_to.value = seq;
  form.querySelector("[data-replying]").hidden = !seq;
}

// --- calling somebody ---
const calls = document.getElementById("calls");
const names = [...new Set([...people.values()].flatMap((node) => [node.dataset.name, ...node.dataset.place.split("・")]))].filter(Boolean);

function offerCalls() {
  const box = form.elements.text;
  const begun = /[@＠]([^@＠\n]{0,20})$/.exec(box.value.slice(0, box.selectionStart));
  const found = begun ? names.filter((name) => name.startsWith(begun[1]) && name !== begun[1]).slice(0, 6) : [];
  calls.hidden = !found.length;
  calls.replaceChildren(...found.map((name) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: `@${name}` });
    button.addEventListener("click", () => {
      const end = box.selectionStart;
      box.setRangeText(`@${name} `, end - begun[0].length, end, "end");
      calls.hidden = true;
      box.focus();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

if (form) {
  let typed = 0;
  form.addEventListener("submit", submitted);
  form.elements.text.addEventListener("input", () => {
    offerCalls();
    if (Date.now() - typed < 2_500) return;
    typed = Date.now();
    room.dispatchEvent(new CustomEvent("live-say", { detail: { typing: true } }));
  });
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  stream.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || !live) return;
    if (/\d/.test(link.firstChild.textContent)) return; // there are answers: their page shows them
    event.preventDefault();
    reply(link.dataset.reply);
    form.elements.text.focus();
  });
  form.querySelector("[data-not-reply]").addEventListener("click", (event) => {
    if (thread) return;
    event.preventDefault();
    reply("");
  });
  unsent.forEach(show);
  send();
  setInterval(send, FLOOR);
}

// --- tabs of a phone ---
const tabs = room.querySelector(".room-tabs");
tabs.hidden = false;
room.classList.add("with-tabs");
room.dataset.shown = location.hash === "#people" ? "side" : "talk";
tabs.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tab]");
  if (!button) return;
  room.dataset.shown = button.dataset.tab;
  for (const one of tabs.querySelectorAll("[data-tab]")) one.setAttribute("aria-pressed", String(one === button));
});

if (live && !location.hash) stream.lastElementChild?.scrollIntoView({ block: "nearest" });
setInterval(() => { if (!document.hidden) fetchNew(); }, FLOOR);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { fetchNew(); seen(); } });
window.addEventListener("offline", () => offline(true));
window.addEventListener("online", () => { fetchNew(); send(); });
