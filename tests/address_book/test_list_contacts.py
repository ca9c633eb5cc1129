"""The sorted list: in order, whole, and never saying what is not so."""

import base64
from dataclasses import replace

import pytest

from chalicelib.address_book.contact_filter import ALL, ContactFilter
from chalicelib.contacts.sort_order import Order
from chalicelib.contacts.source import file_source
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.errors import InvalidInput
from tests.address_book.room import ANN, names_of, person

FOREIGN = ("3.c1", "by-name/c1", "by-name//ada", "by-name/~grave#1/ada", "by-date/c1/ada")


def forge_cursor(text: str) -> str:
    """A forged cursor."""
    return base64.urlsafe_b64encode(text.encode()).decode()


def names_on_all_pages(room, text=None, limit=2, between=lambda: None, order=Order.NAME, wanted=ALL):
    """What everybody is called, page after page by cursor; something may happen between two pages."""
    page = room.list.after(ANN, text, None, limit, order, wanted)
    found = page.contacts
    while page.next_cursor is not None:
        between()
        page = room.list.after(ANN, text, page.next_cursor, limit, order, wanted)
        assert len(page.contacts) <= limit
        found += page.contacts
    return names_of(found)


class TestOrder:
    def test_is_sorted_by_name_without_regard_to_case_and_accents(self, book):
        assert book.names() == ["ada Lovelace", "Bob Bell", "Émile Zola", "Eve Adams", "Zoë Zweig"]

    def test_sorts_names_without_words_last(self, book):
        book.import_contacts(person("", "p/1", groups=["Friends"]), person("😀", "p/2"), source="microsoft:m1")

        assert book.names()[:5] == ["ada Lovelace", "Bob Bell", "Émile Zola", "Eve Adams", "Zoë Zweig"]
        assert sorted(book.names()[5:]) == ["", "😀"]

    def test_of_contacts_with_equal_names_is_stable(self, room):
        room.import_contacts(*[person("Ann Ash", f"p/{number}") for number in range(8)])

        ids = [each.contact_id for each in room.list(ANN).contacts]

        assert ids == sorted(ids)

    def test_passes_over_what_cannot_be_seen(self, book):
        book.import_contacts(person("\u202eBea Bird", "p/1"), person("  «Bill Byrd»", "p/2"), source="microsoft:m1")

        assert book.names()[1:4] == ["\u202eBea Bird", "«Bill Byrd»", "Bob Bell"]


class TestOtherOrders:
    @pytest.fixture
    def mixed(self, room):
        people_fields = (
            {"given": "Vincent", "family": "van Gogh"},
            {"given": "Anna", "family": "Meier", "display": "Zia Anna"},
            {"given": "健一", "family": "小林"},
            {"given": "Suharto"},
            {"organization": "Acme"},
            {"given": "Carl", "family": "Zeiss", "file_as": "Aperture"},
        )
        room.import_contacts(*[SourceContact(f"p/{number}", content) for number, content in enumerate(people_fields)])
        return room

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            (Order.NAME, ["Acme", "Carl Zeiss", "Suharto", "Vincent van Gogh", "Zia Anna", "小林 健一"]),
            (Order.FAMILY, ["Acme", "Carl Zeiss", "Vincent van Gogh", "Zia Anna", "Suharto", "小林 健一"]),
            (Order.GIVEN, ["Acme", "Zia Anna", "Carl Zeiss", "Suharto", "Vincent van Gogh", "小林 健一"]),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 4])
    def test_are_by_family_or_given_name_in_pages_too(self, mixed, order, names, limit):
        assert mixed.names(order=order) == names
        assert names_on_all_pages(mixed, limit=limit, order=order) == names

    def test_of_what_a_text_finds(self, mixed):
        assert mixed.names("a", order=Order.FAMILY) == ["Acme", "Zia Anna"]

    def test_follow_an_edit(self, mixed):
        mixed.names(order=Order.FAMILY)
        edited = mixed.edit(ANN, mixed.id_of("小林 健一"), {"given": "健二"})
        mixed.edit(ANN, mixed.id_of("Zia Anna"), {"family": "Abel"})

        assert edited.shown["display"] == "小林 健二"
        assert mixed.names(order=Order.FAMILY)[:2] == ["Zia Anna", "Acme"]

    def test_refuse_a_cursor_of_another_one(self, mixed):
        cursor = mixed.list.after(ANN, None, None, 2, Order.FAMILY).next_cursor

        with pytest.raises(InvalidInput, match="sorted by family") as refused:
            mixed.list.after(ANN, None, cursor, 2)

        assert refused.value.members == {"field": "cursor"}


