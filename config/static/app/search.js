// The search page: what was opened stays open while the results change, the fields of a search that is being saved are
// no conditions, and a question that was typed to its end is remembered.
const opened = new Map();

const parts = () => document.querySelectorAll("#results details[id]");

// What is typed was asked for already; asked again as a whole question, it stands in the history, also where the next
// thing is a click that leaves the page.
function settle(form) {
  const asked = new URLSearchParams(new FormData(form));
  const headers = { "HX-Request": "true", "HX-Trigger": form.id };
  fetch(`${form.action}?${asked}`, { headers, keepalive: true }).catch(() => {});
}

// Caught on its way down: the form around would ask again, and the answer take away a tick that was set meanwhile.
document.addEventListener("change", (event) => {
  if (event.target.form?.id === "save-form") event.stopPropagation();
  if (event.target.id !== "cases-q") return;
  event.stopPropagation();
  settle(event.target.form);
}, true);

document.addEventListener("htmx:beforeSwap", () => parts().forEach((node) => opened.set(node.id, node.open)));
document.addEventListener("htmx:afterSettle", () => {
  parts().forEach((node) => {
    if (opened.has(node.id)) node.open = opened.get(node.id);
  });
});
