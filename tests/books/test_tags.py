"""Every record has a tag for its origin, from the first import of its source on."""

import json
from dataclasses import replace

import pytest

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.contacts.source import PERSON, Source, bulk_source, enrichment_source, file_source, ingest_source
from chalicelib.contacts.source_record import SourceRecord
from tests.books.world import ADA, CREATED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record

FILE = file_source("f1")


@pytest.fixture
def world() -> World:
    return World()


def tags(contact: Contact) -> list[str]:
    return [each.tag for each in contact.records]


def content(world: World) -> dict:
    [item] = [each for each in world.table.items.values() if "content" in each]
    return json.loads(item["content"]["S"])


class TestTheTagOfTheSource:
    @pytest.mark.parametrize(
        ("source", "tag"),
        [
            (GOOGLE, "google"),
            (MICROSOFT, "microsoft"),
            ("bcc:j:run-1:s:ios:r:7", "ios"),
            ("bcc:j:run-1", "bulk"),
            (bulk_source("run-1", "My App"), "my-app"),
            (FILE, "file"),
            (ingest_source("shop"), "shop"),
            (enrichment_source("acme"), "acme"),
        ],
    )
    def test_is_the_tag_and_is_not_stored(self, world, source, tag):
        world.import_contacts(ADA, source=source)

        assert tags(world.book()[0]) == [tag]
        assert "tags" not in content(world)

    def test_what_a_person_typed_is_crm_direct(self, world):
        world.import_contacts(ADA)
        [ada] = world.book()
        world.edit(replace(ada, records=[*ada.records, record(PERSON, fields(title="Countess"))]))

        assert tags(world.book()[0]) == ["google", "crm-direct"]


class TestATagChosenByTheOperator:
    def test_is_stored_with_the_record(self, world):
        world.import_contacts(ADA)
        world.import_contacts(ADA, source=FILE.with_tag("mark-import"), job="job-2")

        assert tags(world.book()[0]) == ["google", "mark-import"]

    def test_another_tag_alone_causes_no_update(self, world):
        world.import_contacts(ADA, source=FILE.with_tag("mark-import"))
        before = dict(world.table.items)

        results = world.import_contacts(ADA, source=FILE.with_tag("iris-import"), job="job-2")

        assert (outcomes(results), world.table.items) == ([UNCHANGED], before)

    def test_a_record_keeps_the_tag_of_its_first_import(self, world):
        world.import_contacts(ADA, source=FILE.with_tag("mark-import"))
        changed = replace(ADA, fields={**ADA.fields, "title": "Countess"})

        results = world.import_contacts(changed, source=FILE.with_tag("iris-import"), job="job-2")

        assert (outcomes(results), tags(world.book()[0])) == ([UPDATED], ["mark-import"])

    def test_goes_with_its_record_when_another_source_changes_the_contact(self, world):
        world.import_contacts(ADA, source=FILE.with_tag("mark-import"))

        assert outcomes(world.import_contacts(ADA, job="job-2")) == [UPDATED]
        assert tags(world.book()[0]) == ["mark-import", "google"]


class TestItemsFromBeforeTags:
    """They hold no tags; a record of theirs has its source's usual one."""

    def test_get_theirs_when_they_are_read(self, world):
        world.import_contacts(ADA, source=FILE)

        assert tags(world.book()[0]) == ["file"]

    def test_are_not_written_only_to_add_one(self, world):
        world.import_contacts(ADA, source=FILE)
        before = dict(world.table.items)

        results = world.import_contacts(ADA, source=FILE.with_tag("mark-import"), job="job-2")

        assert (outcomes(results), world.table.items) == ([UNCHANGED], before)


def test_a_contact_shows_the_tag_of_each_source_and_of_each_value():
    records = [
        record(GOOGLE, fields("Ada")),
        SourceRecord("file:f1", "7", fields("Ada"), "x", record(GOOGLE, {}).stamp, 2, 2, own_tag="mark-import"),
    ]

    document = contact_details_json(Contact("c1", 1, records, 1, 1))

    assert [each["tag"] for each in document["sources"]] == ["google", "mark-import"]
    assert [each["tag"] for each in document["provenance"]["display"][0]["sources"]] == ["google", "mark-import"]


def test_a_source_may_be_given_by_its_key_or_as_a_value(world):
    assert outcomes(world.import_contacts(ADA, source=GOOGLE)) == [CREATED]
    assert outcomes(world.import_contacts(ADA, source=Source.of(GOOGLE), job="job-2")) == [UNCHANGED]
