"""The address book: search, view, create, edit, delete, bring back."""

import re

import pytest
from playwright.sync_api import expect

ADA = {"given": "Ada", "family": "Lovelace", "emails": ["ada@mail.example"], "phones": ["+44 20 7946 0018"]}


@pytest.fixture
def google(anna):
    """Anna's connected Google account with Ada and twenty others; its address."""
    address = anna.world.account("google", contacts=20)
    anna.world.sandbox.contacts(address, "add", people=[ADA])
    anna.api.import_account("google", address)
    return address


def open_ada(anna) -> str:
    """Her page; returns her id."""
    anna.search("ada@mail.example")
    anna.follow(anna.page.locator("main tbody th a"))
    return anna.contact_id


class TestList:
    def test_an_empty_address_book_explains_itself_and_offers_the_next_step(self, anna):
        anna.open("/contacts")

        assert "No contacts yet" in anna.text()
        anna.press("Connect an account")
        anna.expect_heading("Accounts")

    @pytest.mark.parametrize("text", ["ada@mail", "Lovelace", "7946 0018"])
    def test_a_part_of_a_name_an_address_or_a_number_finds_a_contact(self, anna, google, text):
        assert anna.search(text) == ["Ada Lovelace"]

    def test_a_search_without_matches_says_so_and_links_back(self, anna, google):
        assert anna.search("nobody-of-that-name") == []

        anna.press("Show all")
        assert len(anna.names()) == 21

    def test_pages_lead_through_the_whole_book_each_contact_once_in_the_order_of_names(self, anna):
        anna.api.import_account("google", anna.world.account("google", contacts=120))
        anna.open("/contacts")
        seen = anna.names()
        for at in (2, 3):
            anna.press("Next")
            expect(anna.page.get_by_text(f"Page {at} of 3")).to_be_visible()
            seen += anna.names()

        assert anna.button("Next").count() == 0
        assert len(seen) == 120
        anna.press("First")
        assert anna.names() == seen[:50]

    def test_a_search_keeps_its_words_over_its_pages(self, anna):
        anna.api.import_account("google", anna.world.account("google", contacts=120))
        anna.search("@")
        found = re.search(r"of (\d+) contacts for “@”, of 120", anna.text())
        assert found

        anna.press("Last")

        expect(anna.page.get_by_label("Search", exact=True)).to_have_value("@")
        assert f"–{found[1]} of {found[1]} contacts for “@”" in anna.text()


class TestOne:
    def test_every_value_names_its_source(self, anna, google):
        open_ada(anna)

        assert re.search(rf"Source: Google {google}, import of", anna.text())

    def test_the_source_leads_to_its_import(self, anna, google):
        open_ada(anna)
        anna.follow(anna.page.get_by_role("link", name=re.compile("^Google .* import of")).first)

        anna.expect_heading("Done")
        assert anna.counts()["Created"] == 21

    def test_possible_duplicates_are_named_and_linked(self, anna, google):
        other = {"given": "Charles", "family": "Babbage", "emails": ["ada@mail.example"]}
        anna.world.sandbox.contacts(google, "add", people=[other])
        anna.import_again()
        anna.search("Babbage")
        anna.press("Charles Babbage")
        assert "Possible duplicate of" in anna.text()

        anna.press("Ada Lovelace")

        anna.expect_heading("Ada Lovelace")

    def test_another_person_s_contact_and_a_missing_one_look_the_same(self, anna, google, person):
        ada = open_ada(anna)
        bert = person().let_in()
        bert.watch.expected.add(404)

        bert.open(f"/contacts/{ada}")
        foreign = bert.text()
        bert.open(f"/contacts/{'A' * 22}")

        assert bert.text() == foreign


