// Keyboard shortcuts. Off while somebody types, with modifier keys, and when the reader has switched them off.

const STORE = "keys";
const PLACES = { h: "/", f: "/forum/", s: "/study/", i: "/inbox" };
const GO_WITHIN = 1500;
const HELP = "/help/keys";

let here = null;
let going = 0;

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector) => Array.from(document.querySelectorAll(selector));

export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch (error) {
    return null; // Storage is closed to us; then nothing is remembered.
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (error) {
    // As above.
  }
}

const isOff = () => remembered(STORE) === "off";

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** The things j and k walk over: posts on a thread, else rows of lists. */
function stops() {
  const posts = all("main .post[id]");
  return posts.length ? posts : all("main .ledger > li");
}

function stand(stop) {
  if (!stop) return;
  here = stop;
  const target = stop.matches(".post") ? stop : find("a[href]", stop) || stop;
  if (target === stop) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "nearest" });
}

/** Where the reader is: what has the focus, else what was walked to, else what stands at the top of the window. */
function current(list) {
  const focused = document.activeElement && document.activeElement.closest(".post[id], .ledger > li");
  if (focused && list.includes(focused)) return list.indexOf(focused);
  if (here && list.includes(here)) return list.indexOf(here);
  return -1;
}

function step(by) {
  const list = stops();
  const at = current(list);
  if (at < 0) stand(list.find((one) => one.getBoundingClientRect().bottom > 0) || list[0]);
  else stand(list[at + by]);
}

function nextUnread() {
  const list = stops();
  const line = find("main .newline");
  const isNew = (one) =>
    find(".unread, .new", one) !== null || (line && line.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = list.slice(current(list) + 1).find(isNew);
  if (next) stand(next);
  else press("[data-key=n]");
}

function press(selector, root = document) {
  const found = root && find(selector, root);
  if (found) found.click();
  return Boolean(found);
}

function post() {
  const list = all("main .post[id]");
  return list[current(list)] || null;
}

function reply() {
  if (press("a[href$='/reply']", post())) return;
  const box = find("form.composer textarea");
  if (box) box.focus();
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  n: nextUnread,
  r: reply,
  q: () => {
    // What is selected is quoted by the button that the selection has brought up.
    if (!press(".quoter:not([hidden])")) press("a[href$='/reply?quote']", post());
  },
  "/": () => {
    const box = find("#q") || find("#find");
    if (box) box.focus();
  },
  "?": showHelp,
  Escape: () => {
    here = null;
    if (document.activeElement) document.activeElement.blur();
  },
};

/** Whether a key may be a shortcut: not with modifiers, not below an open sheet, and not when they are switched off. */
export function isShortcut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
  return !isOff() && !find("dialog[open]");
}

function onKey(event) {
  if (!isShortcut(event) || isTyping(event.target)) return;
  if (going && Date.now() - going < GO_WITHIN && PLACES[event.key]) {
    event.preventDefault();
    location.assign(PLACES[event.key]);
    return;
  }
  going = event.key === "g" ? Date.now() : 0;
  const act = Object.prototype.hasOwnProperty.call(ACTS, event.key) && ACTS[event.key];
  if (!act) return;
  if (event.key !== "Escape") event.preventDefault();
  act();
}

/** Let the button of a sheet say and change whether shortcuts are on. */
function addSwitch(sheet) {
  const button = find("button[data-on]", sheet);
  if (!button) return;
  const show = () => {
    button.textContent = isOff() ? button.dataset.off : button.dataset.on;
  };
  button.addEventListener("click", () => {
    remember(STORE, isOff() ? "on" : "off");
    show();
  });
  show();
  button.parentNode.hidden = false;
}

async function showHelp() {
  if (!window.HTMLDialogElement) return location.assign(HELP);
  let dialog = find("dialog.sheet");
  if (!dialog) {
    dialog = await makeHelp().catch(() => null);
    if (!dialog) return location.assign(HELP);
    document.body.append(dialog);
    addSwitch(dialog);
  }
  if (!dialog.open) dialog.showModal();
}

/** Make the help sheet out of the page that says the same. */
async function makeHelp() {
  const answer = await fetch(HELP, { credentials: "same-origin" });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const keys = find("#keys", page);
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.setAttribute("aria-labelledby", "sheet-h");
  const title = document.createElement("h2");
  title.id = "sheet-h";
  title.textContent = find("h1", page).textContent;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn";
  close.textContent = keys.dataset.close;
  close.autofocus = true;
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, keys, close);
  return dialog;
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  const sheet = document.getElementById("keys");
  if (sheet) addSwitch(sheet);
}
