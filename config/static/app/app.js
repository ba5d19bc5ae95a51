// The shell's few keys: "/" goes to the search box, Escape closes a menu.
const box = () => document.querySelector("form.find input");
const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !typing(event.target) && box()) {
    event.preventDefault();
    box().focus();
  }
  if (event.key === "Escape") {
    event.target.closest?.(".tlp")?.blur();
    document.querySelectorAll(".drop[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  document.querySelectorAll(".drop[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// A server that refuses (4xx) answers with the form and its messages: show them instead of nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  const again = event.detail.xhr.getResponseHeader("HX-Reswap");
  if (again || [400, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
// Gone, or no longer theirs, since the page was loaded: show how things stand. Never after a GET, which the page repeats.
document.addEventListener("htmx:responseError", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig.verb !== "get" && [401, 403, 404].includes(xhr.status)) location.reload();
});
document.addEventListener("htmx:sendError", () => {
  document.getElementById("offline")?.removeAttribute("hidden");
});
// 503: the database had no time. Nothing was saved, what was typed is still here: the same advice.
document.addEventListener("htmx:afterOnLoad", (event) => {
  const told = event.detail.xhr.getResponseHeader("HX-Reswap");
  document.getElementById("offline")?.toggleAttribute("hidden", Boolean(told) || event.detail.xhr.status !== 503);
});

// Signing out takes along what a form kept in this browser until it is saved.
document.addEventListener("submit", (event) => {
  if (!event.target.matches('form[action$="/logout/"]')) return;
  Object.keys(localStorage).filter((name) => name.startsWith("draft:")).forEach((name) => localStorage.removeItem(name));
});
