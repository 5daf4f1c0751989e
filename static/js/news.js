// An open thread says when there are new replies; nothing moves by itself.
import { element } from "./text.js";

const EVERY = 20 * 1000;
const EVERY_HIDDEN = 60 * 1000;
const AT_MOST = 10 * 60 * 1000;
const STOPS_AFTER = 60 * 60 * 1000;

export function startNews() {
  const line = document.querySelector(".newsline[data-news]");
  if (!line) return;
  const begun = Date.now();
  let failures = 0;
  let timer = 0;
  let said = 0;

  const wait = () => {
    const pause = (document.hidden ? EVERY_HIDDEN : EVERY) * Math.pow(2, failures);
    clearTimeout(timer);
    if (Date.now() - begun < STOPS_AFTER) timer = setTimeout(look, Math.min(pause, AT_MOST));
  };
  const say = ({ count, words, url }) => {
    if (count === said) return;
    said = count;
    line.textContent = "";
    if (count) line.append(element("a", { href: url, class: "btn small main" }, words));
  };
  const look = async () => {
    try {
      // The browser sends along the ETag of what it has and takes "not changed" for an answer.
      const answer = await fetch(line.dataset.news, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.status === 404 || answer.status === 403) return;
      if (!answer.ok) throw new Error(String(answer.status));
      say(await answer.json());
      failures = 0;
    } catch (error) {
      failures += 1;
    }
    wait();
  };
  document.addEventListener("visibilitychange", wait);
  wait();
}
