// Putting text into a textarea so that undo still works and others hear of it.

/** Replace what is selected; the cursor comes to stand behind what was put in. */
export function insert(area, text) {
  area.focus({ preventScroll: true });
  // Old as it is, this is the only way that leaves the undo history whole.
  const done = text !== "" && document.execCommand && document.execCommand("insertText", false, text);
  if (done) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put a block at the end of what is written, on lines of its own. */
export function append(area, block) {
  area.setSelectionRange(area.value.length, area.value.length);
  const written = area.value;
  const gap = written === "" || written.endsWith("\n\n") ? "" : written.endsWith("\n") ? "\n" : "\n\n";
  insert(area, gap + block);
  area.scrollTop = area.scrollHeight;
}

/** Replace one piece of text wherever it stands, leaving the cursor with what it was at. */
export function exchange(area, old, fresh) {
  const at = area.value.indexOf(old);
  if (at < 0) return;
  area.setRangeText(fresh, at, at + old.length, "preserve");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Fill %(name)s in words of the server. */
export function fill(words, values) {
  return words.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? values[name] : whole));
}

export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const key of Object.keys(attributes || {})) made.setAttribute(key, attributes[key]);
  made.append(...children);
  return made;
}
