// A PDF page by page: loaded on pages with a PDF alone. Without it, or where it fails, the words of the file are shown.
import { remembered } from "./keys.js";
import { clearMarks, markWords, wordsOf } from "./pdf-words.js";

const STORE = "pdf";
const SLOW = ["slow-2g", "2g", "3g"];
const AUTO_BYTES = 30e6;
const POINTS_MAX = 8e6; // Of one canvas: phones give a page no more memory.
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const SETTLED = 2000;

const box = document.getElementById("pdf");
const find = (name) => box.querySelector(name);

function remember(value) {
  try {
    localStorage.setItem(STORE, value);
  } catch (error) {
    // Storage is closed to us; then nothing is remembered.
  }
}

function isSlow() {
  const link = navigator.connection;
  return "saver" in box.dataset || Boolean(link && (link.saveData || SLOW.includes(link.effectiveType)));
}

/** The page that an address names: #page-3, as everywhere here, or #page=3, as PDF readers write it. */
function asked() {
  const found = /^#page[-=](\d{1,6})$/.exec(location.hash);
  return found ? Number(found[1]) : 0;
}

/** What was searched for, if the reader comes from a search of this site. */
function searched() {
  try {
    const from = new URL(document.referrer);
    return from.origin === location.origin && from.pathname === "/search" ? from.searchParams.get("q") || "" : "";
  } catch (error) {
    return "";
  }
}

class Reader {
  constructor(lib, pdf) {
    this.lib = lib;
    this.pdf = pdf;
    this.number = 0;
    this.zoom = 1;
    this.query = searched();
    this.turn = 0;
    this.texts = new Map();
    this.told = 0;
    this.view = find(".pdf-view");
    this.sheet = find(".pdf-sheet");
    this.words = document.getElementById("words");
    this.end = document.getElementById("end");
    this.input = find("[name=page]");
    this.say = find(".pdf-say");
    find("[name=find]").value = this.query;
    find("[data-total]").textContent = this.last;
    this.input.max = this.last;
    this.listen();
  }

  get last() {
    return this.pdf.numPages;
  }

