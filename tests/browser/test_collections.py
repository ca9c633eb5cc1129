"""Collections: a person makes one from a search and shares it; another joins, looks and leaves."""

from playwright.sync_api import expect

ADA = {"given": "Ada", "family": "Lovelace", "emails": ["ada@mail.example"]}


def test_a_collection_from_a_search_is_shared_looked_at_left_and_deleted(anna, person):
    address = anna.world.account("google", contacts=20)
    anna.world.sandbox.contacts(address, "add", people=[ADA])
    anna.api.import_account("google", address)
    ben = person("Ben").let_in()
    ben.open("/shared")
    ben_id = ben.page.locator("main strong").inner_text()

    anna.open("/contacts")
    anna.press("Collections")
    anna.fill("Name", "Family")
    anna.press("Create")
    anna.expect_heading("Family")
    anna.fill("Search your contacts", "ada@mail")
    anna.press("Search")
    anna.page.get_by_role("checkbox", name="Ada Lovelace").check()
    anna.press("Add the chosen contacts")
    expect(anna.page.locator("main table")).to_contain_text("Ada Lovelace")
    anna.page.get_by_label("Invite a person").fill(ben_id)
    anna.press("Invite")
    expect(anna.page.locator("main .card")).to_contain_text("Invited")

    ben.press("Collections")
    ben.press("See your invitations")
    ben.press("Accept")
    ben.press("Collections")
    ben.press("Family")
    expect(ben.page.locator("main table")).to_contain_text("Ada Lovelace")
    assert ben.page.get_by_role("button", name="Remove").count() == 0  # he may only look
    ben.press("Leave the collection")
    expect(ben.page.get_by_role("status")).to_contain_text("You left the collection.")

    anna.press("Delete the collection")
    anna.press("Delete collection")
    expect(anna.page.get_by_role("status")).to_contain_text("The collection is deleted.")
