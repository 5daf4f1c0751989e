// Write and preview as two tabs. Once somebody has looked at the preview it is fetched whenever they pause.
import { element } from "./text.js";

const PAUSE = 1000;

/** Return the row of tabs and the panel of the preview for the panel in which one writes. */
export function preview(form, area, writing, words) {
  const id = area.id;
  const tab = (name, panel, chosen) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${id}-t-${name}`,
        "aria-selected": String(chosen),
        "aria-controls": panel,
        tabindex: chosen ? "0" : "-1",
      },
      words[name],
    );
  const tabs = [tab("write", `${id}-w`, true), tab("preview", `${id}-p`, false)];
  const row = element("div", { class: "tabs sub", role: "tablist", "aria-label": words.tabs }, ...tabs);
  const shown = element("div", {
    class: "previewed",
    role: "tabpanel",
    id: `${id}-p`,
    tabindex: "0",
    "aria-labelledby": `${id}-t-preview`,
  });
  shown.hidden = true;
  writing.id = `${id}-w`;
  writing.setAttribute("role", "tabpanel");
  writing.setAttribute("aria-labelledby", `${id}-t-write`);

  let fetched = null;
  let wanted = false;
  let timer = 0;
  const load = async () => {
    const text = area.value;
    if (text === fetched) return;
    if (!text.trim()) {
      fetched = text;
      shown.textContent = words.nothing;
      return;
    }
    const data = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, body: text });
    try {
      const answer = await fetch("/forum/preview", { method: "POST", body: data, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      // Made safe by the server, like every stored post.
      shown.innerHTML = await answer.text();
      fetched = text;
    } catch (error) {
      shown.textContent = words.no_preview;
    }
  };
  const choose = (at, focus) => {
    tabs.forEach((one, number) => {
      one.setAttribute("aria-selected", String(number === at));
      one.tabIndex = number === at ? 0 : -1;
    });
    writing.hidden = at === 1;
    shown.hidden = at === 0;
    if (at === 1) {
      wanted = true;
      clearTimeout(timer);
      load();
    }
    if (focus) tabs[at].focus();
  };
  tabs.forEach((one, number) => one.addEventListener("click", () => choose(number, false)));
  row.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") choose(tabs[0].tabIndex === 0 ? 1 : 0, true);
  });
  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (wanted) timer = setTimeout(load, PAUSE);
  });
  return [row, shown];
}