class TestDuplicates:
    def test_are_named_both_ways(self, room):
        room.import_contacts(person("Ada Lovelace", email="office@x.org"))
        room.import_contacts(person("Bob Bell", "m/bob", email="office@x.org"), source="microsoft:m1")
        ada, bob = room.id_of("Ada Lovelace"), room.id_of("Bob Bell")

        named = {each.contact_id: list(each.possible_duplicates) for each in room.list(ANN).contacts}

        assert named == {ada: [bob], bob: [ada]}

    def test_that_are_gone_are_not_named(self, room):
        room.import_contacts(person("Ada Lovelace", email="office@x.org"))
        room.import_contacts(person("Bob Bell", "m/bob", email="office@x.org"), source="microsoft:m1")
        room.delete(ANN, room.id_of("Ada Lovelace"))

        assert [list(each.possible_duplicates) for each in room.list(ANN).contacts] == [[]]


class TestPages:
    def test_are_counted(self, book):
        listed = book.list(ANN, page=2, size=2)

        assert names_of(listed.contacts) == ["Émile Zola", "Eve Adams"]
        assert (listed.matches, listed.total, listed.page, listed.pages, listed.is_current) == (5, 5, 2, 3, True)

    @pytest.mark.parametrize(("page_number", "given"), [(-3, 1), (0, 1), (3, 3), (4, 3), (10**9, 3)])
    def test_that_are_not_there_are_the_nearest_that_is(self, book, page_number, given):
        assert book.list(ANN, page=page_number, size=2).page == given

    def test_of_an_empty_book_are_one_empty_page(self, room):
        listed = room.list(ANN)

        assert (listed.contacts, listed.matches, listed.page, listed.pages) == ([], 0, 1, 1)

    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
    def test_by_cursor_show_everybody_once_in_order(self, book, limit):
        assert names_on_all_pages(book, limit=limit) == book.names()

    def test_by_cursor_include_every_contact_that_stays_despite_changes(self, book):
        """Contacts added or deleted before the cursor do not shift other contacts."""
        meanwhile = iter(
            [
                lambda: book.import_contacts(person("Aaron Abel"), source="microsoft:m1"),
                lambda: book.delete(ANN, book.id_of("ada Lovelace")),
            ]
        )

        found = names_on_all_pages(book, between=lambda: next(meanwhile, bool)())

        assert found == ["ada Lovelace", "Bob Bell", "Émile Zola", "Eve Adams", "Zoë Zweig"]

    @pytest.mark.parametrize("cursor", ["x", "é", "====", "", "A" * 900, *map(forge_cursor, FOREIGN)])
    def test_by_a_forged_cursor_are_refused(self, book, cursor):
        with pytest.raises(InvalidInput) as refused:
            book.list.after(ANN, None, cursor, 2)

        assert refused.value.members == {"field": "cursor"}


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "found"), [("ADA", ["ada Lovelace", "Eve Adams"]), ("zoe", ["Zoë Zweig"]), ("nobody", [])]
    )
    def test_finds_contacts_by_text(self, book, text, found):
        listed = book.list(ANN, text)

        assert names_of(listed.contacts) == found
        assert (listed.matches, listed.total) == (len(found), 5)

    def test_finds_contacts_by_the_names_of_all_sources(self, room):
        room.import_contacts(person("José García", "p/1", email="jose@x.org"))
        room.import_contacts(person("José García López", "m/1", email="jose@x.org"), source="microsoft:m1")

        listed = room.list(ANN, "lopez")

        assert (names_of(listed.contacts), listed.matches) == (["José García"], 1)
        assert names_on_all_pages(room, "lopez") == ["José García"]

    @pytest.mark.parametrize("text", [None, "", "  \t"])
    def test_for_nothing_finds_everybody(self, book, text):
        assert len(book.names(text)) == 5

    def test_goes_through_addresses_and_numbers_however_they_are_written(self, book):
        book.import_contacts(person("Fay Field", email="fay@Example.org", phone="0170 123 4567"), source="microsoft:m1")

        for text in ("fay@ex", "0170-1234567", "+491701234567", "1234567"):
            assert book.names(text) == ["Fay Field"]

    def test_pages_by_cursor_too(self, book):
        assert names_on_all_pages(book, "e", limit=1) == ["Émile Zola", "Eve Adams"]


