// The portal's own help; every page works without it: the worker, what is kept on one's own device, drafts of a page.
"use strict";

const root = document.documentElement;
const worker = "serviceWorker" in navigator ? navigator.serviceWorker : null;

async function tell(message) {
  if (!worker) return;
  const registration = await worker.getRegistration();
  const active = registration && (registration.active || registration.waiting);
  if (!active) return;
  await new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    active.postMessage(message, [channel.port2]);
    setTimeout(done, 1500);
  });
}

if (worker && "worker" in root.dataset) worker.register(root.dataset.worker, {scope: "/", updateViaCache: "none"}).then(async () => {
  await worker.ready;
  await tell({kind: "dress", dress: root.lang + ("elder" in root.dataset ? "-large" : "")});
  if (!("signedIn" in root.dataset)) return;
  if (!("ownDevice" in root.dataset)) await tell({kind: "wipe"});
  else if ("keep" in document.body.dataset && navigator.onLine) await tell({kind: "keep", path: location.pathname});
}).catch(() => {});

// Signing out leaves nothing on the device, whatever the browser makes of Clear-Site-Data.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("leaves" in form.dataset) || form.dataset.wiped || !worker) return;
  event.preventDefault();
  form.dataset.wiped = "1";
  sessionStorage.clear();
  tell({kind: "wipe"}).finally(() => form.submit());
}, true);

// The offline page lists what is kept here.
document.addEventListener("DOMContentLoaded", async () => {
  const box = document.querySelector("[data-kept]");
  if (!navigator.onLine) document.querySelectorAll("[data-offline]").forEach((each) => { each.hidden = false; });
  if (!box || !("caches" in window) || !await caches.has("mine")) return;
  const cache = await caches.open("mine");
  for (const request of await cache.keys()) {
    const page = new DOMParser().parseFromString(await (await cache.match(request)).text(), "text/html");
    const entry = document.createElement("li"), link = document.createElement("a");
    link.href = new URL(request.url).pathname;
    link.textContent = (page.querySelector("[data-keep-as]") || page.querySelector("h1")).textContent.trim();
    entry.append(link);
    box.querySelector("[data-kept-list]").append(entry);
    box.hidden = false;
  }
});

// A file goes in parts (docs/reference/uploads.md): after a lost connection, or a reload, only what is missing is sent.
const PART = 256 * 1024;
const waits = (ms) => new Promise((done) => setTimeout(done, ms));
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const backOnline = () => navigator.onLine ? waits(1000) : Promise.race([new Promise((done) => addEventListener("online", done, {once: true})), waits(5000)]);

async function ask(address, how, patience) {
  for (;;) {
    try {
      const answer = await fetch(address, {...how, credentials: "same-origin", redirect: "manual", headers: {Accept: "application/json", "X-CSRFToken": token(), ...how.headers}});
      if (answer.status < 500 && answer.status !== 429) { patience(false); return answer; }
    } catch (lost) { /* said below, and tried again */ }
    patience(true);
    await backOnline();
  }
}

async function sendInParts(form, file) {
  const box = form.querySelector("[data-sending]"), bar = box.querySelector("progress"), percent = box.querySelector("[data-percent]");
  let lost = box.querySelector("[data-lost]");
  if (!lost) { lost = document.createElement("span"); lost.dataset.lost = ""; lost.setAttribute("role", "status"); box.append(lost); }
  const patience = (waiting) => { lost.textContent = waiting ? form.dataset.lost : ""; };
  const shown = (at) => { bar.value = Math.round(at / file.size * 100); percent.textContent = bar.value + "%"; };
  const mark = ["upload", form.dataset.parts, file.size, file.lastModified].join(" ");
  box.hidden = false;
  shown(0);
  let address = sessionStorage.getItem(mark), at = -1;
  if (address) {
    const known = await ask(address, {method: "HEAD"}, patience);
    if (known.ok) at = Number(known.headers.get("Upload-Offset"));
  }
  if (at < 0) {
    const begun = await ask(form.dataset.parts, {method: "POST", body: new URLSearchParams({name: file.name}), headers: {"Upload-Length": String(file.size)}}, patience);
    if (begun.status !== 201) return begun;
    address = begun.headers.get("Location");
    at = 0;
    sessionStorage.setItem(mark, address);
  }
  for (;;) {
    shown(at);
    const answer = await ask(address, {method: "PATCH", body: file.slice(at, at + PART), headers: {"Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at)}}, patience);
    const next = answer.headers.get("Upload-Offset");
    if (answer.headers.get("Upload-Complete")) { shown(file.size); sessionStorage.removeItem(mark); return answer; }
    if (!(answer.ok || answer.status === 409) || next === null) { sessionStorage.removeItem(mark); return answer; }
    at = Number(next);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target, input = form.querySelector && form.querySelector("input[type=file]");
  if (!form.dataset.parts || !input || !input.files.length || form.dataset.sending) return;
  event.preventDefault();
  form.dataset.sending = "1";
  sendInParts(form, input.files[0]).then((answer) => {
    if (answer.headers.get("Upload-Complete")) location.reload();
    else form.submit();  // the plain form says what is wrong, or asks to sign in
  });
}, true);

// A page that comes back out of the browser's memory may be over: it is asked for anew.
window.addEventListener("pageshow", (event) => { if (event.persisted && "signedIn" in root.dataset) location.reload(); });

// A page is printed by the browser; a position sorts places here and is sent nowhere.
document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
const locate = document.querySelector("[data-locate]");
const far = (a, b) => {
  const rad = Math.PI / 180, narrow = Math.cos((a.lat + b.lat) / 2 * rad);
  return 111.2 * Math.hypot((a.lon - b.lon) * narrow, a.lat - b.lat);
};
function nearestFirst(here) {
  const list = document.querySelector(".counters"), rows = [...list.children];
  const away = new Map(rows.map((row) => [row, far(here, {lon: Number(row.dataset.lon), lat: Number(row.dataset.lat)})]));
  rows.sort((a, b) => away.get(a) - away.get(b)).forEach((row) => {
    row.querySelector("[data-km]").textContent = locate.dataset.km.replace("{}", away.get(row).toFixed(1));
    list.append(row);
  });
}
if (locate && "geolocation" in navigator) {
  const said = document.querySelector("[data-located]");
  locate.hidden = false;
  document.querySelector("[data-locate-note]").hidden = false;
  locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    (found) => { said.textContent = ""; nearestFirst({lon: found.coords.longitude, lat: found.coords.latitude}); },
    () => { said.textContent = locate.dataset.failed; }, {maximumAge: 600000, timeout: 10000}));
}
