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
const keys = document.querySelector("[data-keys]");
if (keys) useKeys(keys.querySelector("[data-keys-on]"));
const deciding = document.querySelector("form[data-decide]");
if (deciding) previewChoices(deciding);

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

// A box that counts only with another choice makes that choice.
addEventListener("change", ({ target }) => {
  if (target.checked && target.dataset.selects) document.getElementById(target.dataset.selects).checked = true;
});

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

// A page with keys: each link or button with data-key is pressed by that key, 1 and 2 choose a side, and in a list j and k
// lead from row to row. A person can switch them off, since speech input and screen readers use letters too.
function useKeys(toggle) {
  toggle.checked = localStorage.getItem("keys") !== "off";
  toggle.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.repeat && event.key !== "j" && event.key !== "k") return; // a key held down must not decide the next pair too
    if (event.key === "Enter" && event.target.closest("a, button, input, summary")) return;
    if (pressed(event.key)) event.preventDefault();
  });
}

function isTyping(element) {
  return element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

// Whether the key does anything on this page.
function pressed(key) {
  if (key === "1" || key === "2") return chooseSide(key === "1" ? "left" : "right");
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length && (key === "j" || key === "k")) {
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, key === "j" ? at + 1 : at - 1))].focus();
    return true;
  }
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (found) found.click();
  return Boolean(found);
}

// In the field that has the focus, otherwise in all of them.
function chooseSide(side) {
  const focused = document.activeElement.closest("[data-field]");
  const choices = [...(focused ?? document).querySelectorAll(`[data-field] input[type=radio][value=${side}]`)];
  for (const choice of choices) choice.checked = true;
  if (focused) choices[0]?.focus();
  choices[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  return choices.length > 0;
}

// The result follows the choices; only the server knows what merging makes of them.
function previewChoices(form) {
  let latest = 0;
  form.querySelector("[data-preview]")?.setAttribute("hidden", "");
  form.addEventListener("change", async () => {
    const mine = ++latest;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "preview");
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== latest) return;
    document.querySelector("[data-result]").replaceChildren(...page.querySelector("[data-result]").childNodes);
    document.querySelector("[data-announcer]").textContent = "The preview is up to date.";
  });
}
