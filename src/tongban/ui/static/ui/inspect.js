// An inspection where there may be no network: what was filled in stays in this device until it was sent, and is wiped then.
"use strict";

const STORE = "inspections";

function store(mode, work) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("tongban", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const asked = work(opening.result.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    };
  });
}
const KEY = location.pathname;
const kept = () => store("readonly", (s) => s.get(KEY));
const wipe = () => store("readwrite", (s) => s.delete(KEY));

// Every field by name; files as files. The token of the session is the page's own and never kept.
function read(form) {
  const found = [];
  for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken") found.push([name, value]);
  return found;
}

function put(form, found) {
  const files = new DataTransfer();
  for (const [name, value] of found) {
    if (value instanceof File) { if (value.size) files.items.add(value); continue; }
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type !== "file") field.value = value;
    }
  }
  const photos = form.querySelector("input[type=file]");
  if (photos && files.files.length) photos.files = files.files;
}

function begin(form) {
  const says = form.querySelector("[data-says]");
  const tell = (what) => { says.textContent = what ? says.dataset[what] : ""; says.hidden = !what; };
  let sending = false, waits = false;

  const keep = () => store("readwrite", (s) => s.put(read(form), KEY)).then(() => { if (!sending && !waits) tell("kept"); });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("pointerup", () => setTimeout(keep));

  async function send() {
    if (sending) return;
    sending = true;
    tell("sending");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      waits = false;
      if (answer.redirected) { await wipe(); location.assign(answer.url); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("main").replaceWith(page.getElementById("main"));
      ready(true);
    } catch {
      waits = true;
      tell("offline");
      setTimeout(() => { if (waits) send(); }, 15000);
    } finally { sending = false; }
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); keep().then(send, send); });
  window.addEventListener("online", () => { if (waits) send(); });

  const where = form.querySelector("[data-where]");
  if (where && navigator.geolocation) {
    where.hidden = false;
    where.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.elements.lon.value = coords.longitude.toFixed(6);
      where.querySelector("[data-here]").textContent = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ± ${Math.round(coords.accuracy)} m`;
      keep();
    }, () => { where.querySelector("[data-here]").textContent = where.dataset.nowhere; }, { enableHighAccuracy: true, timeout: 15000 }));
  }
}

// After a refusal the answered page shows what was typed; the photographs come back from what is kept.
async function ready(again) {
  const form = document.querySelector("form[data-inspection]");
  if (!form) return;
  const found = await kept().catch(() => null);
  if (found) put(form, found);
  if (again) document.querySelectorAll("[data-ink]").forEach(inkOn);
  begin(form);
  const wrong = document.querySelector("[data-focus]");
  if (again && wrong) wrong.focus();
}
document.addEventListener("DOMContentLoaded", () => ready(false));
