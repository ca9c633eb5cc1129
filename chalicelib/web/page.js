// Progressive enhancement; every page also works without it. A page with a live section (data-live) is fetched again
// after data-refresh-seconds, and the new section replaces the old one, so only the server renders.

const ANNOUNCE_EVERY = 10_000; // milliseconds between two announcements for screen readers, unless 10 % more is done
const TIME_FORMATS = {
  day: { dateStyle: "long" },
  instant: { dateStyle: "long", timeStyle: "short" },
  moment: { timeStyle: "medium" },
};
const LONGEST_DELAY = 60; // seconds between two tries while the service does not respond

localizeTimes(document);
addEventListener("submit", submitOnce);
const live = liveSection(document);
if (live) follow(Number(live.dataset.refreshSeconds));

function liveSection(page) {
  return page.querySelector("[data-live]");
}

async function follow(seconds) {
  const announced = { at: Date.now(), tenth: tenthDone(liveSection(document)) };
  let delay = seconds;
  while (delay) {
    await new Promise((resolve) => setTimeout(resolve, delay * 1000));
    if (document.hidden) await becomesVisible();
    const page = await fetchPage();
    if (page === null) {
      delay = Math.min(delay * 2, LONGEST_DELAY);
      continue;
    }
    const fresh = liveSection(page);
    if (!fresh) return replaceMain(page);
    updateSection(fresh, page);
    announce(fresh, announced);
    delay = Number(fresh.dataset.refreshSeconds);
  }
}

async function fetchPage() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (response.status >= 500) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

function updateSection(fresh, page) {
  document.title = page.title;
  document.querySelector("main h1").textContent = page.querySelector("main h1").textContent;
  const old = liveSection(document);
  if (old.contains(document.activeElement)) return; // do not remove the element that has the focus
  localizeTimes(fresh);
  old.replaceChildren(...fresh.childNodes);
}

// The job has ended, or the session has: replace the whole page once, and move the focus to the heading so that a
// screen reader reads it out.
function replaceMain(page) {
  localizeTimes(page);
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  const heading = document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus();
}

function announce(fresh, announced) {
  const tenth = tenthDone(fresh);
  if (tenth === announced.tenth && Date.now() - announced.at < ANNOUNCE_EVERY) return;
  Object.assign(announced, { at: Date.now(), tenth });
  document.querySelector("[data-announcer]").textContent = fresh.dataset.message;
}

function tenthDone(section) {
  return Math.floor(Number(section.dataset.progress) / 10);
}

function becomesVisible() {
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

function localizeTimes(page) {
  for (const time of page.querySelectorAll("time[data-time]")) {
    const format = TIME_FORMATS[time.dataset.time];
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat("en-US", format).format(new Date(time.dateTime));
  }
}

function submitOnce(event) {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "yes";
}

// A page restored from the back/forward cache accepts a submit again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
