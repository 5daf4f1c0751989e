// Answers are sent as they are made, and kept in this browser until the server has said that it has them.
import { element, fill } from "./text.js";

const PREFIX = "quiz:";
const PAUSE = 700; // milliseconds after the last key
const AT_ONCE = 50;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

const random = () => Array.from(crypto.getRandomValues(new Uint8Array(10)), (one) => (one % 36).toString(36)).join("");

/** Return the value a control had when the page came. */
function servedBy(control) {
  if (control.type === "radio" || control.type === "checkbox") return control.value;
  if (control.tagName !== "SELECT") return control.defaultValue;
  const option = Array.from(control.options).find((one) => one.defaultSelected) || control.options[0];
  return option ? option.value : "";
}

/** What waits to be sent of one paper: each change under a name of its own, so that no page can lose another's. */
function shelf(attempt) {
  const prefix = `${PREFIX}${attempt}:`;
  const memory = new Map();
  const name = (one) => `${prefix}${one.position}:${one.client}:${one.sequence}`;
  const stored = () => {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => JSON.parse(localStorage.getItem(key)));
    } catch (error) {
      return []; // Closed storage.
    }
  };
  return {
    /** Also what other pages of this paper left behind when they were closed; sent twice, it counts once. */
    all: () => [...stored(), ...memory.values()].filter(Boolean).sort((one, other) => one.at - other.at),
    lasts: () => memory.size === 0,
    keep(one) {
      try {
        localStorage.setItem(name(one), JSON.stringify(one));
      } catch (error) {
        memory.set(name(one), one); // Full or closed: this page alone has it.
      }
    },
    drop(one) {
      memory.delete(name(one));
      try {
        localStorage.removeItem(name(one));
      } catch (error) {
        // Closed storage holds nothing.
      }
    },
  };
}

