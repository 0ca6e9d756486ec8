// The desk's keys. Every page works without this file: links, boxes and buttons do the same.
"use strict";

const typing = (target) => target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");
const rowsOf = () => [...document.querySelectorAll("[data-row]")];
const shown = (element) => element.getClientRects().length > 0;

// J and K go through the rows; X ticks the one that is looked at; / goes to the search.
function move(step) {
  const rows = rowsOf();
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
  next.querySelector("a").focus();
}
function tick() {
  const row = document.activeElement.closest("[data-row]") || rowsOf()[0];
  const box = row && row.querySelector('input[name="pick"]');
  if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") {
    const form = event.target.closest("textarea") && event.target.form;
    const button = form && form.querySelector("button.primary, button");
    if (button) { event.preventDefault(); button.click(); }
    return;
  }
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const search = document.querySelector(`[data-focus-key="${CSS.escape(key)}"]`);
  if (search) { event.preventDefault(); search.focus(); return; }
  if (document.querySelector("[data-queue]") && "JKX".includes(key)) {
    event.preventDefault();
    if (key === "X") tick(); else move(key === "J" ? 1 : -1);
  } else if (/^[1-9]$/.test(key)) {
    const boxes = [...document.querySelectorAll(".phrases[open] input[data-phrase]")].filter(shown);
    if (boxes[key - 1]) { event.preventDefault(); boxes[key - 1].click(); }
  }
});

// How many are ticked.
document.addEventListener("change", (event) => {
  if (event.target.name !== "pick") return;
  const count = document.querySelectorAll('input[name="pick"]:checked').length;
  document.querySelectorAll("[data-count]").forEach((place) => { place.textContent = count || ""; });
});

// A phrase is put into the text, to be changed there; its articles into the articles. Without this file the server does it.
const lines = (area) => area.value.split("\n").filter((line) => line.trim());
function put(area, text, wanted) {
  if (!area) return;
  const kept = lines(area).filter((line) => line !== text);
  area.value = (wanted ? [...kept, text] : kept).join("\n");
}
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("input[data-phrase]").forEach((box) => {
    const fields = box.form.elements;
    if (box.checked) box.checked = lines(fields[box.dataset.into]).includes(box.dataset.phrase);
    box.removeAttribute("name");
    box.addEventListener("change", () => {
      put(fields[box.dataset.into], box.dataset.phrase, box.checked);
      const paper = box.dataset.paper && box.form.querySelector(`input[name="lines"][value="${CSS.escape(box.dataset.paper)}"]`);
      if (paper && box.checked) paper.checked = true;
      for (const article of box.dataset.cites.split("；").filter(Boolean)) put(fields.cites, article, box.checked);
    });
  });
});

// What a key unfolds is ready to be filled in; its phrases are open. What came open with a refusal leaves the focus there.
document.addEventListener("toggle", (event) => {
  const fold = event.target;
  if (!fold.open || !fold.matches(".desk aside .fold, .desk .more")) return;
  fold.querySelectorAll(".phrases").forEach((each) => { each.open = true; });
  if ("kept" in fold.dataset) { delete fold.dataset.kept; return; }
  const first = fold.querySelector("select, input:not([type=hidden]), textarea, button");
  if (first && first.tagName !== "TEXTAREA") first.focus(); else if (first) fold.querySelector("summary").focus();
}, true);

// What may not stay empty: the button that needs it leads to it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-needs]");
  if (!button) return;
  const area = button.form.elements[button.dataset.needs];
  if (area && !area.value.trim()) { event.preventDefault(); area.focus(); }
});
