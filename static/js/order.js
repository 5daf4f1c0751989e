// Modules and lessons of a course are dragged to their places; buttons and a list do the same without this script.
import { element } from "./text.js";

const page = document.querySelector("[data-order]");

/** Tell what stands before a thing in its list: its id, or 0. */
function before(item) {
  let other = item.previousElementSibling;
  while (other && other.tagName !== item.tagName) other = other.previousElementSibling;
  return other && other.dataset.item ? other.dataset.item : "0";
}

/** Unfold what an address leads into: not every browser does. */
function unfold() {
  const goal = location.hash && document.getElementById(location.hash.slice(1));
  const fold = goal && (goal.querySelector("details") || goal.closest("details"));
  if (!fold || fold.open) return;
  fold.open = true;
  goal.scrollIntoView();
}

if (page) {
  unfold();
  window.addEventListener("hashchange", unfold);
  const status = element("p", { class: "meta", role: "status" });
  page.prepend(status);
  let dragged = null;
  let from = null;

  const goHome = () => from && from.parent.insertBefore(dragged, from.next);

  const save = async (item) => {
    const data = new URLSearchParams({ csrf_token: page.dataset.token, after: before(item) });
    const module = item.closest("[data-module]");
    if (item.dataset.kind === "lesson") data.set("module", module.dataset.module);
    try {
      const answer = await fetch(item.dataset.place, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      const { error } = await answer.json();
      if (error) goHome();
      status.textContent = error || page.dataset.saved;
    } catch (problem) {
      goHome();
      status.textContent = page.dataset.failed;
    }
  };

  page.querySelectorAll("[data-item]").forEach((item) => {
    const grip = element("span", { class: "grip", draggable: "true", title: page.dataset.drag, "aria-hidden": "true" }, "⠿");
    (item.querySelector("h2, h3") || item).prepend(grip);
    grip.addEventListener("dragstart", (event) => {
      dragged = item;
      from = { parent: item.parentNode, next: item.nextSibling };
      item.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.id);
      event.dataTransfer.setDragImage(item, 0, 0);
    });
    grip.addEventListener("dragend", () => {
      item.classList.remove("dragged");
      if (dragged && (from.parent !== item.parentNode || from.next !== item.nextSibling)) save(item);
      dragged = null;
    });
  });

  page.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const over = event.target.closest(
      dragged.dataset.kind === "lesson" ? "[data-kind=lesson], [data-module]" : "[data-kind=module]",
    );
    if (!over) return;
    event.preventDefault();
    if (over === dragged) return;
    if (over.dataset.kind === dragged.dataset.kind) {
      const { top, height } = over.getBoundingClientRect();
      over.parentNode.insertBefore(dragged, event.clientY < top + height / 2 ? over : over.nextSibling);
    } else if (!over.contains(dragged)) {
      const list = over.querySelector("ul.ledger");
      if (list) list.append(dragged);
    }
  });
  page.addEventListener("drop", (event) => event.preventDefault());
}
