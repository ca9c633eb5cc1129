"""Following an import: live without a reload, canceled, retried, and correct at any moment."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import ENDED_WITHIN, visitors
from tests.journeys.world import wait_for

MANY = 5_000  # contacts of a slow account

RECORD = """() => {
  window.sameDocument = true;
  window.frames_seen = [];
  const look = () => {
    const cells = [...document.querySelectorAll('table.counts td:first-of-type')];
    const numbers = cells.map((cell) => Number(cell.textContent.replaceAll(',', '')));
    const bar = document.querySelector('progress');
    window.frames_seen.push({
      share: bar && bar.value, bar: bar && bar.ariaLabel, outcomes: numbers.slice(0, 5), read: numbers[5],
      heading: document.querySelector('h1').textContent,
      spoken: document.querySelector('[data-announcer]').textContent,
    });
  };
  look();
  new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true });
}"""


def slow_account(world) -> str:
    """An account that takes some seconds to read; returns its address."""
    address: str = world.account("google", contacts=MANY)
    world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 1_000})
    return address


def heading_a_minute_later(person) -> str:
    """For a page that asks rarely, because its import waits."""
    person.page.clock.fast_forward("01:00")
    return str(person.page.locator("h1").inner_text())


@pytest.fixture
def stuck(world):
    """An account whose provider asks to wait for long; returns its address."""
    address = world.account("google", contacts=30)
    world.sandbox.do("faults", {"fault": "429", "provider": "google", "address": address, "seconds": 900, "skip": 2})
    return address


@pytest.fixture(scope="module")
def watched(browser, world):
    """Anna, who watched an import from its beginning to its end, and everything her page showed meanwhile."""
    with visitors(browser, world) as make:
        anna = make().let_in()
        anna.connect("google", slow_account(world))
        anna.page.evaluate(RECORD)
        anna.expect_heading("Done")
        yield anna, anna.page.evaluate("window.frames_seen")


class TestLive:
    def test_it_goes_on_to_its_end_by_itself_without_being_loaded_again(self, watched):
        anna, seen = watched

        assert anna.page.evaluate("window.sameDocument")
        assert {"Starting", "Importing from Google", "Done"} >= {each["heading"] for each in seen}
        assert seen[-1]["read"] == MANY

    def test_its_numbers_add_up_at_every_instant_and_only_grow(self, watched):
        running = [each for each in watched[1] if each["share"] is not None]

        assert len({each["read"] for each in running}) >= 3
        assert all(sum(each["outcomes"]) == each["read"] for each in watched[1])
        assert [each["share"] for each in running] == sorted(each["share"] for each in running)

    def test_progress_is_announced_politely_at_most_once_per_tenth(self, watched):
        spoken = [each["spoken"] for each in watched[1] if each["spoken"]]

        assert all(re.search(rf"[\d,]+ of {MANY:,} read", each) for each in spoken)
        assert 1 <= len(set(spoken)) <= 11

    def test_the_bar_has_a_name_and_the_end_is_read_out(self, watched):
        anna, seen = watched

        assert {each["bar"] for each in seen if each["share"] is not None} == {"Progress"}
        assert anna.page.evaluate("document.activeElement.textContent") == "Done"

    def test_after_the_end_the_page_stops_polling(self, watched):
        requests = []
        watched[0].page.on("request", lambda request: requests.append(request.url))

        watched[0].page.wait_for_timeout(2_500)

        assert requests == []

    def test_after_a_reload_it_shows_the_current_state(self, anna):
        anna.connect("google", slow_account(anna.world))
        wait_for(lambda: anna.counts()["Created"] > 0, ENDED_WITHIN / 1000, "the first contacts")
        before = anna.counts()["Total read"]

        anna.page.reload()

        counts = anna.counts()
        read = counts.pop("Total read")
        assert read >= before
        assert sum(counts.values()) == read
        anna.press("Cancel")
        anna.expect_heading("Canceled")

    def test_a_sign_out_meanwhile_is_reported_and_signing_in_leads_back(self, anna, stuck):
        anna.watch.expected.add(401)
        job_id = anna.connect("google", stuck)
        anna.page.clock.install()
        anna.page.reload()
        anna.context.clear_cookies()

        wait_for(lambda: heading_a_minute_later(anna) == "Sign-in required", ENDED_WITHIN / 1000, "the page to ask")
        anna.press("Sign in")
        anna.say_who()

        assert anna.job_id == job_id

    def test_it_shows_why_it_waits(self, anna, stuck):
        anna.connect("google", stuck)

        expect(anna.page.locator("main")).to_contain_text("Google asks us to wait", timeout=ENDED_WITHIN)


class TestCancel:
    def test_a_running_import_stops_and_what_arrived_stays(self, anna):
        anna.connect("google", slow_account(anna.world))
        wait_for(lambda: anna.counts()["Created"] > 0, ENDED_WITHIN / 1000, "the first contacts")

        anna.press("Cancel")

        anna.expect_heading("Canceled")
        read = anna.counts()["Created"]
        assert 0 < read < MANY
        anna.open("/contacts")
        assert f"of {read:,} contacts" in anna.text()

    def test_a_waiting_import_can_be_tried_again_after_it_was_canceled(self, anna, stuck):
        anna.connect("google", stuck)
        anna.press("Cancel")
        anna.expect_heading("Canceled")

        anna.press("Retry")

        anna.expect_heading("Done")
        assert anna.counts()["Created"] == 30


class TestWhatCouldNotBeKept:
    def test_the_failed_ones_are_listed_with_their_reason_and_as_csv(self, anna):
        address = anna.world.account("google", contacts=3)
        anna.world.sandbox.contacts(address, "add", count=1, odd="huge-note")
        anna.connect("google", address)
        anna.expect_heading("Done, but 1 failed")

        anna.press("Failed")

        (row,) = anna.page.locator("main tbody tr").all()
        assert len(row.inner_text().split()) > 5, "its name, and why in words"
        with anna.page.expect_download() as download:
            anna.button("Download as CSV").click()
        assert download.value.suggested_filename.endswith(".csv")

    def test_the_outcomes_lead_to_the_contacts_themselves(self, anna):
        anna.connect("google", anna.world.account("google", contacts=3))
        anna.expect_heading("Done")
        anna.press("Created")

        anna.follow(anna.page.locator("main tbody th a").first)

        assert anna.contact_id
