// What is being written is saved: on the server while somebody types, in this browser when the server is out of reach.
import { element, fill } from "./text.js";

const PAUSE = 3000;
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const PREFIX = "draft:";
const NOT_KEPT = ["csrf_token", "key", "place", "seen", "goes_on"];

const clock = (moment) => new Date(moment).toLocaleTimeString("en-GB");

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch (error) {
    return null; // Closed storage, or not ours.
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
    return true;
  } catch (error) {
    return false; // Full or closed.
  }
}

function forgetOld() {
  try {
    Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX))
      .filter((name) => !(Date.now() - (kept(name) || { at: 0 }).at < KEPT_FOR))
      .forEach((name) => localStorage.removeItem(name));
  } catch (error) {
    // Nothing is kept where storage is closed.
  }
}

/** Return name → value of what somebody typed or chose. */
function fieldsOf(form) {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !NOT_KEPT.includes(name)) found[name] = value;
  }
  return found;
}

function putBack(form, fields) {
  for (const name of Object.keys(fields)) {
    const control = form.elements[name];
    if (!control || control.type === "hidden") continue;
    control.value = fields[name]; // A list of radio buttons takes its value in the same way.
    if (control.dispatchEvent) control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Begin to save the texts of a form; what comes back is told when it is sent. */
export function drafts(form, area, say, words, me) {
  const place = form.dataset.place;
  const name = `${PREFIX}${me}:${place || form.getAttribute("action")}`;
  const now = () => JSON.stringify(fieldsOf(form));
  let saved = now();
  let timer = 0;
  let running = Promise.resolve();
  let over = false;

  const isDirty = () => !over && now() !== saved;
  // What an author left and is asked about must not be written over; the forum brings its drafts back by itself.
  const isAsked = () => form.dataset.drafts && document.querySelector("[data-offer]");
  const isAskedHere = () => isAsked() && form.querySelector("[data-offer]");
  const keepHere = () => keep(name, { at: Date.now(), fields: fieldsOf(form) });

  const save = async () => {
    if (!isDirty()) return;
    if (!place) {
      // The server keeps no drafts of this form; the browser does when there is nobody to send to.
      if (!navigator.onLine) say(keepHere() ? words.offline : words.not_kept);
      return;
    }
    if (isAsked()) {
      if (!isAskedHere()) say(keepHere() ? words.asked : words.not_kept);
      return;
    }
    const sent = now();
    const data = new URLSearchParams(fieldsOf(form));
    data.set("csrf_token", form.elements.csrf_token.value);
    data.set("place", place);
    const version = form.dataset.drafts && form.elements.goes_on;
    if (version) data.set("goes_on", version.value);
    try {
      const answer = await fetch(form.dataset.drafts || "/forum/drafts", {
        method: "POST",
        body: data,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { saved: moment } = await answer.json();
      saved = sent;
      if (version) version.value = moment;
      if (over) return;
      keep(name, null);
      say(moment ? fill(words.saved, { time: clock(moment) }) : "");
    } catch (error) {
      if (over) return;
      const here = keepHere();
      // A failed fetch is a TypeError; anything else was an answer of the server.
      say(!here ? words.not_kept : error instanceof TypeError ? words.offline : words.kept);
    }
  };
  const later = () => {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => (running = save()), PAUSE);
  };

  const offer = () => {
    const found = kept(name);
    const newest = Date.parse(form.dataset.saved || "") || 0;
    if (!found) return;
    if (found.at <= newest || JSON.stringify(found.fields) === now()) {
      keep(name, null);
      return;
    }
    const note = element("div", { class: "note wait", role: "status", "data-offer": "" });
    const button = (text, act) => {
      const made = element("button", { type: "button", class: "btn small" }, text);
      made.addEventListener("click", () => {
        act();
        note.remove();
        later();
        area.focus();
      });
      return made;
    };
    note.append(
      element("p", {}, fill(words.found, { time: new Date(found.at).toLocaleString(document.documentElement.lang) })),
      element(
        "div",
        { class: "acts" },
        button(words.restore, () => putBack(form, found.fields)),
        button(words.discard, () => keep(name, null)),
      ),
    );
    form.prepend(note);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("online", () => (running = save()));
  window.addEventListener("pagehide", () => isDirty() && !isAskedHere() && keepHere());
  forgetOld();
  offer();

  return {
    keepHere,
    /** Stop saving and wait for what is under way, so that no draft is saved after its text was published. */
    async pause() {
      over = true;
      clearTimeout(timer);
      await running;
    },
    resume() {
      over = false;
      later();
    },
    published: () => keep(name, null),
  };
}
