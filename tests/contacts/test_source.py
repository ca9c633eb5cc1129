"""Sources in their stored form and as people and operators see them."""

import pytest

from chalicelib.contacts.source import (
    Source,
    SourceKind,
    bulk_source,
    enrichment_source,
    file_source,
    ingest_source,
    provider_source,
    validate_tag,
)
from chalicelib.foundation.errors import InvalidInput

STORED = {
    "person": (SourceKind.PERSON, "", "crm-direct"),
    "google:c1": (SourceKind.PROVIDER, "c1", "google"),
    "microsoft:c1": (SourceKind.PROVIDER, "c1", "microsoft"),
    "file:f1": (SourceKind.FILE, "f1", "file"),
    "bcc:j:run-1": (SourceKind.BULK, "run-1", "bulk"),
    "bcc:j:run-1:s:iOS_App.2": (SourceKind.BULK, "run-1", "ios-app-2"),
    "bcc:j:run-1:s:ios:r:7": (SourceKind.BULK, "run-1", "ios"),
    "bcc:j:run-1:r:7": (SourceKind.BULK, "run-1", "bulk"),
    "bcc:j:run-1:s:___": (SourceKind.BULK, "run-1", "bulk"),
    "ingest:shop": (SourceKind.INGEST, "shop", "shop"),
    "enrichment:Acme": (SourceKind.ENRICHMENT, "Acme", "acme"),
}


class TestReading:
    @pytest.mark.parametrize("key", STORED)
    def test_a_stored_source_has_a_kind_and_an_id(self, key):
        source = Source.of(key)

        assert (source.key, (source.kind, source.id, source.tag)) == (key, STORED[key])

    @pytest.mark.parametrize(
        "key", ["", "hubspot", "hubspot:1", "bcc:x", "bcc:j:a b", ":", "Ü:1", "file", "enrichment:"]
    )
    def test_every_stored_source_key_has_a_kind_a_title_and_a_valid_tag(self, key):
        source = Source.of(key)

        assert source.key == key
        assert source.title
        assert validate_tag(source.tag)

    def test_each_kind_has_a_title(self):
        assert [Source.of(key).title for key in ("person", "google:c1", "bcc:j:r", "file:f1")] == [
            *("you", "an account", "an app", "a file")
        ]


class TestMaking:
    def test_a_source_is_written_as_it_is_read(self):
        made = [
            provider_source("google", "c1"),
            file_source("f1"),
            bulk_source("run-1", "ios", "7"),
            ingest_source("shop"),
            enrichment_source("Acme"),
        ]

        assert [each.key for each in made] == [
            *("google:c1", "file:f1", "bcc:j:run-1:s:ios:r:7", "ingest:shop", "enrichment:Acme")
        ]
        assert [Source.of(each.key) for each in made] == made

    @pytest.mark.parametrize("name", ["", "a b", "a:b", "ü", "a\n", "a" * 101])
    def test_a_name_that_cannot_be_stored_is_refused(self, name):
        for make in (file_source, ingest_source, enrichment_source):
            with pytest.raises(InvalidInput, match="source's name"):
                make(name)


class TestTags:
    def test_the_operator_may_choose_one(self):
        source = file_source("f1").with_tag("mark-import")

        assert (source.key, source.tag, source.own_tag) == ("file:f1", "mark-import", "mark-import")

    def test_one_that_follows_from_the_source_needs_no_keeping(self):
        assert provider_source("google", "c1").own_tag == ""
        assert provider_source("google", "c1").with_tag("google").own_tag == ""

    @pytest.mark.parametrize("tag", ["a", "mark-import", "2024", "a" * 64])
    def test_a_tag_is_lower_case_letters_digits_and_hyphens(self, tag):
        assert validate_tag(tag) == tag

    @pytest.mark.parametrize("tag", ["", "Mark", "mark import", "mark_import", "märk", "a" * 65, "a\n"])
    def test_another_is_refused_with_what_would_do(self, tag):
        with pytest.raises(InvalidInput, match="1 to 64 lowercase letters"):
            file_source("f1").with_tag(tag)


def test_ranks_put_the_person_first_and_enrichment_last():
    ranks = {key: Source.of(key).rank for key in STORED}

    assert ranks.pop("person") < min(ranks.values())
    assert ranks.pop("enrichment:Acme") > max(ranks.values())
    assert len(set(ranks.values())) == 1
