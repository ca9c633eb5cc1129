"""The operator's page: all jobs, why each waits, and what can be done about it."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import ENDED_WITHIN


@pytest.fixture
def olga(person):
    """Who looks after the service."""
    return person(is_operator=True).sign_in()


@pytest.fixture
def stuck(anna):
    """The id of Anna's import, which waits for Google."""
    address = anna.world.account("google", contacts=30)
    anna.world.sandbox.do("faults", {"fault": "429", "provider": "google", "address": address, "seconds": 900})
    job_id = anna.connect("google", address)
    expect(anna.page.locator("main")).to_contain_text("Google asks us to wait", timeout=ENDED_WITHIN)
    return job_id


def row(olga, job_id: str):
    return olga.page.locator("main tbody tr").filter(has=olga.page.locator(f"[href*='{job_id}'], [action*='{job_id}']"))


def test_an_operator_sees_everybody_s_jobs_and_why_each_waits(olga, stuck):
    olga.press("All jobs")

    expect(row(olga, stuck)).to_contain_text("Google")


def test_somebody_who_is_none_is_refused_and_sees_no_way_there(anna):
    anna.watch.expected.add(403)
    anna.open("/accounts")
    assert anna.button("All jobs").count() == 0

    assert anna.open("/operator/jobs").status == 403


def test_nobody_without_signing_in(person):
    nobody = person()
    nobody.watch.expected.add(401)

    nobody.open("/operator/jobs")

    nobody.heading("Sign in first")
