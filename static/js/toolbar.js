// The row of buttons above a text, made by the script alone so that none stands there dead without it.
import "@github/markdown-toolbar-element";
import { element } from "./text.js";

const BUTTONS = ["bold", "italic", "header-3", "link", "unordered-list", "ordered-list", "quote", "code"];

export function toolbar(area, words) {
  const bar = element("markdown-toolbar", { for: area.id, class: "bartools", "aria-label": words.formatting });
  for (const name of BUTTONS) {
    const button = element("button", { type: "button", "data-md-button": name, title: words[name] }, words[name]);
    bar.append(button);
  }
  bar.querySelector("[data-md-button=bold]").className = "b";
  return bar;
}
