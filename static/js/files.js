// Pasted, dropped or chosen files are sent to the server and stand in the text as a picture or a link.
import { element, fill, insert } from "./text.js";

function put(area, markdown) {
  const text = `${markdown}\n`;
  if (document.activeElement === area) return insert(area, text);
  area.setRangeText(text, area.selectionStart, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Ask what a picture shows; null when the writer changes their mind. */
function ask(file, words) {
  const question = fill(words.alt, { file: file.name });
  if (!window.HTMLDialogElement) return Promise.resolve(window.prompt(question, ""));
  return new Promise((done) => {
    const box = element("input", { id: "ask-alt", class: "in-t", maxlength: "300" });
    const add = element("button", { class: "btn main" }, words.add);
    const cancel = element("button", { type: "button", class: "btn" }, words.cancel);
    const form = element(
      "form",
      { method: "dialog" },
      element("div", { class: "field" }, element("label", { for: "ask-alt", id: "ask-alt-h" }, question), box),
      element("div", { class: "acts" }, add, cancel),
    );
    const dialog = element("dialog", { class: "sheet", "aria-labelledby": "ask-alt-h" }, form);
    let answer = null;
    form.addEventListener("submit", () => {
      answer = box.value.trim();
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function upload(address, data, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(Math.floor((100 * event.loaded) / event.total));
    });
    request.addEventListener("error", () => failed(new Error("network")));
    request.addEventListener("load", () => {
      let said = {};
      try {
        said = JSON.parse(request.responseText);
      } catch (error) {
        said = {};
      }
      if (request.status === 201 && said.markdown) done(said.markdown);
      else failed(new Error(typeof said.error === "string" ? said.error : ""));
    });
    request.send(data);
  });
}

export function files(form, area, bar, say, words, address = "/forum/attachments", kinds = "") {
  const plain = form.querySelector("details.attach");
  if (!plain) return;
  plain.hidden = true;
  let queue = Promise.resolve();

  const take = async (file) => {
    const alt = file.type.startsWith("image/") ? await ask(file, words) : "";
    if (alt === null) return;
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    data.append("file", file, file.name);
    data.append("alt", alt);
    say(fill(words.uploading, { file: file.name, done: "0%" }));
    try {
      put(area, await upload(address, data, (percent) => say(fill(words.uploading, { file: file.name, done: `${percent}%` }))));
      say(fill(words.uploaded, { file: file.name }));
    } catch (error) {
      const why = error.message === "network" ? words.no_network : error.message;
      say(`${fill(words.not_uploaded, { file: file.name })} ${why}`.trim(), true);
    }
  };
  const takeAll = (list) => {
    for (const file of Array.from(list)) queue = queue.then(() => take(file));
  };

  const chooser = element("input", { type: "file", multiple: "", accept: kinds, "aria-label": words.file });
  chooser.hidden = true;
  chooser.addEventListener("change", () => {
    takeAll(chooser.files);
    chooser.value = "";
  });
  const button = element("button", { type: "button", "data-md-button": "file" }, words.file);
  button.addEventListener("click", () => chooser.click());
  bar.append(button);
  bar.after(chooser);

  area.addEventListener("paste", (event) => {
    const pasted = event.clipboardData && event.clipboardData.files;
    // Text copied from an office program comes with a picture of itself; the text is meant.
    if (!pasted || !pasted.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    takeAll(pasted);
  });
  area.addEventListener("dragover", (event) => {
    if (Array.from(event.dataTransfer.types).includes("Files")) event.preventDefault();
  });
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    takeAll(event.dataTransfer.files);
  });
}
