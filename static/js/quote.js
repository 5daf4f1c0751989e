// Selecting text of a post brings up a button that puts it, quoted, into the reply box.
import { append, element } from "./text.js";

function within() {
  const chosen = document.getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return null;
  const range = chosen.getRangeAt(0);
  const node = range.commonAncestorContainer;
  const prose = (node instanceof Element ? node : node.parentElement).closest(".post > .prose");
  const text = chosen.toString().trim();
  return prose && text ? { post: prose.closest(".post"), text, range } : null;
}

/** The same form as a quotation made by the server: the author on the first line. */
function quoted({ post, text }) {
  const author = post.querySelector(".by a[href^='/members/']");
  const lines = text.split("\n").map((line) => `> ${line}`.trimEnd());
  const name = author ? decodeURIComponent(author.getAttribute("href").slice("/members/".length)) : "";
  return (name ? `> @${name}\n>\n` : "") + lines.join("\n") + "\n\n";
}

export function startQuote() {
  const area = document.querySelector("form.composer textarea");
  const words = document.querySelector("a[href$='/reply?quote']");
  if (!area || !words) return;
  const button = element("button", { type: "button", class: "btn small quoter", hidden: "" }, words.textContent);
  document.body.append(button);
  let chosen = null;
  let waiting = 0;

  const show = () => {
    chosen = within();
    button.hidden = !chosen;
    if (!chosen) return;
    const box = chosen.range.getBoundingClientRect();
    const left = Math.min(box.left + window.pageXOffset, document.documentElement.clientWidth - button.offsetWidth - 8);
    button.style.left = `${Math.max(8, left)}px`;
    button.style.top = `${box.bottom + window.pageYOffset + 6}px`;
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
  // Pressing a button would take the selection away before the click comes.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (!chosen) return;
    const block = quoted(chosen);
    document.getSelection().removeAllRanges();
    button.hidden = true;
    append(area, block);
    area.scrollIntoView({ block: "center" });
  });
}
