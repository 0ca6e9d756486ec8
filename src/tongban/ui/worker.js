// The service worker: the shell and one page for when there is no connection. Nothing personal is kept, unless the
// person said "this is my device": then receipts and certificates, in a cache of their own that signing out removes.
"use strict";
const SHELL = "shell-VERSION";
const MINE = "mine";
const OFFLINE = "/offline";
const FILES = FILES_LIST;
const KEPT = [/^\/cases\/[0-9A-Z]+\/receipt$/, /^\/space\/certificates$/];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([...FILES, OFFLINE])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// The network always comes first: what is kept is shown only when there is none.
self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => without(url)));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(fetch(request).catch(() => known(SHELL, url.pathname + url.search)));
});

async function known(name, path) {
  const found = await (await caches.open(name)).match(path);
  return found || Response.error();
}

async function without(url) {
  if (KEPT.some((path) => path.test(url.pathname)) && await caches.has(MINE)) {
    const found = await (await caches.open(MINE)).match(url.pathname);
    if (found) return found;
  }
  return known(SHELL, OFFLINE);
}

self.addEventListener("message", (event) => {
  const said = event.data || {};
  if (said.kind === "wipe") event.waitUntil(caches.delete(MINE).then(() => event.ports[0] && event.ports[0].postMessage("wiped")));
  if (said.kind === "keep") event.waitUntil(keep(said.path).then(() => event.ports[0] && event.ports[0].postMessage("kept")));
  if (said.kind === "dress") event.waitUntil(dress(said.dress));
});

async function keep(path) {
  if (!KEPT.some((each) => each.test(path))) return;
  const answer = await fetch(path, {credentials: "same-origin", redirect: "error"});
  if (answer.ok) await (await caches.open(MINE)).put(path, answer);
}

// The offline page speaks the language, and has the letters, of the pages around it.
async function dress(now) {
  const cache = await caches.open(SHELL), before = await cache.match("/.dress");
  if (before && await before.text() === now) return;
  await cache.put(OFFLINE, await fetch(OFFLINE, {credentials: "same-origin"}));
  await cache.put("/.dress", new Response(now));
}
