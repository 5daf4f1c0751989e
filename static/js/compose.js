// Wherever a post is written: buttons, preview, completion of mentions, files, drafts, and sending that loses nothing.
import { drafts } from "./drafts.js";
import { files } from "./files.js";
import { mentions } from "./mentions.js";
import { preview } from "./preview.js";
import { sending } from "./send.js";
import { element } from "./text.js";
import { toolbar } from "./toolbar.js";

function enhance(given) {
  const form = given.closest("form.composer");
  const area = form.querySelector("textarea[name=body]");
  const words = JSON.parse(given.dataset.words);
  const bar = toolbar(area, words);
  const writing = element("div", {}, bar);
  const expander = element("text-expander", { keys: "@", "data-words": words.mentions }, writing);
  const status = element("p", { class: "saved", role: "status" });
  const say = (text, loud) => {
    status.textContent = text;
    status.className = loud ? "saved err" : "saved";
  };

  const had = document.activeElement === area ? [area.selectionStart, area.selectionEnd] : null;
  const place = element("span", {});
  area.before(place);
  writing.append(area);
  const [tabs, shown] = preview(form, area, writing, words);
  place.before(tabs, expander, shown, status);
  place.remove();
  // The tab does what this button does without scripts.
  form.querySelectorAll("button[name=preview]").forEach((button) => (button.hidden = true));
  if (had) {
    area.focus();
    area.setSelectionRange(had[0], had[1]);
  }

  mentions(expander);
  files(form, area, bar, say, words);
  sending(form, drafts(form, area, say, words, given.dataset.me), say, words);
}

document.querySelectorAll("form.composer [data-words]").forEach(enhance);
