// The bell: how many notices wait, told over the person's socket and, while that is away, asked for now and then.
const bell = document.querySelector(".bell[data-socket]");
const FLOOR = 60_000;
let up = false;

function show(count) {
  const place = bell.querySelector("[data-said]");
  place.hidden = !count;
  place.textContent = count ? place.dataset.said.replace("{n}", count) : "";
}

async function ask() {
  if (up || document.hidden) return;
  const answer = await fetch(bell.dataset.unseen, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) show((await answer.json()).unseen);
}

if (bell) {
  bell.addEventListener("live-up", () => { up = true; });
  bell.addEventListener("live-down", () => { up = false; });
  bell.addEventListener("live-gone", () => { up = false; });
  bell.addEventListener("live", (event) => show(event.detail.unseen));
  setInterval(ask, FLOOR);
}
