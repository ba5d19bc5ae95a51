// An open page of a case: says when it was updated, and is cleared when the reader may not see it any more.
// The socket brings hints only; while it is away the page asks over HTTP instead.
const place = document.querySelector("[data-watch]");
const GONE = 4403;
const FLOOR = 300_000; // milliseconds between two questions without a socket
const LONGEST = 60_000;
let mark = null;
let wait = 1_000;
let over = false;

const changed = () => place.querySelector("[data-changed]").removeAttribute("hidden");

function gone() {
  over = true;
  const main = place.parentElement;
  main.replaceChildren(place.querySelector("[data-gone]").content.cloneNode(true));
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
  document.title = heading.textContent;
}

async function ask() {
  if (over) return;
  const answer = await fetch(place.dataset.mark, { cache: "no-store" }).catch(() => null);
  if (over || !answer) return;
  if (answer.status === 404 || answer.redirected) return gone();
  if (!answer.ok) return;
  const now = (await answer.json()).mark;
  if (mark !== null && now !== mark) changed();
  mark = now;
}

function listen() {
  if (over) return;
  const socket = new WebSocket(new URL(place.dataset.watch, location.href.replace(/^http/, "ws")));
  socket.addEventListener("open", () => {
    wait = 1_000;
    ask(); // what happened while nobody listened
  });
  socket.addEventListener("message", () => {
    changed();
    ask();
  });
  socket.addEventListener("close", (event) => {
    if (event.code === GONE) return gone();
    ask();
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, LONGEST);
  });
}

if (place) {
  ask().then(listen);
  setInterval(ask, FLOOR);
}
