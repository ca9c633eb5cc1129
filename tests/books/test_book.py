from chalicelib.books.book import RECENT, Book, Entry, text_of
from chalicelib.contacts.contact import Contact
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record


def contact(contact_id: str, *records, version: int = 1) -> Contact:
    return Contact(contact_id, version, list(records), 1, 1)


def ada(email: str = "ada@example.com", **more):
    return record(GOOGLE, fields("Ada Lovelace", email=email), **more)


class TestEntry:
    def test_it_reads_back_equal(self):
        entry = Entry.of(contact("c1", ada(aliases=("old", "older")), record(MICROSOFT, fields("A. Lovelace"))))

        assert Entry.read(entry.match(1)) == entry

    def test_it_has_each_name_and_identity_of_its_records_once(self):
        entry = Entry.of(contact("c1", ada(), ada(source_id="2"), record(MICROSOFT, fields(email="king@example.com"))))

        assert entry.names == ("Ada\tLovelace\t",)
        assert entry.identities == ("ada@example.com", "king@example.com")

    def test_an_entry_of_an_older_version_is_read_and_marked_as_plain(self):
        old = '["c1",3,["ada lovelace"],["ada@example.com"],[]]'

        entry = Entry.read(old)

        assert (entry.contact_id, entry.version, entry.names, entry.is_plain) == ("c1", 3, ("ada lovelace",), True)
        assert not Entry.read(entry.match(4)).is_plain


class TestBook:
    def test_a_record_is_found_by_its_source_and_id_together(self):
        book = Book()
        book.put(Entry.of(contact("c1", ada(source_id="7"))))

        assert book.record(GOOGLE, "7").contact_id == "c1"
        assert book.record(MICROSOFT, "7") is None
        assert book.source_ids(GOOGLE) == {"7"}
        assert book.source_ids(MICROSOFT) == set()

    def test_a_record_is_found_by_an_id_it_had_in_either_direction(self):
        book = Book()
        book.put(Entry.of(contact("c1", ada(source_id="new", aliases=("old",)))))

        assert book.record_by_alias(GOOGLE, "old", ()).source_id == "new"
        assert book.record_by_alias(GOOGLE, "newest", ("new",)).source_id == "new"
        assert book.record_by_alias(GOOGLE, "newest", ("old",)).source_id == "new"
        assert book.record_by_alias(GOOGLE, "newest", ("other",)) is None

    def test_a_changed_contact_is_no_longer_found_by_its_old_values(self):
        book = Book()
        book.put(Entry.of(contact("c1", ada(source_id="7", aliases=("6",)))))
        book.put(Entry.of(contact("c1", ada("king@example.com", source_id="8"), version=2)))

        assert book.contacts_with("ada@example.com") == ()
        assert book.contacts_with("king@example.com") == ("c1",)
        assert book.record(GOOGLE, "7") is None
        assert book.record_by_alias(GOOGLE, "6", ()) is None
        assert len(book) == 1

    def test_an_address_may_be_shared_by_several_and_left_by_some(self):
        book = Book()
        for name in ("c1", "c2", "c3"):
            book.put(Entry.of(contact(name, ada(source_id=name))))
        assert list(book.contacts_with("ada@example.com")) == ["c1", "c2", "c3"]

        book.remove("c2")
        book.remove("c1")

        assert book.contacts_with("ada@example.com") == ("c3",)

    def test_any_contact_is_read_back_however_many_there_are(self):
        book = Book()
        entries = [
            Entry.of(contact(f"c{number}", ada(source_id=f"{number}", aliases=(f"old/{number}",))))
            for number in range(RECENT + 10)
        ]

        for entry in entries:
            book.put(entry)

        assert list(book) == entries
        assert [book.entry(entry.contact_id) for entry in entries] == entries
        assert book.record(GOOGLE, "0") == book.record_by_alias(GOOGLE, "old/0", ()) == entries[0].marks[0]

    def test_a_contact_is_put_back_by_its_text(self):
        book = Book()
        book.put(Entry.read('["c1",3,["ada lovelace"],["ada@example.com"],[]]'))
        text = book.text("c1")
        book.put(Entry.of(contact("c1", ada("king@example.com"), version=4)))

        book.put_text(text)

        assert book.entry("c1").version == 3
        assert book.contacts_with("king@example.com") == ()
        assert book.contacts_with("ada@example.com") == ("c1",)

    def test_a_contact_is_forgotten_with_the_identities_that_newer_rules_add_to_it(self):
        book = Book()
        old = Entry.of(contact("c1", ada()))._replace(identities=("+551188880123",))
        book.put(old)
        book.put_text(text_of(old.match(1)))
        assert book.contacts_with("+5511988880123") == ("c1",)

        book.remove("c1")

        assert book.contacts_with("+551188880123") == book.contacts_with("+5511988880123") == ()

    def test_a_deleted_contact_is_known_by_source_and_id(self):
        book = Book()
        book.mark_deleted([(GOOGLE, "7")])

        assert book.is_deleted(GOOGLE, ("new", "7"))
        assert not book.is_deleted(MICROSOFT, ("7",))
