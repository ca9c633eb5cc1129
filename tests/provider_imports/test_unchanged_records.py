"""A full import converts no record that it recognizes as unchanged; its results are those of converting all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.fingerprints import Fingerprints
from chalicelib.provider_imports.fingerprint_store import FingerprintStore, fingerprints_prefix
from chalicelib.provider_imports.read_records import ReadRecords
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.google.person import LABELS
from chalicelib.providers.mapping_version import version_of
from chalicelib.providers.microsoft.contact import FOLDER
from chalicelib.providers.microsoft.listing import MicrosoftContacts
from tests.books.world import SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.fakes.blobs import FakeBlobs
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
        self._recognizes, self._known, self._job = recognizes, frozenset[bytes](), 0

    def read(self, *records: Any) -> list[Any]:
        """Import these records; returns the results."""
        self._job += 1
        fingerprints = Fingerprints(self._known)
        read: Callable[[Any], Any] = self.provider.read
        if self._recognizes:
            read = ReadRecords(self.provider, VERSION, later=bool(self._known))
        self.provider.converted = 0
        results = self.world.import_contacts(
            *map(read, records), job=f"job-{self._job}", largest_book=10, fingerprints=fingerprints
        )
        self._known = frozenset(fingerprints.noted)
        return results


class TestRecognition:
    @pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT], ids=["google", "microsoft"])
    def test_an_unchanged_record_is_not_converted(self, provider):
        imports, record = Imports(provider), {"id": "1", "displayName": "Ada", **ADA}
        imports.read(record)

        results = imports.read(record)

        assert (outcomes(results), imports.provider.converted) == ([UNCHANGED], 0)

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

    @pytest.mark.parametrize("hostile", [float("nan"), float("inf"), 2**70, "\ud800"])
    def test_a_value_beyond_strict_json_is_always_converted(self, hostile):
        imports, record = Imports(), {**ADA, "phoneNumbers": [{"value": hostile}]}
        imports.read({**ADA, "phoneNumbers": [{"value": None}]})
        imports.read(record)

        imports.read(record)

        assert imports.provider.converted == 1


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
    quick, plain = Imports(provider), Imports(provider, recognizes=False)

    for records in imports:
        assert quick.read(*records) == plain.read(*records)
        assert quick.world.table.items == plain.world.table.items


class TestStore:
    PROOFS = frozenset({b"0" * 16, b"1" * 16})

    def test_proofs_are_kept_for_each_connection(self):
        store = FingerprintStore(FakeBlobs(), VERSION)

        store.write("ann", "g1", self.PROOFS)

        assert store.read("ann", "g1") == self.PROOFS
        assert store.read("ann", "g2") == store.read("bob", "g1") == frozenset()

    def test_proofs_of_other_code_are_not_used(self):
        blobs = FakeBlobs()
        FingerprintStore(blobs, VERSION).write("ann", "g1", self.PROOFS)

        assert FingerprintStore(blobs, b"another version!").read("ann", "g1") == frozenset()

    def test_keys_do_not_contain_the_owner(self):
        blobs = FakeBlobs()

        FingerprintStore(blobs, VERSION).write("ann@x.example", "g1", self.PROOFS)

        assert [key.startswith(fingerprints_prefix("ann@x.example")) for key in blobs.kept] == [True]
        assert "ann" not in str(blobs.kept)

    def test_an_import_does_without_a_bucket(self, caplog):
        class Broken(FakeBlobs):
            def put(self, key: str, content: bytes) -> None:
                raise OSError

            find = put  # type: ignore[assignment]

        store = FingerprintStore(Broken(), VERSION)
        store.write("ann", "g1", self.PROOFS)

        with pytest.raises(TypeError):
            Broken().find("key")
        assert store.read("ann", "g1") == frozenset()
        assert [record.message for record in caplog.records] == ["fingerprints_not_kept", "fingerprints_not_read"]


class TestVersion:
    @pytest.fixture
    def root(self, tmp_path):
        for package in ("providers", "contacts"):
            (tmp_path / package).mkdir()
            (tmp_path / package / "code.py").write_text("x = 1\n")
        return tmp_path

    def test_is_that_of_the_code(self, root):
        before = version_of(root)

        assert version_of(root) == before
        (root / "contacts" / "code.py").write_text("x = 2\n")
        assert version_of(root) != before

    def test_changes_with_a_file_that_is_moved(self, root):
        before = version_of(root)

        (root / "contacts" / "code.py").rename(root / "contacts" / "other.py")

        assert version_of(root) != before
