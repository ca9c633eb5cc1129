"""A full import converts no record that it recognizes as unchanged; its results are those of converting all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.fingerprints import Fingerprints, KnownRecords
from chalicelib.books.version import BookVersion
from chalicelib.provider_imports.read_records import ReadRecords
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.google.person import LABELS
from chalicelib.providers.microsoft.contact import FOLDER
from chalicelib.providers.microsoft.listing import MicrosoftContacts
from tests.books.world import SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.fakes.clock import FixedClock
from tests.providers.google import test_person
from tests.providers.microsoft import test_contact

VERSION = b"version of the c"
GOOGLE = GoogleContacts(None, "https://people.example", FixedClock())  # type: ignore[arg-type] # it sends nothing
MICROSOFT = MicrosoftContacts(None, "https://graph.example", FixedClock())  # type: ignore[arg-type]
ADA = {"resourceName": "people/1", "names": [{"displayName": "Ada Lovelace"}], "etag": "1"}
IDS = ["people/1", "people/2", "people/3"]


class Counting:
    """A provider that counts the records it converts."""

    def __init__(self, provider: Any) -> None:
        self._provider, self.converted = provider, 0

    def read(self, record: Any) -> Any:
        self.converted += 1
        return self._provider.read(record)

    def id_of(self, record: Any) -> str:
        return self._provider.id_of(record)


class Imports:
    """Full imports of one account into one book, one after another."""

    def __init__(self, provider: Any = GOOGLE, *, recognizes: bool = True) -> None:
        self.world, self.provider = World(), Counting(provider)
        self._recognizes, self._known, self._job = recognizes, KnownRecords(), 0
        self.has_read_book = True

    def read(self, *records: Any) -> list[Any]:
        """Import these records; returns the results."""
        self._job += 1
        fingerprints = Fingerprints(self._known)
        read: Callable[[Any], Any] = self.provider.read
        if self._recognizes:
            recognize = ReadRecords(self.provider, VERSION, later=fingerprints.are_any_known)
            read = lambda record: recognize(record, self.provider.id_of(record))  # noqa: E731
        self.provider.converted = 0
        intake = self.world.intake(
            job=f"job-{self._job}", largest_book=10, fingerprints=fingerprints, version=self._version()
        )
        results = self.world.take(intake, *map(read, records))
        self.has_read_book = intake.has_book
        if self.has_read_book:
            book = self._version() if intake.is_settled() else None
            self._known = fingerprints.for_next_import(book, reads_all=True)
        return results

    def _version(self) -> BookVersion:
        """A version that changes with the items."""
        return BookVersion(0, repr(sorted(self.world.table.items.items())), "")


class TestRecognition:
    @pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT], ids=["google", "microsoft"])
    def test_an_unchanged_record_is_not_converted(self, provider):
        imports, record = Imports(provider), {"id": "1", "displayName": "Ada", **ADA}
        imports.read(record)

        results = imports.read(record)

        assert (outcomes(results), imports.provider.converted) == ([UNCHANGED], 0)

    def test_a_book_that_has_not_changed_is_not_read(self):
        imports = Imports()
        imports.read(ADA)

        imports.read(ADA)

        assert not imports.has_read_book

    def test_a_record_that_moved_to_another_contact_counts_for_that_one(self):
        imports = Imports()
        imports.read(ADA)
        contact = imports.world.book()[0]
        imports.world.delete(contact)
        imports.world.edit(replace(contact, contact_id="contact-9", version=0))

        results = [imports.read(ADA), imports.read(ADA)]

        assert [[each.contact_id for each in found] for found in results] == [["contact-9"], ["contact-9"]]
        assert (imports.provider.converted, imports.has_read_book) == (0, False)

    def test_a_book_that_has_changed_is_read(self):
        imports = Imports()
        imports.read(ADA)
        imports.world.edit(imports.world.book()[0])

        imports.read(ADA)

        assert imports.has_read_book

    @pytest.mark.parametrize("times", [2, 3])
    def test_it_lasts_from_import_to_import(self, times):
        imports = Imports()
        for _ in range(times):
            imports.read(ADA)

        assert imports.provider.converted == 0

    def test_a_record_with_an_unknown_field_is_converted_once_more(self):
        imports = Imports()
        imports.read(ADA)

        assert outcomes(imports.read({**ADA, "etag": "2"})) == [UNCHANGED]
        assert imports.provider.converted == 1
        imports.read({**ADA, "etag": "2"})
        assert imports.provider.converted == 0

    def test_a_changed_record_is_converted(self):
        imports = Imports()
        imports.read(ADA)

        assert outcomes(imports.read({**ADA, "nicknames": [{"value": "Countess"}]})) == [UPDATED]

    def test_a_renamed_label_is_a_change(self):
        imports = Imports()
        imports.read({**ADA, LABELS: {"a": "Friends"}})

        assert outcomes(imports.read({**ADA, LABELS: {"a": "Family"}})) == [UPDATED]

    def test_a_record_that_the_book_has_otherwise_is_converted(self):
        imports = Imports()
        imports.read(ADA)
        contact = imports.world.book()[0]
        changed = replace(contact.records[0], fields={"display": "Ada"}, digest="another")
        imports.world.edit(replace(contact, records=[changed]))

        assert outcomes(imports.read(ADA)) == [UPDATED]

    def test_a_record_read_twice_counts_once(self):
        imports = Imports()
        imports.read(ADA)

        assert outcomes(imports.read(ADA, ADA)) == [UNCHANGED, SKIPPED]

    def test_a_record_whose_contact_another_one_takes_over_in_the_same_import_is_converted(self):
        imports = Imports()
        imports.read(ADA)
        merged = {**ADA, "resourceName": "people/2", "metadata": {"previousResourceNames": ["people/1"]}}

        results = imports.read(merged, ADA)

        plain = Imports(recognizes=False)
        plain.read(ADA)
        assert results == plain.read(merged, ADA)
        assert imports.world.table.items == plain.world.table.items

    def test_a_reason_in_the_ledger_is_repeated(self):
        imports, record = Imports(), {**ADA, "phoneNumbers": [{"value": 7}]}
        imports.read(record)

        assert [result.reason for result in imports.read(record)] == ["left_out: Phone"]

    @pytest.mark.parametrize("nulls", [{"etag": None}, {"etag": None, "sources": [{"id": None}]}, {"etag": "null"}])
    def test_an_unchanged_record_with_nulls_is_not_converted(self, nulls):
        imports, record = Imports(), {**ADA, **nulls}
        imports.read(record)

        imports.read(record)

        assert imports.provider.converted == 0

    @pytest.mark.parametrize("nulls", [{}, {"etag": None}, {"etag": "null"}])
    @pytest.mark.parametrize("hostile", [float("nan"), float("inf"), 2**70, "\ud800"])
    def test_a_value_beyond_strict_json_is_always_converted(self, hostile, nulls):
        imports, record = Imports(), {**ADA, **nulls, "phoneNumbers": [{"value": hostile}]}
        imports.read({**ADA, **nulls, "phoneNumbers": [{"value": None}]})
        imports.read(record)

        imports.read(record)

        assert imports.provider.converted == 1


NINE = {"resourceName": "people/9", "names": [{"displayName": "Bob Bell"}]}
WAS_NINE = {**ADA, "metadata": {"previousResourceNames": ["people/9"]}}
COUNTESS = {**ADA, "nicknames": [{"value": "Countess"}]}


@pytest.mark.parametrize(
    "imports",
    [
        [[ADA], [WAS_NINE], [WAS_NINE, NINE], [WAS_NINE, NINE]],
        [[WAS_NINE], [COUNTESS, NINE], [WAS_NINE, NINE], [WAS_NINE, NINE]],
        [[WAS_NINE, NINE], [NINE, WAS_NINE], [COUNTESS], [WAS_NINE]],
    ],
    ids=["a name appears", "a name is used again", "the order changes"],
)
def test_a_record_with_a_former_name_is_recognized_only_while_the_book_has_that_name(imports):
    assert_same_results(GOOGLE, imports)


def assert_same_results(provider: Any, imports: list[list[Any]]) -> None:
    quick, plain = Imports(provider), Imports(provider, recognizes=False)
    for records in imports:
        assert quick.read(*records) == plain.read(*records)
        assert quick.world.table.items == plain.world.table.items


def _google(person: Any, number: int) -> Any:
    return {**person, "resourceName": IDS[number]}


def _microsoft(record: Any, number: int) -> Any:
    return {**record, "id": IDS[number]}


ACCOUNTS = st.one_of(
    st.tuples(
        st.just(provider),
        st.lists(st.builds(build, records, st.integers(0, len(IDS) - 1)), min_size=1, max_size=4),
    )
    for provider, build, records in (
        (GOOGLE, _google, test_person.PERSONS | st.just({"names": [{"displayName": "Ada Lovelace"}]})),
        (MICROSOFT, _microsoft, st.dictionaries(test_contact.MEMBERS, test_contact.JSON) | st.just({"surname": "Ada"})),
    )
)
UNMAPPED = st.dictionaries(st.sampled_from(["etag", "ageRanges", "changeKey", FOLDER]), test_contact.JSON, max_size=2)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Any, list[list[Any]]]:
    """A provider, and its records at each of some imports: kept, changed, with further fields, without some, gone."""
    provider, records = draw(ACCOUNTS)
    account, imports = records, [records]
    for _ in range(draw(st.integers(1, 3))):
        account = [each for record in account for each in draw(_later(record, records))]
        imports.append(draw(st.permutations(account)))
    return provider, imports


def _later(record: Any, others: list[Any]) -> st.SearchStrategy[list[Any]]:
    ids = {name: record[name] for name in ("id", "resourceName") if name in record}
    names = st.sampled_from(sorted(record) or ["id"])
    without = names.map(lambda name: [{key: value for key, value in record.items() if key != name}])
    more = UNMAPPED.map(lambda unmapped: [{**unmapped, **record}])
    other = st.sampled_from(others).map(lambda one: [{**one, **ids}])
    return st.just([record]) | st.just([record]) | st.just([record, record]) | st.just([]) | without | more | other


@given(histories())
def test_what_is_recognized_is_just_what_converting_it_would_find_unchanged(history):
    provider, imports = history
    assert_same_results(provider, imports)