class TestNew:
    def test_a_contact_made_by_hand_is_listed_and_names_who_may_be_the_same(self, anna, google):
        anna.open("/contacts")
        anna.press("New contact")
        anna.fill("First name", "Augusta")
        anna.fill("Last name", "King")
        anna.fill("Address 1", "ada@mail.example")
        anna.press("Save")

        anna.expect_heading("Augusta King")
        assert "Ada Lovelace" in anna.text()
        assert sorted(anna.search("ada@mail.example")) == ["Ada Lovelace", "Augusta King"]

    def test_an_invalid_one_keeps_the_input(self, anna):
        anna.watch.expected.add(422)
        anna.open("/contacts/new")
        anna.fill("Nickname", "Enchantress")
        anna.fill("Month1 to 12", "13")
        anna.press("Save")

        expect(anna.page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(anna.page.get_by_label("Nickname", exact=True)).to_have_value("Enchantress")
        anna.fill("Month1 to 12", "12")
        anna.fill("Day1 to 31", "10")
        anna.press("Save")
        anna.expect_heading("Enchantress")


class TestEdit:
    def test_an_edit_takes_precedence_and_survives_the_next_import(self, anna, google):
        open_ada(anna)
        anna.press("Edit")
        anna.fill("First name", "Augusta Ada")
        anna.fill("Number 1", "+44 20 7946 0999")
        anna.press("Save")

        assert "Saved. Values that you edit take precedence over every source" in anna.text()
        anna.world.sandbox.contacts(google, "change", numbers=[20], set={"given": "Adah", "title": "Countess"})
        anna.import_again()
        assert anna.counts()["Updated"] == 1
        assert anna.search("Augusta") == ["Augusta Ada Lovelace"]
        anna.press("Augusta Ada Lovelace")
        rows = [row.inner_text() for row in anna.page.locator("main tbody tr").all()]
        assert any("Countess" in row for row in rows), "what was not edited follows its source"
        assert any("Augusta Ada" in row and "You," in row for row in rows)
        assert any("Adah" in row and "Not shown: your edit takes precedence" in row for row in rows)

    def test_a_value_is_added_and_another_taken_away(self, anna, google):
        open_ada(anna)
        anna.press("Edit")
        anna.fill("Address 2", "countess@mail.example")
        anna.fill("Number 1", "")
        anna.press("Save")

        assert anna.search("countess@mail.example") == ["Ada Lovelace"]
        assert anna.search("7946 0018") == []

    def test_saving_without_a_change_adds_no_own_values(self, anna, google):
        open_ada(anna)
        anna.press("Edit")
        anna.press("Save")

        assert "You," not in anna.text()

    def test_an_invalid_edit_keeps_the_input_and_links_to_the_field(self, anna, google):
        anna.watch.expected.add(422)
        open_ada(anna)
        anna.press("Edit")
        anna.fill("Nickname", "Enchantress")
        anna.fill("Month1 to 12", "13")
        anna.press("Save")

        problem = anna.page.get_by_role("alert")
        expect(problem).to_contain_text("There is a problem")
        expect(anna.page.get_by_label("Nickname", exact=True)).to_have_value("Enchantress")
        problem.get_by_role("link").click()
        assert "#birthday" in anna.page.url

    def test_two_windows_do_not_overwrite_each_other_unseen(self, anna, google):
        anna.watch.expected.add(409)
        ada = open_ada(anna)
        other = anna.context.new_page()
        other.goto(f"{anna.world.url}contacts/{ada}/edit")
        anna.press("Edit")
        anna.fill("Title", "Countess")
        anna.press("Save")

        other.get_by_label("Title", exact=True).fill("Mathematician")
        other.get_by_role("button", name="Save").click()

        expect(other.get_by_role("alert")).to_be_visible()
        expect(other.get_by_label("Title", exact=True)).to_have_value("Mathematician")


class TestDelete:
    def test_a_deleted_contact_is_gone_and_does_not_come_back_with_the_next_import(self, anna, google):
        anna.watch.expected.add(404)
        ada = open_ada(anna)
        anna.press("Delete")
        anna.expect_heading("Delete Ada Lovelace?")
        assert f"Nothing changes at Google {google}" in anna.text()

        anna.press("Delete contact")

        anna.expect_heading("Contacts")
        assert anna.search("ada@mail.example") == []
        anna.open("/accounts")
        anna.api.again(full=True)
        assert anna.search("ada@mail.example") == []
        assert anna.open(f"/contacts/{ada}").status == 404

    def test_a_deleted_contact_can_be_brought_back_at_once(self, anna, google):
        ada = open_ada(anna)
        anna.press("Delete")
        anna.press("Delete contact")
        anna.press("Undo")

        anna.expect_heading("Ada Lovelace")
        assert anna.contact_id == ada
        assert anna.search("ada@mail.example") == ["Ada Lovelace"]

    def test_canceling_a_deletion_keeps_the_contact(self, anna, google):
        open_ada(anna)
        anna.press("Delete")
        anna.press("Cancel")

        anna.expect_heading("Ada Lovelace")
        assert anna.search("ada@mail.example") == ["Ada Lovelace"]
