"""Enrichment in the fold: it fills only missing values, and the order of other sources is unchanged."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import LISTS, NAME, OTHER_TEXTS
from chalicelib.contacts.fold_records import by_rank, fold, has_name, name_of_records, same_value
from chalicelib.contacts.person_record import records_without, without_kept_name
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.contacts.strategies import field_sets, plain, records

ACME, FILE, RUN, SHOP = "enrichment:acme", "file:f1", "bcc:j:run-1:s:ios", "ingest:shop"
SOURCES = st.sampled_from([PERSON, GOOGLE, MICROSOFT, FILE, RUN, "bcc:j:run-2", SHOP, "hubspot", "enriched:x"])


def enrichment(details: ContactFields, **more: Any) -> SourceRecord:
    return record(ACME, details, source_id="acme-1", first_seen=0, **more)


class TestOrder:
    @given(st.lists(st.tuples(SOURCES, st.integers(1, 3), st.sampled_from("12")), max_size=7, unique=True))
    def test_all_other_sources_come_in_the_order_they_always_had(self, keys):
        given_records = [record(source, {}, source_id=each, first_seen=seen) for source, seen, each in keys]

        assert by_rank(given_records) == sorted(
            given_records,
            key=lambda each: (
                (False, 0, "", "")  # the person's stay in their order
                if each.source == PERSON
                else (True, each.first_seen, each.source, each.source_id)
            ),
        )

    def test_enrichment_comes_last_however_early_it_came(self):
        google, person = record(GOOGLE, {}, first_seen=5), record(PERSON, {}, first_seen=9)

        assert by_rank([enrichment({}), google, person]) == [person, google, enrichment({})]


class TestFilling:
    @given(records(), field_sets(plain).map(clean_fields))
    def test_values_of_other_sources_stay(self, others, details):
        before: dict[str, Any] = dict(fold(others))
        after: dict[str, Any] = dict(fold([*others, enrichment(details)]))

        for field in (*OTHER_TEXTS, "birthday", "notes"):
            if field in before:
                assert after[field] == before[field]
        if has_name(name_of_records(by_rank(others))):
            assert [after.get(field) for field in NAME] == [before.get(field) for field in NAME]
        for field in LISTS:
            values = before.get(field, [])
            for value, still in zip(values, after.get(field, []), strict=False):
                assert same_value(field, value, still)
            assert len(after.get(field, [])) >= len(values)

    @given(field_sets(plain).map(clean_fields))
    def test_missing_values_are_filled(self, details):
        bare = record(GOOGLE, {"emails": [{"value": "ada@example.org"}]})
        after: dict[str, Any] = dict(fold([bare, enrichment(details)]))
        alone: dict[str, Any] = dict(fold([enrichment(details)]))

        for field in (*OTHER_TEXTS, "birthday"):
            assert after.get(field) == alone.get(field)

    def test_values_of_a_list_are_added_at_its_end(self):
        google = record(GOOGLE, fields("Ada", email="ada@example.org"))
        acme = enrichment({"emails": [{"value": "ada@work.example"}, {"value": "ADA@example.org", "label": "home"}]})

        shown = fold([acme, google])["emails"]

        assert shown == [{"value": "ada@example.org", "label": "home"}, {"value": "ada@work.example"}]

    def test_a_birthday_is_not_completed_and_notes_are_not_joined(self):
        google = record(GOOGLE, {"birthday": {"month": 5, "day": 4}, "notes": "met in Paris"})
        acme = enrichment({"birthday": {"year": 1970, "month": 5, "day": 4}, "notes": "likes tea"})

        shown = fold([google, acme])

        assert (shown["birthday"], shown["notes"]) == ({"month": 5, "day": 4}, "met in Paris")

    def test_its_birthday_and_notes_count_if_no_other_record_has_any(self):
        acme = enrichment({"birthday": {"year": 1970, "month": 5, "day": 4}, "notes": "likes tea"})

        shown = fold([record(GOOGLE, fields("Ada")), acme])

        assert (shown["birthday"]["year"], shown["notes"]) == (1970, "likes tea")

    def test_a_name_comes_whole_from_one_record(self):
        google, acme = record(GOOGLE, {"given": "Ada"}), enrichment({"given": "Augusta", "family": "King"})

        assert "family" not in fold([google, acme])
        assert fold([record(GOOGLE, {"title": "Countess"}), acme])["family"] == "King"

    def test_a_field_the_person_cleared_stays_empty(self):
        own = record(PERSON, {"title": "", "emails": []})
        acme = enrichment({"title": "CTO", "emails": [{"value": "a@example.org"}], "given": "Ada"})

        assert fold([own, acme]) == {"given": "Ada", "display": "Ada"}


class TestWhatIsLeft:
    """Enrichment does not keep a contact, and takes no name from one."""

    def test_a_contact_with_only_enrichment_is_deleted(self):
        google, acme = record(GOOGLE, fields("Ada")), enrichment({"title": "CTO"})

        assert records_without(Contact("c", 1, [google, acme], 0, 0), [google]) == []

    def test_the_name_is_kept_beside_the_persons_words(self):
        google, own = record(GOOGLE, fields("Ada King")), record(PERSON, {"notes": "met in Paris"})
        acme = enrichment({"given": "Eve", "display": "Eve", "title": "CTO"})

        rest = without_kept_name(records_without(Contact("c", 1, [google, own, acme], 0, 0), [google]))

        shown = fold(rest)
        assert (shown["display"], shown["given"], shown["family"]) == ("Ada King", "Ada", "King")
        assert (shown["notes"], shown["title"]) == ("met in Paris", "CTO")

    def test_taking_enrichment_away_changes_no_other_record(self):
        own = record(PERSON, {"notes": "met in Paris", "kept_name": {"given": "Ada", "display": "Ada K."}})
        acme = enrichment({"given": "Eve"})

        assert records_without(Contact("c", 1, [own, acme], 0, 0), [acme]) == [own]

    def test_a_source_that_comes_back_has_the_name_again(self):
        own = record(PERSON, {"notes": "met in Paris", "kept_name": {"display": "Ada K."}})
        back = record(GOOGLE, fields("Ada King"))

        assert fold(without_kept_name([own, enrichment({"given": "Eve"}), back]))["display"] == "Ada King"


def test_a_tag_is_not_part_of_what_a_record_says():
    tagged = replace(record(FILE, fields("Ada")), own_tag="mark-import")

    assert fold([tagged]) == fold([record(FILE, fields("Ada"))])
    assert tagged.digest == record(FILE, fields("Ada")).digest
