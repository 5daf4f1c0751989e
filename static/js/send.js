// Publishing by a request of our own, so that a text that cannot be sent stays where it is and the page says so.

function go(address) {
  const target = new URL(address, location.href);
  const same = target.pathname === location.pathname && target.search === location.search;
  location.assign(target.href);
  if (same) location.reload();
}

export function sending(form, store, say, words) {
  const main = form.querySelector("button.btn.main:not([name])");
  if (!main) return;
  form.addEventListener("submit", async (event) => {
    const pressed = event.submitter || document.activeElement;
    // Other buttons, such as the preview, do what they do without scripts.
    if (event.defaultPrevented || (pressed && pressed.form === form && pressed.matches("button") && pressed !== main)) return;
    event.preventDefault();
    if (main.disabled) return;
    main.disabled = true;
    say(words.sending);
    await store.pause();
    let answer = null;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
    } catch (error) {
      answer = null;
    }
    if (answer && answer.ok && (answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      store.published();
      go((await answer.json()).url);
      return;
    }
    const here = store.keepHere();
    if (answer && answer.status < 500) {
      // A page that says what is wrong. Sent twice, a text is published once.
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    main.disabled = false;
    store.resume();
    say(here ? words.not_sent : words.not_sent_not_kept, true);
  });
}
