// A form that is sent twice, by a second press or a second try, is done once: each submission of a page carries a key of
// its own, and the server gives the second the first one's reply. Forms of htmx stay on their page and carry none.
const FIELD = "idempotency_key";
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (new URL(form.action, location.href).origin !== location.origin || form.elements.namedItem(FIELD)) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: FIELD, value: key() });
  form.append(field);
});
// Gone back and sent again, it is another submission.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`input[name="${FIELD}"]`).forEach((field) => field.remove());
});
