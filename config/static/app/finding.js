// The list of organizations: what was opened stays open while the list changes, and ticks to compare are counted.
const AT_MOST = 4;
const opened = new Map();
const picked = new Map();

const boxes = () => [...document.querySelectorAll('input[form="compare"]')];

function count() {
  const line = document.getElementById("picked");
  if (!line) return;
  const { none, some, more } = line.dataset;
  const said = picked.size > AT_MOST ? more : picked.size ? some.replace("%(count)s", picked.size) : none;
  if (line.textContent !== said) line.textContent = said;
}

// Organizations that were ticked on another page of the list still belong to the comparison.
function carry() {
  const form = document.getElementById("compare");
  const here = new Set(boxes().map((box) => box.value));
  form.replaceChildren(
    ...[...picked.keys()].filter((id) => !here.has(id)).map((id) => Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: id })),
  );
}

function tick() {
  boxes().forEach((box) => { box.checked = picked.has(box.value); });
  carry();
  count();
}

// Caught on its way down: the form around the list must not take a tick for a condition.
document.addEventListener("change", (event) => {
  if (event.target.getAttribute?.("form") !== "compare") return;
  event.stopPropagation();
  if (event.target.checked) picked.set(event.target.value, true);
  else picked.delete(event.target.value);
  count();
}, true);

document.addEventListener("htmx:beforeSwap", () => {
  document.querySelectorAll("#found details[id]").forEach((node) => opened.set(node.id, node.open));
});
document.addEventListener("htmx:afterSettle", () => {
  opened.forEach((open, id) => {
    const node = document.getElementById(id);
    if (node) node.open = open;
  });
  tick();
});

boxes().filter((box) => box.checked).forEach((box) => picked.set(box.value, true));
tick();
