// The window's tools: papers by camera, a signature on the screen, printing. Without this file a plain upload does it all.
"use strict";

const PAGE = { type: "image/jpeg", quality: 0.9 };

// Papers by camera. What was taken lies in the file field itself, so that sending is the same as with chosen files.
class Scan {
  constructor(box) {
    this.box = box;
    this.files = box.querySelector("input[type=file]");
    this.camera = box.querySelector(".scan-camera");
    this.video = box.querySelector("video");
    this.list = box.querySelector(".scan-pages");
    this.opener = box.querySelector("[data-open]");
    this.pages = [];
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
    this.opener.hidden = false;
    this.opener.querySelector("button").addEventListener("click", () => this.open());
    box.querySelector("[data-take]").addEventListener("click", () => this.take());
    box.querySelector("[data-close]").addEventListener("click", () => this.close());
  }

  async open() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch {
      this.list.textContent = this.box.dataset.noCamera;
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.camera.hidden = false;
    this.opener.hidden = true;
    this.box.querySelector("[data-take]").focus();
  }

  close() {
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.camera.hidden = true;
    this.opener.hidden = false;
  }

  take() {
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    this.pages.push({ canvas, shown: canvas });
    this.show();
  }

  // Every page with a way to crop it (drag over it) and to take it away.
  show() {
    this.list.replaceChildren(...this.pages.map((page, at) => {
      const row = document.createElement("li"), drop = document.createElement("button");
      crop(page, () => this.show());
      drop.type = "button";
      drop.className = "linklike";
      drop.textContent = `${this.box.dataset.drop} ${this.box.dataset.page} ${at + 1}`;
      drop.addEventListener("click", () => { this.pages.splice(at, 1); this.show(); });
      row.append(page.shown, drop);
      return row;
    }));
    this.keep();
  }

  async keep() {
    const kept = new DataTransfer();
    for (const [at, page] of this.pages.entries()) {
      const bytes = await new Promise((done) => page.shown.toBlob(done, PAGE.type, PAGE.quality));
      kept.items.add(new File([bytes], `page-${at + 1}.jpg`, { type: PAGE.type }));
    }
    this.files.files = kept.files;
    this.box.dataset.kept = String(kept.files.length);
  }
}

// Drag over a page: what is inside stays.
function crop(page, then) {
  let from = null;
  const at = (event) => {
    const box = page.shown.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * page.shown.width, (event.clientY - box.top) / box.height * page.shown.height];
  };
  page.shown.onpointerdown = (event) => { from = at(event); page.shown.setPointerCapture(event.pointerId); };
  page.shown.onpointerup = (event) => {
    if (!from) return;
    const to = at(event), x = Math.min(from[0], to[0]), y = Math.min(from[1], to[1]);
    const width = Math.abs(from[0] - to[0]), height = Math.abs(from[1] - to[1]);
    from = null;
    if (width < page.shown.width / 10 || height < page.shown.height / 10) return;
    const cut = document.createElement("canvas");
    cut.width = width;
    cut.height = height;
    cut.getContext("2d").drawImage(page.shown, x, y, width, height, 0, 0, width, height);
    page.shown = cut;
    then();
  };
}

// A signature on the screen: black on white, so that nothing of it is lost when the picture is drawn anew.
function inkOn(box) {
  const canvas = box.querySelector("canvas"), field = box.querySelector("input[type=hidden]"), pen = canvas.getContext("2d");
  let drawing = false;
  const clean = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); field.value = ""; };
  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width * canvas.width, (event.clientY - area.top) / area.height * canvas.height];
  };
  box.querySelector(".ink-pad").hidden = false;
  clean();
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  canvas.addEventListener("pointerdown", (event) => { drawing = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener("pointermove", (event) => { if (!drawing) return; pen.lineTo(...at(event)); pen.stroke(); });
  canvas.addEventListener("pointerup", () => { if (drawing) field.value = canvas.toDataURL("image/png"); drawing = false; });
  box.querySelector("[data-clear]").addEventListener("click", clean);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-scan]").forEach((box) => new Scan(box));
  document.querySelectorAll("[data-ink]").forEach(inkOn);
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
});