class TestTag:
    @pytest.fixture
    def tagged(self, room):
        """Three contacts from Google; two of them are also in a file with a tag, as is a fourth."""
        ada, bob, eve, ida = (
            person(name, email=f"{name.split()[1]}@x.org") for name in ("Ada King", "Bob Bell", "Eve Adams", "Ida Iris")
        )
        room.import_contacts(ada, bob, eve)
        room.import_contacts(bob, eve, ida, source=file_source("f1").with_tag("iris-import"))
        return room

    def test_lists_contacts_with_a_record_of_the_tag(self, tagged):
        listed = tagged.list(ANN, wanted=ContactFilter(tag="iris-import"))

        assert names_of(listed.contacts) == ["Bob Bell", "Eve Adams", "Ida Iris"]
        assert (listed.matches, listed.total, listed.tags) == (3, 4, ["google", "iris-import"])

    def test_is_combined_with_a_search(self, tagged):
        assert tagged.names("ada", wanted=ContactFilter(tag="iris-import")) == ["Eve Adams"]

    def test_that_nothing_has_lists_nothing(self, tagged):
        listed = tagged.list(ANN, wanted=ContactFilter(tag="mark-import"))

        assert (listed.contacts, listed.matches, listed.total) == ([], 0, 4)

    @pytest.mark.parametrize("order", Order)
    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_pages_by_cursor_in_every_order(self, tagged, order, limit):
        found = names_on_all_pages(tagged, limit=limit, order=order, wanted=ContactFilter(tag="iris-import"))

        assert found == tagged.names(order=order, wanted=ContactFilter(tag="iris-import"))
        assert len(found) == 3

    def test_follows_an_edit(self, tagged):
        tagged.names()
        tagged.edit(ANN, tagged.id_of("Ida Iris"), {"title": "Boss"})

        assert tagged.names(wanted=ContactFilter(tag="crm-direct")) == ["Ida Iris"]

    def test_omits_contacts_that_lost_it_since_the_index_was_built(self, tagged):
        assert len(tagged.names(wanted=ContactFilter(tag="iris-import"))) == 3
        bob = tagged.contacts.get(ANN, tagged.id_of("Bob Bell"))
        kept = replace(bob, records=[each for each in bob.records if not each.own_tag])
        tagged.jobs.dynamo.commit([tagged.contacts.put_write(ANN, kept)])

        assert tagged.names(wanted=ContactFilter(tag="iris-import")) == ["Eve Adams", "Ida Iris"]


class TestTruth:
    """The index may be a little old while an import runs; what is shown is not."""

    @pytest.fixture
    def at_work(self, book):
        """An import that has changed the book since the index was made, and goes on."""
        at_work = book.start_import()
        at_work.read(person("Bob Bell", title="Boss"))
        assert len(book.names()) == 5
        at_work.read(person("Carl Cox"))
        return at_work

    def test_an_older_index_is_not_current(self, book, at_work):
        listed = book.list(ANN)

        assert "Carl Cox" not in names_of(listed.contacts)
        assert not listed.is_current

    def test_an_outdated_list_is_replaced_after_a_moment(self, book, at_work):
        book.clock.advance(seconds=2)

        listed = book.list(ANN)

        assert "Carl Cox" in names_of(listed.contacts)
        assert listed.is_current

    def test_an_outdated_list_is_replaced_when_the_import_ends(self, book, at_work):
        at_work.commit(at_work.plan([]), ends=True)

        assert "Carl Cox" in book.names()
        assert book.list(ANN).is_current

    def test_a_deleted_contact_is_not_shown(self, book, at_work):
        write = book.contacts.remove_write(ANN, book.contacts.get(ANN, book.id_of("Eve Adams")))
        book.jobs.dynamo.commit([write])

        assert "Eve Adams" not in book.names()

    def test_everybody_is_called_what_they_are_called_now(self, book, at_work):
        at_work.read(person("Rob Adams", "p/Eve Adams"))

        assert not book.list(ANN).is_current
        assert book.names() == ["ada Lovelace", "Bob Bell", "Émile Zola", "Rob Adams", "Zoë Zweig"]

    def test_a_search_omits_contacts_that_no_longer_match(self, book, at_work):
        at_work.read(person("Rob Adams", "p/Eve Adams"))

        assert book.names("eve") == []


class TestHostileNames:
    NAMES = (
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "\u202e\u2066evil\u2069",
        "x" * 3_000,
        "👩‍👩‍👧 Family",
        "e\u0301" * 500,
        "\U0010ffff",
        "' OR 1=1",
        "ﷺ" * 200,
    )

    def test_sort_and_page_and_are_found_without_harm(self, room):
        room.import_contacts(*[person("", f"p/{number}", display=name) for number, name in enumerate(self.NAMES)])

        assert len(names_on_all_pages(room, limit=1)) == len(self.NAMES)
        assert sorted(names_on_all_pages(room, limit=2)) == sorted(room.names())
        assert room.names("alert(1)") == ["<script>alert(1)</script>"]
        assert room.names("x" * 200) == ["x" * 3_000]
        assert room.names("' or") == ["' OR 1=1"]
