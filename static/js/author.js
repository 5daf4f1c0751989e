// What authors type into long forms is saved on the server while they type.
import { drafts } from "./drafts.js";
import { element } from "./text.js";

document.querySelectorAll("form[data-drafts]").forEach((form) => {
  const words = JSON.parse(form.dataset.words);
  const status = element("p", { class: "saved", role: "status" });
  form.append(status);
  const say = (text, loud) => {
    status.textContent = text;
    status.className = loud ? "saved err" : "saved";
  };
  const kept = drafts(form, form.querySelector("textarea"), say, words, form.dataset.me);
  form.addEventListener("submit", () => {
    kept.published();
    kept.pause();
  });
});
