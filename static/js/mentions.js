// What follows an @ is completed with members, and for those who hold an office with their branches.
import "@github/text-expander-element";
import { element } from "./text.js";

const PAUSE = 150;

export function mentions(expander) {
  const known = new Map();
  let latest = "";

  const offers = async (text) => {
    if (!known.has(text)) {
      await new Promise((done) => setTimeout(done, PAUSE));
      if (text !== latest) return [];
      const answer = await fetch(`/forum/mentions?q=${encodeURIComponent(text)}`, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) return [];
      known.set(text, (await answer.json()).offers);
    }
    return known.get(text);
  };
  const menu = async (text) => {
    const found = text ? await offers(text).catch(() => []) : [];
    if (!found.length || text !== latest) return { matched: false };
    const list = element("ul", { role: "listbox", class: "offers", "aria-label": expander.dataset.words });
    found.forEach(({ key, name }, number) => {
      const item = element("li", { role: "option", id: `offer-${number}`, "data-value": `@${key}` }, name);
      if (name !== key) item.append(" ", element("span", {}, `@${key}`));
      list.append(item);
    });
    return { matched: true, fragment: list };
  };
  expander.addEventListener("text-expander-change", (event) => {
    latest = event.detail.text;
    event.detail.provide(menu(latest));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = event.detail.item.dataset.value;
  });
  // A text of several lines may not be a combobox. As what it is it may still name the list and the option chosen.
  expander.addEventListener("text-expander-activate", async () => {
    await null; // The role is set right after this event.
    const area = expander.querySelector("textarea");
    area.removeAttribute("role");
    area.removeAttribute("aria-expanded");
  });
  // The element writes into the textarea without a word to anybody.
  expander.addEventListener("text-expander-committed", (event) => {
    event.detail.input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
