// The capability grid from the keyboard: digits set the level, S/N/W the stance, arrows move between lines.
const STANCES = { s: "strength", n: "neutral", w: "weakness" };
const lines = () => [...document.querySelectorAll("form.rating")];

const choose = (line, name, value) => {
  const input = line.querySelector(`input[name="${name}"][value="${value}"]`);
  if (!input || input.checked) return;
  input.checked = true;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const move = (line, step) => {
  const all = lines();
  const next = all[all.indexOf(line) + step];
  (next?.querySelector('input[name="level"]:checked') ?? next?.querySelector("input[type=radio]"))?.focus();
};

document.addEventListener("keydown", (event) => {
  const line = event.target.closest("form.rating");
  if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-4]$/.test(event.key)) choose(line, "level", event.key);
  else if (event.key.toLowerCase() in STANCES) choose(line, "stance", STANCES[event.key.toLowerCase()]);
  else if (event.key === "ArrowDown") move(line, 1);
  else if (event.key === "ArrowUp") move(line, -1);
  else return;
  event.preventDefault();
});
