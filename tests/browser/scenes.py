"""Every page in every state, each opened by a scene."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from chalicelib.books.possible_pairs import review_id_of
from local.sandbox.hostile import LONG
from tests.browser.gallery import Gallery, open_page
from tests.browser.person import Person

Scene = Callable[[Gallery], Person]
SCENES: dict[str, Scene] = {}
Heading = str | re.Pattern[str]


def scene(heading: Heading) -> Callable[[Scene], Scene]:
    """A page under that heading; the function opens it and returns who looks at it."""

    def keep(opens: Scene) -> Scene:
        def opened(gallery: Gallery) -> Person:
            looks = opens(gallery)
            looks.expect_heading(heading)
            return looks

        SCENES[opens.__name__.replace("_", " ")] = opened
        return opened

    return keep


@scene("All your contacts in one address book")
def the_way_in(at: Gallery) -> Person:
    return open_page(at.anonymous, "/")


@scene("Conflict with the current state")
def documented_problem(at: Gallery) -> Person:
    return open_page(at.anonymous, "/problems/conflict")


@scene("Sign-in required")
def signed_out_home(at: Gallery) -> Person:
    return open_page(at.anonymous, "/contacts")


@scene("Add these contacts?")
def confirmation_in_another_browser(at: Gallery) -> Person:
    address = at.world.account("google")
    at.anonymous.page.goto(at.newcomer.api.begin("google")["authorization_url"])
    at.anonymous.press(address)
    for box in at.anonymous.page.get_by_role("checkbox").all():
        box.check()
    at.anonymous.press("Continue")
    return at.anonymous


@scene("Switch off e-mails")
def link_in_an_email(at: Gallery) -> Person:
    return open_page(at.anonymous, "/emails/unsubscribe/made-up.done.made-up")


@scene("Accounts")
def no_accounts(at: Gallery) -> Person:
    return open_page(at.newcomer, "/accounts")


@scene("Connect HubSpot with a token")
def connect_with_a_token(at: Gallery) -> Person:
    return open_page(at.newcomer, "/accounts/connect/hubspot/token")


@scene("Connect HubSpot with a token")
def refused_token(at: Gallery) -> Person:
    looks = open_page(at.newcomer, "/accounts/connect/hubspot/token")
    looks.fill("Access token", "not a token")
    looks.press("Connect and import")
    return looks


@scene(re.compile("^Choose what comes from Google"))
def choose_what_comes(at: Gallery) -> Person:
    return open_page(at.owner, f"/accounts/{at.own['from google']}/choices")


@scene(re.compile("^What changes for Google"))
def what_a_choice_changes(at: Gallery) -> Person:
    looks = choose_what_comes(at)
    looks.page.get_by_role("checkbox").first.check()
    looks.press("See what changes")
    return looks


@scene("Imports")
def no_imports(at: Gallery) -> Person:
    return open_page(at.newcomer, "/imports")


@scene("Contacts")
def no_contacts(at: Gallery) -> Person:
    return open_page(at.newcomer, "/contacts")


@scene("Shared with me")
def nothing_shared(at: Gallery) -> Person:
    return open_page(at.newcomer, "/shared")


@scene("My data")
def no_data(at: Gallery) -> Person:
    return open_page(at.newcomer, "/me")


@scene("Erase everything about you?")
def nothing_to_erase(at: Gallery) -> Person:
    return open_page(at.newcomer, "/me/erase")


@scene(re.compile("."))
def a_contact_that_is_not_there(at: Gallery) -> Person:
    return open_page(at.newcomer, f"/contacts/{'A' * 22}")


@scene(re.compile("."))
def not_an_operator(at: Gallery) -> Person:
    return open_page(at.newcomer, "/operator/jobs")


@scene(re.compile("."))
def consent_was_denied(at: Gallery) -> Person:
    at.newcomer.begin_to_connect("google", at.world.account("google"))
    at.newcomer.press("Cancel")
    at.newcomer.page.wait_for_url(re.compile("/callback"))
    return at.newcomer


@scene("Accounts")
def accounts(at: Gallery) -> Person:
    return open_page(at.owner, "/accounts")


@scene(re.compile("^Disconnect Google"))
def disconnect(at: Gallery) -> Person:
    return open_page(at.owner, f"/accounts/{at.own['from google']}/disconnect")


@scene("Imports")
def imports(at: Gallery) -> Person:
    return open_page(at.owner, "/imports")


@scene(re.compile("^Done, but"))
def an_import_that_is_done(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}")


@scene("Failed")
def an_import_that_failed(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['failed']}")


@scene(re.compile("^Done"))
def an_import_that_holds_removals_back(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['held back']}")


@scene(re.compile("^(Starting|Importing)"))
def an_import_that_waits(at: Gallery) -> Person:
    return open_page(at.waiting, f"/imports/{at.own['waiting']}")


@scene(re.compile("."))
def contacts_of_an_import(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}/contacts")


@scene(re.compile("."))
def failed_contacts_of_an_import(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}/contacts?outcome=failed")


@scene("Contacts")
def contacts(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts")


@scene("Contacts")
def a_later_page_of_contacts(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?page=2")


@scene("Contacts")
def contacts_that_were_found(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?q=ada")


@scene("Contacts")
def nothing_found(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?q=nobody-of-that-name")


@scene("Ada Lovelace")
def a_contact(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}?saved=yes")


@scene("Charles Babbage")
def a_possible_duplicate(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Babbage']}")


@scene("Review")
def nothing_to_review(at: Gallery) -> Person:
    return open_page(at.newcomer, "/review")


@scene("Review")
def pairs_to_review(at: Gallery) -> Person:
    return open_page(at.owner, "/review")


@scene(re.compile("Ada Lovelace and Charles Babbage|Charles Babbage and Ada Lovelace"))
def a_pair_side_by_side(at: Gallery) -> Person:
    pair = review_id_of(at.owner and at.own["Lovelace"], at.own["Babbage"])
    opened = open_page(at.owner, f"/review/{pair}")
    for details in opened.page.locator("main details > summary").all():
        details.click()
    return opened


@scene("1 pair is certain")
def certain_pairs(at: Gallery) -> Person:
    return open_page(at.searcher, "/review/certain")


@scene("Review")
def a_review_after_a_search(at: Gallery) -> Person:
    return open_page(at.searcher, "/review")


@scene(re.compile("like this one$"))
def pairs_like_one(at: Gallery) -> Person:
    pair = review_id_of(at.owner and at.own["Lovelace"], at.own["Babbage"])
    return open_page(at.owner, f"/review/{pair}/like")


@scene("Edit Ada Lovelace")
def edit(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}/edit")


@scene("Edit Ada Lovelace")
def a_problem_in_an_edit(at: Gallery) -> Person:
    edit(at)
    at.owner.page.get_by_label(re.compile("^Month")).fill("13")
    at.owner.press("Save")
    expect(at.owner.page.get_by_role("alert")).to_be_visible()
    return at.owner


@scene("Delete Ada Lovelace?")
def delete(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}/delete")


@scene("Collections")
def collections(at: Gallery) -> Person:
    assert at.sharing
    return open_page(at.owner, "/collections")


@scene("Family")
def a_collection(at: Gallery) -> Person:
    at.owner.open("/collections")
    at.owner.fill("Name", "Family")
    at.owner.press("Create")
    at.owner.fill("Search your contacts", "ada")
    at.owner.press("Search")
    return at.owner


@scene("Shared with me")
def shared(at: Gallery) -> Person:
    assert at.sharing
    return open_page(at.owner, "/shared")


@scene("Shared with me")
def an_invitation_that_was_accepted(at: Gallery) -> Person:
    assert at.sharing
    at.owner.open("/shared")
    at.owner.follow(at.owner.button("Accept").first)
    expect(at.owner.page.get_by_role("status")).to_be_visible()
    return at.owner


@scene("My data")
def my_data(at: Gallery) -> Person:
    return open_page(at.owner, "/me")


@scene("Let Example CRM act for you?")
def grant(at: Gallery) -> Person:
    return open_page(at.owner, "/me/service-clients/grant?client=crm&scope=contacts:read+imports:write")


@scene("Erase everything about you?")
def erase(at: Gallery) -> Person:
    return open_page(at.owner, "/me/erase")


@scene("Import a file")
def no_file_imports(at: Gallery) -> Person:
    return open_page(at.newcomer, "/file-imports")


@scene("Import a file")
def file_imports(at: Gallery) -> Person:
    assert at.files
    return open_page(at.owner, "/file-imports")


@scene("Check the columns")
def columns_of_a_file(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['columns']}")


@scene("How the file was read")
def how_cards_were_read(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}/columns")


@scene("Plan")
def a_plan(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}")


@scene("Plan")
def a_plan_of_cards(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}?planned=new")


@scene("Row 3")
def a_row_of_a_file(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}/rows/1")


@scene("Imported, but some rows are open")
def a_file_that_was_imported(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['done']}")


@scene("Compare with the address book")
def a_comparison(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['newer']}/compare")


@scene("Compare with the address book")
def rows_that_only_the_file_has(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}/compare?kind=only_in_file")


@scene("Compare with the address book")
def contacts_that_only_the_book_has(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}/compare?kind=only_in_book")


@scene("The file could not be read")
def a_file_that_cannot_be_read(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['unreadable']}")


@scene(re.compile("[Jj]obs"))
def all_jobs(at: Gallery) -> Person:
    assert at.waiting  # so that one of them waits
    return open_page(at.operator, "/operator/jobs")


@scene("Health")
def health(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/health")


@scene("Deleted contacts")
def deleted_contacts(at: Gallery) -> Person:
    gone = at.owner.api.post("/api/v1/contacts", {"given": LONG[:200]})["contact_id"]
    at.owner.api.ask("DELETE", f"/api/v1/contacts/{gone}")
    return open_page(at.owner, "/contacts/deleted")


@scene("Activity")
def what_happened(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/activity")


@scene("What happened with my data")
def what_happened_with_my_data(at: Gallery) -> Person:
    return open_page(at.owner, "/me/activity")


@scene("Why is a contact not eligible?")
def all_reasons(at: Gallery) -> Person:
    return open_page(at.owner, "/enrichment/reasons")


@scene("Enrichment")
def all_vendors(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/enrichment")


@scene(re.compile("^People Data Labs"))
def a_vendor(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/enrichment/people-data-labs")


@scene(re.compile("^Run of"))
def a_run_of_a_vendor(at: Gallery) -> Person:
    return open_page(at.operator, f"/operator/enrichment/phone-metadata/runs/{at.vendor_run}")


@scene("Webhooks")
def no_endpoints(at: Gallery) -> Person:
    return open_page(at.newcomer, "/webhooks")


@scene(re.compile("^Endpoint"))
def an_endpoint_with_its_log(at: Gallery) -> Person:
    looks = open_page(at.owner, f"/webhooks/{at.endpoint}")
    looks.page.get_by_text(re.compile(r"^\d+ attempt")).first.click()
    return looks


@scene("Webhooks")
def all_endpoints(at: Gallery) -> Person:
    assert at.endpoint
    return open_page(at.owner, "/webhooks")


@scene("Webhooks of acme")
def endpoints_of_an_organization(at: Gallery) -> Person:
    return open_page(at.admin, "/organizations/acme/webhooks")


@scene("Webhooks of the service")
def endpoints_of_the_service(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/webhooks")


@scene("Bulk runs")
def no_bulk_runs(at: Gallery) -> Person:
    return open_page(at.newcomer, "/bulk")


@scene("Bulk runs")
def bulk_runs(at: Gallery) -> Person:
    assert at.bulk_run
    return open_page(at.owner, "/bulk")


@scene("Contacts created")
def a_bulk_run(at: Gallery) -> Person:
    return open_page(at.owner, f"/bulk/{at.bulk_run}")


@scene("Delete these contacts?")
def cleanup_of_a_bulk_run(at: Gallery) -> Person:
    a_bulk_run(at).press("Clean up …")
    return at.owner


@scene("Organizations")
def no_organizations(at: Gallery) -> Person:
    return open_page(at.newcomer, "/organizations")


@scene("Leads of acme")
def leads(at: Gallery) -> Person:
    return open_page(at.admin, "/organizations/acme/leads")


@scene("Maria")
def a_lead(at: Gallery) -> Person:
    open_page(at.admin, "/organizations/acme/leads").press("Maria")
    return at.admin


@scene("Edit Maria")
def edit_of_a_lead(at: Gallery) -> Person:
    a_lead(at).press("Edit")
    return at.admin


@scene("Imports of leads")
def imports_of_leads(at: Gallery) -> Person:
    return open_page(at.admin, "/organizations/acme/leads/imports")


@scene("Check the columns")
def columns_of_a_file_of_leads(at: Gallery) -> Person:
    assert at.admin
    return open_page(at.admin, at.own["columns of leads"])


@scene("Imported, but some rows are not")
def an_import_of_leads(at: Gallery) -> Person:
    assert at.admin
    return open_page(at.admin, f"/organizations/acme/leads/imports/{at.own['import of leads']}")


@scene("Undo this import?")
def undo_of_an_import_of_leads(at: Gallery) -> Person:
    an_import_of_leads(at).press("Undo …")
    return at.admin


@scene(re.compile("^Erased"))
def erased(at: Gallery) -> Person:
    gone = at.new_person().let_in()
    gone.open("/me/erase")
    gone.follow(gone.page.get_by_role("button", name=re.compile("^Erase ")))
    return gone