export function startLedger(root) {
  const { url, token, attempt } = root.dataset;
  const words = JSON.parse(root.dataset.words);
  const form = document.getElementById("paper");
  const client = random();
  const { all: waiting, keep, drop, lasts } = shelf(attempt);
  const typing = new Map();
  const known = new Map(); // What was last sent or shown, by position.
  let sequence = 0;
  let busy = null;
  let wait = FIRST_WAIT;
  let timer = 0;

  const place = (position) => form && form.querySelector(`.saved[data-q="${position}"]`);

  function tell(text, kind) {
    root.textContent = text;
    root.className = text ? `note flash ${kind || ""}` : "vh";
  }

  function mark(position, text, kind, action) {
    const line = place(position);
    if (!line) return;
    line.replaceChildren(element("span", { class: kind || "" }, text));
    if (action) line.append(" ", action);
  }

  /** Return the values of the controls of a question, by what follows its number; or those the page came with. */
  function valuesOf(position, { served = false } = {}) {
    const values = { "": [] };
    form.querySelectorAll(`[name="q${position}"], [name^="q${position}."]`).forEach((control) => {
      if (control.type === "radio" || control.type === "checkbox") {
        if (!(served ? control.defaultChecked : control.checked)) return;
      }
      const part = control.name.slice(`q${position}`.length + 1);
      (values[part] = values[part] || []).push(served ? servedBy(control) : control.value);
    });
    return values;
  }

  function change(position) {
    clearTimeout(typing.get(position));
    typing.delete(position);
    const values = valuesOf(position);
    if (known.get(position) === JSON.stringify(values)) return; // Leaving a field changes nothing.
    known.set(position, JSON.stringify(values));
    sequence += 1;
    keep({ position, client, sequence, at: Date.now(), values });
    mark(position, words.sending);
    send();
  }

  const settle = () => Array.from(typing.keys()).forEach(change);

  function took(answer, sent) {
    // Nothing is sent for ever: what was read is either in the ledger or in the log of what was refused.
    sent.forEach(drop);
    const pending = new Set(waiting().map((one) => one.position));
    answer.counting.forEach(([position, by, seen, time]) => {
      const mine = document.querySelector(`.qnav a[data-q="${position}"]`);
      if (mine) mine.classList.add("did");
      const shown = form && form.elements[`seen${position}`];
      if (!shown || pending.has(position) || typing.has(position)) return;
      if (by === client) {
        shown.value = String(seen);
        mark(position, fill(words.saved, { time }), "ok-t");
      } else if (Number(shown.value) !== seen) {
        const again = element("a", { href: location.href, class: "text" }, words.show);
        again.addEventListener("click", () => setTimeout(() => location.reload(), 0));
        mark(position, fill(words.newer, { time }), "wait-t", again);
      }
    });
    answer.refused.forEach(([position, , , why]) => mark(position, words[why] || words.forged, "late-t"));
    if (answer.refused.length && !form) tell(words.late, "late");
  }

  async function post(sent) {
    const changes = sent.map((one) => ({ ...one, ago: Math.max(0, Date.now() - one.at) }));
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf_token: token, changes: JSON.stringify(changes) }),
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    if (!answer.ok || answer.redirected) return null;
    return answer.json();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  /** Send all that waits, and one message in any case if asked to: it says whether the server is there. */
  async function drain(knocks) {
    for (let asks = knocks; ; asks = false) {
      const sent = waiting().slice(0, AT_ONCE);
      if (!sent.length && !asks) {
        tell("");
        return true;
      }
      let answer = null;
      try {
        answer = await post(sent);
      } catch (error) {
        tell(lasts() ? words.offline : words.offline_here, "wait");
        waiting().forEach((one) => mark(one.position, lasts() ? words.kept : words.kept_here, "wait-t"));
        later();
        return false;
      }
      if (!answer) {
        // Signed out, or the page is too old: everything stays here until somebody signs in and opens the paper again.
        tell(words.signed_out, "late");
        wait = LONGEST_WAIT;
        later();
        return false;
      }
      wait = FIRST_WAIT;
      took(answer, sent);
      if (!answer.open && form) {
        if (answer.refused.length) tell(words.late, "late");
        else location.reload();
        return false;
      }
    }
  }

  function send(knocks) {
    clearTimeout(timer);
    if (!busy) {
      busy = drain(knocks === true).finally(() => {
        busy = null;
      });
    }
    return busy;
  }

  /** Send everything, also what was changed while something was on its way, before the page is left. */
  async function flush() {
    settle();
    await send();
    return send(true);
  }

  addEventListener("online", send);
  addEventListener("pageshow", send);
  document.addEventListener("visibilitychange", () => (document.hidden ? settle() : send()));
  addEventListener("pagehide", settle);
  if (form) watch();
  send();

  function watch() {
    const positionOf = (control) => {
      const found = /^q(\d+)(\.|$)/.exec(control.name || "");
      return found && Number(found[1]);
    };
    form.addEventListener("input", (event) => {
      const position = positionOf(event.target);
      if (!position || event.target.type === "radio" || event.target.type === "checkbox") return;
      clearTimeout(typing.get(position));
      typing.set(position, setTimeout(() => change(position), PAUSE));
    });
    form.addEventListener("change", (event) => {
      const position = positionOf(event.target);
      if (position) change(position);
    });
    let leaving = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (leaving) return; // A second click while the first is on its way.
      leaving = true;
      const pressed = event.submitter || document.activeElement;
      if (await flush()) go(pressed && pressed.name === "go" ? pressed.value : "save");
      leaving = false;
    });
    document.querySelectorAll("form[data-after]").forEach((other) =>
      other.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (await flush()) HTMLFormElement.prototype.submit.call(other);
      }),
    );
    form.querySelectorAll("[name^=seen]").forEach((one) => {
      const position = Number(one.name.slice(4));
      known.set(position, JSON.stringify(valuesOf(position, { served: true })));
      change(position); // On a slow line people answer before this script is there.
    });
    count();
  }

  /** Leave the page as the form would, but without its answers: all are in the ledger, and sent again with the form
   *  an answer made long ago without a network would count as made now, after a newer one of another device. */
  function go(step, sure) {
    const leave = element("form", { method: "post", action: form.action, hidden: "" });
    const add = (name, value) => leave.append(element("input", { type: "hidden", name, value }));
    form.querySelectorAll("input[type=hidden]:not([name^=seen])").forEach((one) => add(one.name, one.value));
    add("go", step);
    if (sure) add("sure", "1");
    // Files are sent by the form alone.
    const files = form.querySelectorAll("input[type=file], input[name=drop]:checked");
    if (files.length) leave.enctype = "multipart/form-data";
    leave.append(...files);
    document.body.append(leave);
    leave.submit();
  }

  /** Show the time that is left by the server's clock, and hand in when it is over. */
  function count() {
    const clock = document.querySelector(".clock b");
    if (!clock || !root.dataset.left) return;
    const end = performance.now() + Number(root.dataset.left) * 1000;
    const tick = setInterval(async () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (left >= 86400) return; // Days and hours stand there already.
      const two = (number) => String(number).padStart(2, "0");
      const hours = Math.floor(left / 3600);
      const minutes = Math.floor((left % 3600) / 60);
      clock.textContent = hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
      if (left) return;
      clearInterval(tick);
      if (await flush()) go("end", true);
    }, 1000);
  }
}

const root = document.getElementById("ledger");
if (root && window.fetch && window.crypto && Element.prototype.replaceChildren) startLedger(root);
