"""The operator's page: all jobs, why each waits, and what can be done about it."""

import pytest
from playwright.sync_api import expect

from tests.browser.person import ENDED_WITHIN


@pytest.fixture
def olga(person):
    """An operator."""
    return person(is_operator=True).let_in()


@pytest.fixture
def stuck(anna):
    """The id of Anna's import, which waits for Google."""
    address = anna.world.account("google", contacts=30)
    anna.world.sandbox.do(
        "faults", {"fault": "429", "provider": "google", "address": address, "seconds": 900, "skip": 2}
    )
    job_id = anna.connect("google", address)
    expect(anna.page.locator("main")).to_contain_text("Google asks us to wait", timeout=ENDED_WITHIN)
    return job_id


def row(olga, job_id: str):
    """The job's line in the list of all of them."""
    return olga.page.locator("main tbody tr").filter(has_text=job_id)


def test_an_operator_sees_everybody_s_jobs_and_why_each_waits(olga, stuck):
    olga.open("/accounts")
    olga.press("All jobs")

    olga.expect_heading("All jobs")
    expect(row(olga, stuck)).to_contain_text("Import, Google")
    expect(row(olga, stuck)).to_contain_text("asks us to wait")


def test_the_list_is_narrowed_to_a_person_a_state_a_kind_and_an_age(olga, anna, stuck):
    olga.open("/operator/jobs")
    olga.page.get_by_label("Person sub claim of their token").fill(anna.name)
    olga.page.get_by_label("State").select_option("Queued")
    olga.page.get_by_label("Provider").select_option("Google")
    olga.page.get_by_label("Younger than such as 45m, 2h or 3d").fill("45m")
    olga.press("Filter")
    assert olga.page.locator("main tbody tr").count() == 1
    assert row(olga, stuck).count() == 1

    olga.page.get_by_label("State").select_option("Failed")
    olga.press("Filter")

    expect(olga.page.get_by_text("No matching jobs")).to_be_visible()
    expect(olga.page.get_by_label("State")).to_have_value("failed")


def test_a_job_is_canceled_and_run_again(olga, anna, stuck):
    olga.open(f"/operator/jobs?person={anna.name}")
    olga.follow(row(olga, stuck).get_by_role("button", name="Cancel"))
    expect(olga.page.get_by_role("status")).to_contain_text("was canceled")
    expect(row(olga, stuck)).to_contain_text("Canceled")
    anna.page.reload()
    anna.expect_heading("Canceled")

    olga.follow(row(olga, stuck).get_by_role("button", name="Retry"))

    expect(olga.page.get_by_role("status")).to_contain_text("Started again")
    anna.open("/imports")
    assert anna.page.locator("main tbody tr").count() == 2


def test_the_schedule_runs_now(olga):
    olga.open("/operator/jobs")

    olga.press("Run the schedule now")

    expect(olga.page.get_by_role("status")).to_contain_text("The schedule", timeout=ENDED_WITHIN)


def test_health_lists_every_dependency(olga):
    olga.open("/operator/jobs")

    olga.press("Health")

    olga.expect_heading("Health")
    assert olga.page.locator("main tbody tr").count() >= 3


def test_other_people_are_refused_and_see_no_link(anna):
    anna.watch.expected.add(403)
    anna.open("/accounts")
    assert anna.button("All jobs").count() == 0

    assert anna.open("/operator/jobs").status == 403


def test_it_requires_signing_in(person):
    anonymous = person()
    anonymous.watch.expected.add(401)

    anonymous.open("/operator/jobs")

    anonymous.expect_heading("Sign-in required")