  listen() {
    box.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button[data-do]");
      if (button) this[button.dataset.do]();
    });
    this.input.addEventListener("change", () => this.go(Number(this.input.value) || this.number));
    find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.search(find("[name=find]").value);
    });
    window.addEventListener("hashchange", () => asked() && this.isOpen && this.go(asked()));
    window.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("pagehide", () => this.tell());
    document.addEventListener("visibilitychange", () => document.hidden && this.tell());
    let width = 0;
    new ResizeObserver(() => {
      if (!this.isOpen || Math.abs(this.view.clientWidth - width) < 4) return;
      width = this.view.clientWidth;
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => this.draw(), 200);
    }).observe(this.view);
  }

  key(event) {
    const target = event.target;
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target instanceof Element && target.closest("input, textarea, select, summary, [contenteditable]")) return;
    const acts = { ArrowLeft: "back", ArrowRight: "forth", "+": "closer", "=": "closer", "-": "farther" };
    // A page that is wider than its window is moved with these keys.
    const isWide = this.view.scrollWidth > this.view.clientWidth + 1 && event.key.startsWith("Arrow");
    if (!acts[event.key] || (isWide && this.view.contains(document.activeElement))) return;
    event.preventDefault();
    this[acts[event.key]]();
  }

  back() {
    this.go(this.number - 1);
  }

  forth() {
    this.go(this.number + 1);
  }

  closer() {
    this.resize(ZOOMS.find((one) => one > this.zoom) || this.zoom);
  }

  farther() {
    this.resize(ZOOMS.filter((one) => one < this.zoom).pop() || this.zoom);
  }

  resize(zoom) {
    this.zoom = zoom;
    this.draw();
  }

  /** Show the pages in place of the words. */
  pages() {
    remember("pages");
    this.show(true);
    this.draw();
  }

  /** Show the words in place of the pages. */
  text() {
    remember("text");
    this.show(false);
  }

  show(isOpen) {
    this.isOpen = isOpen;
    this.words.hidden = isOpen;
    find(".pdf-open").hidden = !isOpen;
    find(".pdf-ask").hidden = isOpen;
    if (this.end) this.end.hidden = isOpen ? this.number < this.last : false;
  }

  async go(number) {
    const wanted = Math.min(Math.max(Math.round(number) || 1, 1), this.last);
    this.input.value = wanted;
    if (wanted === this.number) return;
    const isFirst = !this.number;
    // Where a file opens is no place that the reader turned to.
    if (isFirst) this.told = wanted;
    this.number = wanted;
    find("[data-do=back]").disabled = wanted === 1;
    find("[data-do=forth]").disabled = wanted === this.last;
    this.pointAtThreads();
    if (!isFirst) history.replaceState(history.state, "", `#page-${wanted}`);
    if (this.end) this.end.hidden = wanted < this.last;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), SETTLED);
    await this.draw();
    this.view.scrollTop = 0;
    if (!isFirst && box.getBoundingClientRect().top < 0) box.scrollIntoView({ block: "start" });
  }

  /** Let the way to the threads lead to those about the page that is shown. */
  pointAtThreads() {
    const link = find("[data-talk]");
    if (!link) return;
    link.href = link.dataset.talk + this.number;
    link.querySelector("b").textContent = JSON.parse(link.dataset.threads)[this.number] || "";
  }

  /** Keep on the server where the reader stopped. */
  tell() {
    if (!box.dataset.report || this.told === this.number || !navigator.sendBeacon) return;
    const data = new URLSearchParams({ csrf_token: box.dataset.csrf, page: String(this.number) });
    if (navigator.sendBeacon(box.dataset.report, data)) this.told = this.number;
  }

  async draw() {
    const turn = ++this.turn;
    if (this.drawing) this.drawing.cancel();
    const page = await this.pdf.getPage(this.number);
    if (turn !== this.turn) return;
    const plain = page.getViewport({ scale: 1 });
    const scale = (Math.max(this.view.clientWidth, 200) / plain.width) * this.zoom;
    const viewport = page.getViewport({ scale });
    const sharp = Math.min(window.devicePixelRatio || 1, 2, Math.sqrt(POINTS_MAX / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * sharp);
    canvas.height = Math.floor(viewport.height * sharp);
    const width = `${Math.floor(viewport.width)}px`;
    const height = `${Math.floor(viewport.height)}px`;
    canvas.style.width = width;
    canvas.style.height = height;
    this.drawing = page.render({ canvas, viewport, transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0] });
    try {
      await this.drawing.promise;
    } catch (error) {
      if (turn !== this.turn || error.name === "RenderingCancelledException") return;
      throw error;
    }
    if (turn !== this.turn) return;
    const layer = document.createElement("div");
    layer.className = "textLayer";
    this.sheet.style.width = width;
    this.sheet.style.height = height;
    this.sheet.style.setProperty("--total-scale-factor", String(scale));
    this.sheet.replaceChildren(canvas, layer);
    this.sheet.setAttribute("aria-label", this.sheet.dataset.label.replace("{page}", this.number));
    this.layer = new this.lib.TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
    await this.layer.render();
    if (turn === this.turn) this.mark();
  }

  mark() {
    clearMarks(this.layer.textDivs, this.layer.textContentItemsStr);
    const first = markWords(this.layer.textDivs, this.layer.textContentItemsStr, wordsOf(this.query));
    if (first && this.found) first.scrollIntoView({ block: "center", inline: "nearest" });
    this.found = false;
  }

  async textOf(number) {
    if (!this.texts.has(number)) {
      const content = await (await this.pdf.getPage(number)).getTextContent();
      this.texts.set(number, content.items.map((item) => item.str || "").join("").toLowerCase());
    }
    return this.texts.get(number);
  }

  /** Go to the next page that holds all the words. */
  async search(query) {
    const isNew = query !== this.query;
    this.query = query;
    const words = wordsOf(query);
    const turn = (this.searching = (this.searching || 0) + 1);
    if (!words.length) {
      this.say.textContent = "";
      return this.mark();
    }
    const from = isNew ? this.number - 1 : this.number;
    for (let step = 0; step < this.last; step += 1) {
      const number = ((from + step) % this.last) + 1;
      this.say.textContent = this.say.dataset.busy.replace("{page}", number);
      const text = await this.textOf(number);
      if (turn !== this.searching) return;
      if (words.every((word) => text.includes(word.replace(/\s/g, "")) || text.includes(word))) {
        this.say.textContent = "";
        this.found = true;
        return number === this.number ? this.mark() : this.go(number);
      }
    }
    this.say.textContent = this.say.dataset.nothing;
    return this.mark();
  }
}

let reader = null;

async function open() {
  const ask = find(".pdf-ask");
  const base = new URL(box.dataset.lib, location.href).href;
  ask.setAttribute("aria-busy", "true");
  try {
    const lib = await import(`${base}pdf.min.mjs`);
    lib.GlobalWorkerOptions.workerSrc = `${base}pdf.worker.min.mjs`;
    const pdf = await lib.getDocument({
      url: box.dataset.file,
      cMapUrl: `${base}cmaps/`,
      standardFontDataUrl: `${base}standard_fonts/`,
      wasmUrl: `${base}wasm/`,
      useWasm: false, // Our rules for scripts allow none; what it does is done by scripts.
      disableAutoFetch: true, // Only what is looked at is fetched.
      disableStream: true,
      enableXfa: false,
    }).promise;
    reader = new Reader(lib, pdf);
    reader.show(true);
    await reader.go(asked() || Number(box.dataset.page) || 1);
    // The place among the words, where the browser went, is hidden now.
    if (asked()) box.scrollIntoView({ block: "start" });
  } catch (error) {
    // An old browser, a lost network, a file that only others can draw: the words are there.
    find(".pdf-open").hidden = true;
    document.getElementById("words").hidden = false;
    ask.hidden = false;
    ask.textContent = ask.dataset.failed;
  }
  ask.removeAttribute("aria-busy");
}

if (box) {
  box.hidden = false;
  find("[data-start]").addEventListener("click", () => {
    if (reader) reader.pages();
    else {
      remember("pages");
      open();
    }
  });
  if (remembered(STORE) !== "text" && !isSlow() && Number(box.dataset.size) <= AUTO_BYTES) open();
}
