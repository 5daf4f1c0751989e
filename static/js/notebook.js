// Cards by the keyboard: a number chooses an answer or a rating, Enter checks it or takes what is suggested, u takes
// the last rating back.
import { isShortcut } from "./keys.js";

const form = document.querySelector("#card form");
const CHOICES = "input[type=radio], input[type=checkbox]";
const TYPED = "textarea, select, input:not([type=radio]):not([type=checkbox])";

/** Return what a number stands for: a rating where there are any, else an answer. */
function numbered(number) {
  const ratings = form.querySelectorAll("button[name=recall]");
  return (ratings.length ? ratings : form.querySelectorAll(CHOICES))[number - 1];
}

function onKey(event) {
  if (!isShortcut(event)) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === "u" && !target.closest(TYPED)) {
    const back = document.querySelector("[data-key=u]");
    if (back) back.click();
  } else if (form && /^[1-9]$/.test(event.key) && !target.closest(TYPED)) {
    const found = numbered(Number(event.key));
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.matches(CHOICES)) found.focus({ preventScroll: true });
  } else if (form && event.key === "Enter" && !target.closest(`${TYPED}, a, button, summary`)) {
    const button = form.querySelector("[data-preset], [data-check]");
    event.preventDefault();
    button.click();
  }
}

document.addEventListener("keydown", onKey);
