// A note is written where it belongs: the form of its own page is fetched and stands below the passage.
// Whatever goes wrong, the link or the form goes the way it goes without scripts.

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** Put the text of the lesson, with its notes, in place as another copy of the page has it. */
function renew(page) {
  const fresh = page.querySelectorAll(".prose.lesson, #mine");
  const here = document.querySelectorAll(".prose.lesson, #mine");
  if (fresh.length !== here.length) return false;
  here.forEach((one, place) => one.replaceWith(document.importNode(fresh[place], true)));
  return true;
}

async function open(link) {
  const answer = await fetch(link.href, { credentials: "same-origin" });
  const found = answer.ok && !answer.redirected && parse(await answer.text()).getElementById("noting");
  if (!found) throw new Error(String(answer.status));
  document.querySelectorAll(".noting").forEach((one) => one.remove());
  const box = document.createElement("div");
  box.className = "noting";
  box.append(document.importNode(found, true));
  let block = link;
  while (block.parentElement && !block.parentElement.matches(".prose.lesson, #mine")) block = block.parentElement;
  block.after(box);
  box.querySelector("textarea").focus();
  box.querySelector("a.text").addEventListener("click", (event) => {
    event.preventDefault();
    box.remove();
    link.focus();
  });
  box.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => send(event, form)));
}

async function send(event, form) {
  event.preventDefault();
  try {
    const body = new URLSearchParams(new FormData(form));
    // Whoever saves and leaves at once loses nothing; browsers keep so much at most.
    const keepalive = body.toString().length < 60000;
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", keepalive });
    if (!answer.ok) throw new Error(String(answer.status));
    const anchor = answer.url.split("#")[1];
    if (!renew(parse(await answer.text()))) throw new Error("another page");
    const place = anchor && document.getElementById(anchor);
    if (place) {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
  } catch (error) {
    form.submit(); // The page that answers says what is wrong.
  }
}

export function startNotes() {
  if (!("DOMParser" in window) || !Element.prototype.after) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.jot, .mine a, a[data-jot]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  });
}
