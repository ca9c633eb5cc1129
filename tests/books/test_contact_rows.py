from chalicelib.books.book import Entry
from chalicelib.books.contact_rows import contact_key, shelf_of, to_contact, to_item
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from chalicelib.tables.keys import CONTACT, Key

MOMENT = 1_700_000_000_000
FIELDS = {
    "given": "Ada",
    "family": "Lovelace",
    "organization": "Analytical Engines",
    "phonetic_organization": "Enjins",
    "title": "Boss",
}
ITEM = {  # as it was written when the fields were spelled with an s
    "pk": {"S": "ann#00"},
    "sk": {"S": "c1"},
    "version": {"N": "2"},
    "match": {
        "S": '["c1",2,["Ada\\tLovelace\\t"],[],[["google:1","people/c1","6331d5a28686ff560120228b42873385",'
        '"job-1",1,"created"]],[]]'
    },
    "content": {
        "S": '{"created":1700000000000,"updated":1700000000000,"said":[{"given":"Ada","family":"Lovelace",'
        '"organisation":"Analytical Engines","phonetic_organisation":"Enjins","title":"Boss"}],'
        '"seen":[[1700000000000,1700000000000]]}'
    },
}


def ada(version):
    stamp = Stamp("job-1", 1, Outcome.CREATED)
    record = SourceRecord("google:1", "people/c1", FIELDS, digest(FIELDS), stamp, MOMENT, MOMENT)
    return Contact("c1", version, [record], MOMENT, MOMENT)


def test_the_key_is_as_declared():
    declared = CONTACT.key(owner="ann", shelf=shelf_of("c1", 64), contact_id="c1")

    assert contact_key("ann", "c1", 64) == declared.item


def test_the_stored_bytes_have_not_changed():
    contact = ada(version=1)

    assert to_item(Key("ann#00", "c1").item, contact, Entry.of(contact).match(2)) == ITEM


def test_an_item_of_any_version_is_read():
    assert to_contact(ITEM) == ada(version=2)
