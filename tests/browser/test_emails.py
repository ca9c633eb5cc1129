"""E-mails: an account that lost its consent is told, and the link leads to where it is connected again."""

import re

import requests
from playwright.sync_api import expect

from tests.journeys.world import wait_for


def open_mailbox(anna) -> None:
    anna.page.goto(f"{anna.world.sandbox.origin}/mailbox")


def emails_of(anna) -> list[dict[str, str]]:
    everything = requests.get(f"{anna.world.sandbox.origin}/sandbox/emails", timeout=10).json()["emails"]
    return [email for email in everything if email["to"].startswith(anna.name)]


def lose_consent(anna) -> str:
    address = anna.world.account("google", contacts=3)
    anna.connect("google", address)
    anna.expect_heading("Done")
    anna.world.sandbox.do(f"accounts/{address}/revoke")
    anna.open("/accounts")
    anna.press("Import again")
    anna.expect_heading("Failed")
    wait_for_email(anna)
    return address


def wait_for_email(anna) -> None:
    """Let the schedule run until it has sent one; clocks of processes may differ by a second."""

    def has_arrived() -> bool:
        anna.world.cron()
        return bool(emails_of(anna))

    wait_for(has_arrived, 60, "an e-mail", every_seconds=0.5)


def test_an_email_leads_to_where_an_account_is_connected_again(anna):
    address = lose_consent(anna)
    (email,) = emails_of(anna)
    assert email["subject"] == "Connect your Google account again"
    assert address in email["text"]

    open_mailbox(anna)
    frame = anna.page.frame_locator("iframe").first
    anna.follow(frame.get_by_role("link", name="My accounts"))
    anna.expect_heading("Accounts")
    anna.press("Reconnect")
    anna.agree()

    anna.expect_heading("Done")
    anna.world.cron()
    assert len(emails_of(anna)) == 1, "by default, imports that have ended are not told"


def test_one_click_in_the_mail_program_ends_one_kind(anna):
    lose_consent(anna)
    open_mailbox(anna)
    article = anna.page.get_by_role("article").first
    anna.follow(article.get_by_role("button", name="Unsubscribe"))

    anna.expect_heading("E-mails switched off")
    anna.open("/me")
    expect(anna.page.get_by_label("when an account needs to be connected again")).not_to_be_checked()
    expect(anna.page.get_by_label("when something waits for my decision")).to_be_checked()


def test_the_link_in_the_text_asks_first_without_a_session(anna, person):
    lose_consent(anna)
    (email,) = emails_of(anna)
    link = re.search(r"https?://\S+/emails/unsubscribe/\S+", email["text"])
    stranger = person()
    stranger.page.goto(link[0])
    stranger.expect_heading("Switch off e-mails")

    stranger.press("Switch them off")

    stranger.expect_heading("E-mails switched off")
    anna.open("/me")
    expect(anna.page.get_by_label("when an account needs to be connected again")).not_to_be_checked()


def test_a_person_who_wants_it_is_told_of_an_import_that_has_ended(anna):
    anna.open("/me")
    assert f"{anna.name}@people.example" in anna.text()
    anna.page.get_by_label("when an import has ended").check()
    anna.press("Save")
    expect(anna.page.get_by_label("when an import has ended")).to_be_checked()

    anna.connect("google", anna.world.account("google", contacts=9))
    anna.expect_heading("Done")
    wait_for_email(anna)

    assert [email["subject"] for email in emails_of(anna)] == ["9 contacts imported from Google"]
