// Counts the seconds somebody is really there: the page is seen and has the focus, and something was touched lately.
// The server counts no more of them than its own clock allows.

const BEAT = 60 * 1000;
const IDLE = 60 * 1000;
const STEP = 1000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "wheel", "touchstart"];

const isPlaying = () => Array.from(document.querySelectorAll("video, audio")).some((media) => !media.paused);

export function startActive() {
  const end = document.getElementById("end");
  if (!end) return;
  let touched = Date.now();
  let before = Date.now();
  let beaten = Date.now();
  let active = 0; // milliseconds not sent yet
  let atEnd = false;
  let said = false;

  const isHere = (now) => !document.hidden && document.hasFocus() && (now - touched < IDLE || isPlaying());

  const count = () => {
    const now = Date.now();
    // A machine that slept, or a clock that was set, counts for nothing.
    const passed = Math.min(Math.max(now - before, 0), 2 * STEP);
    before = now;
    if (isHere(now)) active += passed;
  };

  /** Return the whole seconds that were not sent yet and count them as sent. */
  const take = () => {
    count();
    const seconds = Math.floor(active / 1000);
    active -= seconds * 1000;
    beaten = Date.now();
    return seconds;
  };

  const send = () => {
    const seconds = take();
    if (!seconds && (said || !atEnd)) return;
    const data = new URLSearchParams({ csrf_token: end.dataset.token, seconds: String(seconds), end: atEnd ? "1" : "0" });
    if (!navigator.sendBeacon(end.dataset.active, data)) active += seconds * 1000;
    else said = atEnd;
  };

  const tick = () => {
    count();
    if (Date.now() - beaten >= BEAT || (atEnd && !said)) send();
  };

  SIGNS.forEach((sign) =>
    addEventListener(
      sign,
      () => {
        count(); // What passed before the touch is judged by the touch before.
        touched = Date.now();
      },
      { passive: true, capture: true },
    ),
  );
  setInterval(tick, STEP);
  addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) send();
  });

  if ("IntersectionObserver" in window) {
    new IntersectionObserver((seen) => {
      atEnd = atEnd || seen.some((one) => one.isIntersecting);
    }).observe(end);
  }

  const form = document.getElementById("read");
  if (form) {
    form.addEventListener("submit", () => {
      form.elements.active.value = String(take());
    });
  }
}
