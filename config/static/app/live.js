// Sockets that stay: every [data-socket] of the page is told of by its socket through events, `live` with what it said,
// `live-up`, `live-down` and `live-gone`; a `live-say` at it is sent. A socket brings hints only.
const GONE = 4403;
const FIRST = 1_000; // milliseconds before it is tried again, twice as many each time
const LONGEST = 8_000;
const PATIENCE = 5_000; // for the handshake: the first one after an outage may hang
const AT_FIRST = 20_000; // a page that loads has patience
const SIGNED_OUT = 60_000;
let leaving = false;

function stay(place) {
  const address = new URL(place.dataset.socket, location.href.replace(/^http/, "ws"));
  const told = (name, detail) => place.dispatchEvent(new CustomEvent(name, { detail }));
  let wait = FIRST;
  let patience = AT_FIRST;
  let socket = null;

  const open = () => {
    socket = new WebSocket(address);
    const opened = socket;
    const late = setTimeout(() => opened.close(), patience);
    patience = PATIENCE;
    opened.addEventListener("open", () => {
      clearTimeout(late);
      wait = FIRST;
      told("live-up");
    });
    opened.addEventListener("message", (event) => told("live", JSON.parse(event.data)));
    opened.addEventListener("close", (event) => {
      clearTimeout(late);
      if (leaving) return;
      told(event.code === GONE ? "live-gone" : "live-down");
      if (event.code === GONE) wait = SIGNED_OUT;
      setTimeout(open, wait * (0.75 + Math.random() / 2)); // not all at once, when a server comes back
      wait = event.code === GONE ? SIGNED_OUT : Math.min(wait * 2, LONGEST);
    });
  };
  place.addEventListener("live-say", (event) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(event.detail));
  });
  window.addEventListener("online", () => { wait = FIRST; });
  open();
}

window.addEventListener("pagehide", () => { leaving = true; });
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
setTimeout(() => document.querySelectorAll("[data-socket]").forEach(stay)); // after the modules that listen
