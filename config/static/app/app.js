// The shell's few keys: "/" goes to the search box, Escape closes the name menu.
const box = () => document.querySelector("form.find input");
const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !typing(event.target) && box()) {
    event.preventDefault();
    box().focus();
  }
  if (event.key === "Escape") {
    document.querySelectorAll(".who[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  document.querySelectorAll(".who[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// A server that refuses (4xx) answers with the form and its messages: show them instead of nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:sendError", () => {
  document.getElementById("offline")?.removeAttribute("hidden");
});
document.addEventListener("htmx:afterOnLoad", () => {
  document.getElementById("offline")?.setAttribute("hidden", "");
});
