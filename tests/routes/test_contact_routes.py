"""The address book over HTTP."""

import pytest

CONTACTS = "/api/v1/contacts"


@pytest.fixture
def book(service):
    """Ann's book of five."""
    service.imported(service.importing(), ("Ada Lovelace", "Bob", "Eve", "Zoë", "Mallory"))
    return service


class TestContacts:
    def test_page_by_page_each_once(self, book):
        seen, cursor = [], ""
        while cursor is not None:
            page = book.get(f"{CONTACTS}?limit=2&cursor={cursor}", who="ann").json
            seen += [contact["display"] for contact in page["contacts"]]
            cursor = page["next_cursor"]

        assert sorted(seen) == ["Ada Lovelace", "Bob", "Eve", "Mallory", "Zoë"]

    @pytest.mark.parametrize(("text", "found"), [("lovel", "Ada Lovelace"), ("ZOE", "Zoë"), ("zo%C3%AB", "Zoë")])
    def test_a_text_finds_whom_it_should(self, book, text, found):
        contacts = book.get(f"{CONTACTS}?q={text}", who="ann").json["contacts"]

        assert [contact["display"] for contact in contacts] == [found]

    def test_one_contact_says_where_each_value_comes_from(self, book):
        listed = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"][0]

        whole = book.get(f"{CONTACTS}/{listed['contact_id']}", who="ann").json

        assert [source["source_id"] for source in whole["sources"]] == ["id-Bob"]
        assert "display" in whole["said_by"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=odd", f"q={'x' * 201}"])
    def test_what_cannot_be_is_refused_by_its_name(self, book, query):
        heard = book.get(f"{CONTACTS}?{query}", who="ann")

        assert (heard.status, heard.json["member"]) == (422, query.partition("=")[0])

    @pytest.mark.parametrize("contact_id", ["~grave%23x", "a%23b", "%C3%A9", "a b"])
    def test_an_id_that_is_none_of_ours_is_not_found(self, book, contact_id):
        assert book.get(f"{CONTACTS}/{contact_id}", who="ann").status == 404
