// Films and recordings: seeking from chapters and words, speed, and what was really played.

const EVERY = 15000;
const LONGEST_STEP = 5; // Seconds between two signs of life of a player that plays on: hidden pages are woken seldom.
const SPANS_MAX = 50;
const LATELY = 5000;
const JUST_NOW = 60 * 1000;

const player = document.getElementById("player");
const media = player && player.querySelector("video, audio");

function follow(list) {
  // Wherever the reader looks at the list, it stays; else what is said stays in sight.
  let lines = [];
  let current = null;
  const read = () => {
    lines = Array.from(list.querySelectorAll("[data-t]"), (link) => ({ at: Number(link.dataset.t), row: link.parentNode }));
  };
  const show = () => {
    let found = null;
    for (const line of lines) if (line.at <= media.currentTime + 0.05) found = line.row;
    if (found === current) return;
    if (current) current.classList.remove("now");
    current = found;
    if (!found) return;
    found.classList.add("now");
    if (!list.matches(":hover") && !list.contains(document.activeElement)) {
      list.scrollTop = found.offsetTop - list.offsetTop - list.clientHeight / 3;
    }
  };
  list.querySelectorAll(".now").forEach((row) => row.classList.remove("now"));
  read();
  ["timeupdate", "seeked"].forEach((name) => media.addEventListener(name, show));
  return read;
}

/** The page holds a part of long subtitles; the player's own track holds all of them. */
function fillFromTrack(list, readAgain) {
  const element = player.querySelector(`track[kind=subtitles][srclang="${list.dataset.language}"]`);
  if (!element) return;
  const fill = () => {
    const cues = Array.from(element.track.cues || []);
    if (!cues.length) return;
    const row = list.querySelector("li");
    const rows = cues.map((cue) => {
      const copy = row.cloneNode(true);
      const link = copy.querySelector("a");
      const time = copy.querySelector("time");
      copy.className = "";
      link.dataset.t = cue.startTime;
      link.href = `?t=${Math.floor(cue.startTime)}&captions=${list.dataset.name}#player`;
      time.textContent = clock(cue.startTime);
      link.textContent = "";
      link.append(time, cue.getCueAsHTML().textContent.replace(/\n/g, " "));
      return copy;
    });
    list.textContent = "";
    list.append(...rows);
    document.querySelectorAll("#transcript .more").forEach((one) => one.remove());
    readAgain();
  };
  element.addEventListener("load", fill);
  if (element.track.mode === "disabled") element.track.mode = "hidden";
  if (element.readyState === 2) fill();
}

function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function seek(second) {
  const go = () => {
    media.currentTime = second;
  };
  if (media.readyState) go();
  else {
    media.addEventListener("loadedmetadata", go, { once: true });
    media.load();
  }
}

function startSeeking() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-t]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    seek(Number(link.dataset.t));
    const playing = media.play();
    if (playing) playing.catch(() => {}); // Where playing needs another press it stands at the place.
    if (player.getBoundingClientRect().bottom < 80) player.scrollIntoView({ block: "start" });
  });
  const byAnchor = () => {
    const found = /^#t=(\d+)/.exec(location.hash);
    if (found) seek(Number(found[1]));
  };
  window.addEventListener("hashchange", byAnchor);
  byAnchor();
}

/** A page that is loaded again was made before the server could hear where the old one was left: this window knows. */
function startKeepingPlace() {
  const key = `place:${location.pathname}`;
  try {
    const [at, second] = (sessionStorage.getItem(key) || "").split(" ").map(Number);
    const isAsked = /[?&]t=/.test(location.search) || /^#t=/.test(location.hash);
    if (second && Date.now() - at < JUST_NOW && !isAsked) seek(second);
    window.addEventListener("pagehide", () => {
      const isUnderWay = media.currentTime > 0 && !media.ended;
      if (isUnderWay) sessionStorage.setItem(key, `${Date.now()} ${media.currentTime}`);
      else sessionStorage.removeItem(key);
    });
  } catch (error) {
    // A browser that keeps nothing goes on where the server was told.
  }
}

function startSpeed() {
  const label = player.querySelector("label[hidden]");
  if (!label) return;
  label.hidden = false;
  label.querySelector("select").addEventListener("change", (event) => {
    media.playbackRate = Number(event.target.value);
  });
}

function startReporting() {
  const { report: url, csrf, token } = player.dataset;
  const words = player.querySelector(".watched");
  let pending = [];
  let from = -1;
  let last = 0;
  let told = media.currentTime;
  let sentAt = 0;

  const close = () => {
    if (from >= 0 && last > from) pending.push([from, last]);
    from = -1;
  };
  const step = () => {
    if (media.seeking) return;
    const now = media.currentTime;
    if (from < 0 || now < last || now - last > LONGEST_STEP * media.playbackRate) {
      close();
      from = now;
    }
    last = now;
  };
  media.addEventListener("playing", () => {
    close();
    from = last = media.currentTime;
  });
  media.addEventListener("timeupdate", () => {
    if (!media.paused) step();
  });
  media.addEventListener("seeking", close);
  ["pause", "ended"].forEach((name) =>
    media.addEventListener(name, () => {
      if (from >= 0) step();
      close();
      send();
    }),
  );

  const body = (spans, more) => {
    const length = Number.isFinite(media.duration) ? media.duration : 0;
    const whole = (seconds) => Math.round(seconds * 1000);
    return new URLSearchParams({
      csrf_token: csrf,
      token,
      spans: spans.map(([start, end]) => `${whole(start)}-${whole(end)}`).join(","),
      position: whole(media.currentTime),
      length: whole(length),
      ...more,
    });
  };
  const take = () => {
    if (from >= 0 && last > from) {
      pending.push([from, last]);
      from = last;
    }
    const spans = pending.slice(0, SPANS_MAX);
    pending = pending.slice(SPANS_MAX);
    return spans;
  };
  const isNew = () => pending.length > 0 || (from >= 0 && last > from) || Math.abs(media.currentTime - told) > 3;
  async function send() {
    if (!isNew()) return;
    const spans = take();
    sentAt = Date.now();
    try {
      const answer = await fetch(url, { method: "POST", body: body(spans), credentials: "same-origin", keepalive: true });
      if (answer.status >= 500 || answer.redirected) throw new Error(String(answer.status));
      if (!answer.ok) return;
      told = media.currentTime;
      const said = await answer.json();
      if (words && words.textContent !== said.words) words.textContent = said.words;
    } catch (error) {
      pending = spans.concat(pending); // The next report brings them.
    }
  }
  const leave = () => {
    // A report of the last seconds may still wait on the server to be written; one on leaving is written at once.
    if (!isNew() && Date.now() - sentAt > LATELY) return;
    const spans = take();
    sentAt = 0;
    if (!navigator.sendBeacon || !navigator.sendBeacon(url, body(spans, { leaving: 1 }))) pending = spans.concat(pending);
    else told = media.currentTime;
  };
  setInterval(send, EVERY);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
}

if (media) {
  startKeepingPlace();
  startSeeking();
  startSpeed();
  const cues = document.querySelector(".cues");
  const chapters = document.querySelector(".chapters ol");
  if (chapters) follow(chapters);
  if (cues) {
    const readAgain = follow(cues);
    if ("part" in cues.dataset) fillFromTrack(cues, readAgain);
  }
  if (player.dataset.report) startReporting();
}
