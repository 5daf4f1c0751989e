// What authors type into long forms is saved on the server while they type; their texts take pictures.
import { drafts } from "./drafts.js";
import { files } from "./files.js";
import { append, element, insert } from "./text.js";
import { toolbar } from "./toolbar.js";

const TEXTS = ["body_", "text_", "feedback_", "model_"].map((name) => `textarea[name^=${name}]`).join();
const KINDS = "image/png,image/jpeg,image/webp,image/gif,audio/*";

function teller(status) {
  return (text, loud) => {
    status.textContent = text;
    status.className = loud ? "saved err" : "saved";
  };
}

/** Give the texts of a form their buttons, and let pictures be pasted, dropped or chosen into them. */
function texts(form) {
  const given = form.querySelector("[data-composer]");
  if (!given) return;
  const words = JSON.parse(given.dataset.composer);
  words.file = words.picture;
  form.querySelectorAll(TEXTS).forEach((area) => {
    const bar = toolbar(area, words);
    const status = element("p", { class: "saved", role: "status" });
    area.before(bar);
    area.after(status);
    files(form, area, bar, teller(status), words, form.dataset.pictures, KINDS);
  });
}

/** Put a chosen question where the cursor stands in a text, on a line of its own. */
function questions(form) {
  form.querySelectorAll("button[name=ask]").forEach((button) => {
    button.addEventListener("click", (event) => {
      const [chosen] = form.elements.question_id.selectedOptions;
      const area = form.elements[`body_${button.value}`];
      event.preventDefault();
      const line = `:::question ${chosen.value} ${chosen.textContent}\n`;
      // Where nobody has put the cursor anywhere it stands before the first sign.
      if (!area.selectionEnd) return append(area, line);
      area.setSelectionRange(area.selectionEnd, area.selectionEnd);
      insert(area, `\n\n${line}\n`);
    });
  });
}

document.querySelectorAll("form[data-pictures]:not([data-drafts])").forEach(texts);
document.querySelectorAll("form[data-drafts]").forEach((form) => {
  const words = JSON.parse(form.dataset.words);
  const status = element("p", { class: "saved", role: "status" });
  form.append(status);
  const say = teller(status);
  texts(form);
  questions(form);
  const kept = drafts(form, form.querySelector("textarea"), say, words, form.dataset.me);
  form.addEventListener("submit", () => {
    kept.published();
    kept.pause();
  });
});
