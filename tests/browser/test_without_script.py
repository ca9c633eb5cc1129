"""Without JavaScript: forms and refreshing pages do everything."""

import re

import pytest


@pytest.fixture
def anna(person):
    return person(java_script_enabled=False).let_in()


def test_an_import_goes_on_to_its_end_because_the_page_looks_again(anna):
    address = anna.world.account("google", contacts=2_500)
    anna.world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 800})
    anna.connect("google", address)
    loads = []
    anna.page.on("load", lambda _: loads.append(anna.page.url))

    anna.expect_heading("Done")

    assert len(loads) >= 1
    assert anna.counts()["Created"] == 2_500
    assert anna.page.locator("meta[http-equiv=refresh]").count() == 0, "it is over"


def test_search_edit_and_delete(anna):
    address = anna.world.account("google", contacts=5)
    anna.world.sandbox.contacts(address, "add", people=[{"given": "Ada", "family": "Lovelace"}])
    anna.api.import_account("google", address)

    assert anna.search("lovelace") == ["Ada Lovelace"]
    anna.press("Ada Lovelace")
    anna.press("Edit")
    anna.fill("Nickname", "Enchantress")
    anna.press("Save")
    assert "Enchantress" in anna.text()
    anna.press("Delete")
    anna.press("Delete contact")
    assert anna.search("lovelace") == []


def test_create_a_contact_delete_it_and_bring_it_back(anna):
    anna.open("/contacts/new")
    anna.fill("First name", "Ada")
    anna.fill("Address 1", "ada@mail.example")
    anna.press("Save")
    anna.expect_heading("Ada")
    made = anna.contact_id

    anna.press("Delete")
    anna.press("Delete contact")
    anna.press("Undo")

    assert anna.contact_id == made
    assert anna.search("ada@mail.example") == ["Ada"]


def test_cancel_disconnect_erase_and_sign_out(anna):
    anna.watch.expected.add(401)
    address = anna.world.account("google", contacts=30)
    anna.world.sandbox.do(
        "faults", {"fault": "429", "provider": "google", "address": address, "seconds": 900, "skip": 2}
    )
    anna.connect("google", address)
    anna.press("Cancel")
    anna.expect_heading("Canceled")

    anna.open("/accounts")
    anna.press("Disconnect")
    anna.follow(anna.page.get_by_role("button", name=re.compile("^Disconnect")))
    anna.expect_heading("Disconnected")
    anna.press("Sign out")
    anna.sign_in()
    anna.open("/me/erase")
    anna.follow(anna.page.get_by_role("button", name=re.compile("^Erase ")))
    anna.expect_heading(re.compile("erased", re.IGNORECASE))


def test_accept_decline_block_and_leave(anna, person):
    bert = person(java_script_enabled=False).let_in()
    for name in ("Choir", "Neighbors", "Spam"):
        made = bert.api.post("/api/v1/collections", {"name": name})["collection_id"]
        target = f"/api/v1/collections/{made}/shares/{anna.name}"
        assert bert.api.ask("PUT", target, json={"role": "viewer"}).status_code == 200

    anna.open("/shared")
    for words in ("Accept", "Decline", "Block sender"):
        anna.follow(anna.button(words).first)
    assert "No invitations." in anna.text()
    anna.press("Unblock")
    anna.press("Accept")
    anna.follow(anna.button("Leave").first)

    assert len(anna.api.get("/api/v1/collections")["collections"]) == 1
    assert "You left the collection." in anna.text()
