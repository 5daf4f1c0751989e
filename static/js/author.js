// What authors type into long forms is saved on the server while they type; their texts take pictures.
import { drafts } from "./drafts.js";
import { files } from "./files.js";
import { element } from "./text.js";
import { toolbar } from "./toolbar.js";

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
  form.querySelectorAll("textarea[name^=body_]").forEach((area) => {
    const bar = toolbar(area, words);
    const status = element("p", { class: "saved", role: "status" });
    area.before(bar);
    area.after(status);
    files(form, area, bar, teller(status), words, form.dataset.pictures, "image/png,image/jpeg,image/webp,image/gif");
  });
}

document.querySelectorAll("form[data-drafts]").forEach((form) => {
  const words = JSON.parse(form.dataset.words);
  const status = element("p", { class: "saved", role: "status" });
  form.append(status);
  const say = teller(status);
  texts(form);
  const kept = drafts(form, form.querySelector("textarea"), say, words, form.dataset.me);
  form.addEventListener("submit", () => {
    kept.published();
    kept.pause();
  });
});
