// What the pages do by themselves; without it they work too. A page that is live says where (data-live) and when to
// look again (data-again, seconds): then the same page is fetched and its live part is put in the old one's place, so
// that only the server knows how things are shown.

const SPOKEN_EVERY = 10_000; // milliseconds between two polite announcements, unless a tenth was done in between
const FORMS = {
  day: { dateStyle: "long" },
  instant: { dateStyle: "long", timeStyle: "short" },
  moment: { timeStyle: "medium" },
};
const LONGEST_REST = 60; // seconds, after the service did not answer

tellTimes(document);
addEventListener("submit", pressOnce);
const first = live(document);
if (first) follow(Number(first.dataset.again));

function live(page) {
  return page.querySelector("[data-live]");
}

async function follow(seconds) {
  const spoken = { at: Date.now(), tenth: tenth(live(document)) };
  let rest = seconds;
  while (rest) {
    await new Promise((done) => setTimeout(done, rest * 1000));
    if (document.hidden) await shown();
    const page = await fetched();
    if (page === null) {
      rest = Math.min(rest * 2, LONGEST_REST);
      continue;
    }
    const fresh = live(page);
    if (!fresh) return replace(page);
    put(fresh, page);
    speak(fresh, spoken);
    rest = Number(fresh.dataset.again);
  }
}

async function fetched() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.status >= 500) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

function put(fresh, page) {
  document.title = page.title;
  document.querySelector("main h1").textContent = page.querySelector("main h1").textContent;
  const old = live(document);
  if (old.contains(document.activeElement)) return; // somebody is about to press something in it
  tellTimes(fresh);
  old.replaceChildren(...fresh.childNodes);
}

// It is over, or nobody is signed in any more: the whole page changes, once, and the heading is read out.
function replace(page) {
  tellTimes(page);
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  const heading = document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus();
}

function speak(fresh, spoken) {
  const now = tenth(fresh);
  if (now === spoken.tenth && Date.now() - spoken.at < SPOKEN_EVERY) return;
  Object.assign(spoken, { at: Date.now(), tenth: now });
  document.querySelector("[data-spoken]").textContent = fresh.dataset.says;
}

function tenth(part) {
  return Math.floor(Number(part.dataset.share) / 10);
}

function shown() {
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

function tellTimes(page) {
  for (const time of page.querySelectorAll("time[data-time]")) {
    const form = FORMS[time.dataset.time];
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat("en-GB", form).format(new Date(time.dateTime));
  }
}

function pressOnce(event) {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "yes";
}

// A page that comes back from the browser's memory may be pressed again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
