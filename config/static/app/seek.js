// The search box of the shell as a combobox (ARIA APG, list autocomplete with manual selection): htmx fetches the
// offers, the arrows walk them, Enter opens the chosen one or sends the words, Escape closes.
const box = document.getElementById("find-q");
const list = document.getElementById("find-list");

const options = () => [...list.querySelectorAll('[role="option"]')];
const chosen = () => list.querySelector('[aria-selected="true"]');

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function show(open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function step(by) {
  const all = options();
  if (!all.length) return;
  show(true);
  const place = all.indexOf(chosen());
  // One place more than there are options: none is chosen there, and what was typed counts.
  const next = (place + 1 + by + all.length + 1) % (all.length + 1);
  choose(next ? all[next - 1] : null);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Escape: () => (list.hidden ? (box.value = "") : show(false)),
};

if (box && list) {
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !list.hidden && chosen()) {
      event.preventDefault();
      chosen().click();
    }
    if (!KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  list.addEventListener("htmx:afterSwap", () => show(document.activeElement === box && options().length > 0));
  box.addEventListener("input", () => {
    choose(null);
    if (!box.value.trim()) show(false);
  });
  box.addEventListener("focus", () => show(options().length > 0 && box.value.trim() !== ""));
  // A pointer takes the focus away before it clicks.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("blur", () => show(false));
}
