// Only what makes a working page pleasanter. Every page works without this file.
"use strict";

// A form is sent once: further presses do nothing until the answer, or until the person comes back to the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const pressed = event.submitter;
  if (pressed) setTimeout(() => { pressed.setAttribute("aria-disabled", "true"); pressed.setAttribute("aria-busy", "true"); });
});
function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((b) => { b.removeAttribute("aria-busy"); b.removeAttribute("aria-disabled"); });
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest("form"); if (form) free(form); });

// How far an upload is.
document.addEventListener("htmx:xhr:progress", (event) => {
  const box = event.target.querySelector("[data-sending]");
  if (!box || !event.detail.lengthComputable) return;
  const percent = Math.round(event.detail.loaded / event.detail.total * 100);
  box.hidden = false;
  box.querySelector("progress").value = percent;
  box.querySelector("[data-percent]").textContent = percent + "%";
});

// In a row to swipe, the place where one is stands in sight.
function inSight() {
  document.querySelectorAll(":is(.rooms, .tabs) [aria-current]").forEach((here) => {
    const row = here.closest(".rooms, .tabs"), at = here.getBoundingClientRect(), all = row.getBoundingClientRect();
    row.scrollLeft += at.left - all.left - (all.width - at.width) / 2;
  });
}
document.addEventListener("DOMContentLoaded", inSight);
window.addEventListener("resize", inSight);

// What went wrong is read first.
function focusErrors(root) { const box = root.querySelector("[data-focus]"); if (box) box.focus(); }
document.addEventListener("DOMContentLoaded", () => focusErrors(document));
document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));

// Escape folds an open dialog and gives the focus back. Keys of the desk press their button, never while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = event.target.closest("details.dialog[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])")) return;
  // While an input method is on, the key itself is hidden: the place on the keyboard tells it.
  const place = /^Key([A-Z])$/.exec(event.code || "");
  const key = event.key === "Process" && place ? place[1] : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const button = [...document.querySelectorAll("[data-key]")].find((b) => b.dataset.key === key && !b.disabled && b.getClientRects().length);
  if (button) { event.preventDefault(); button.click(); }
});
