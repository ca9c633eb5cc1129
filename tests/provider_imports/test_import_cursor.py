from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.change_book import after_crashes
from chalicelib.jobs.poison_isolation import CHUNK_LINES, CRASHES_ALONE
from chalicelib.provider_imports.import_cursor import ImportCursor, Phase, digest_of


class TestImportCursor:
    def test_it_survives_a_round_trip_through_json(self):
        place = ImportCursor({"token": "t"}, page=3, offset=95, digest="abc", careful=2, careful_until=120)

        assert ImportCursor.of(place.cursor()) == place

    def test_one_crash_changes_nothing(self):
        place = ImportCursor(None, offset=95)

        assert after_crashes(place, 1) == (place, False)

    def test_two_crashes_make_the_chunk_smaller(self):
        narrowed, poisoned = after_crashes(ImportCursor(None, offset=95), 2)

        assert (narrowed.backoff.chunk_lines, poisoned) == (CHUNK_LINES[1], False)

    def test_small_chunks_end_after_the_records_that_crashed(self):
        narrowed, _ = after_crashes(ImportCursor(None), 2)
        place = narrowed
        while place.careful:
            place = place.advance_in_page(place.backoff.chunk_lines, "")

        assert CHUNK_LINES[0] <= place.offset < CHUNK_LINES[0] + CHUNK_LINES[1]

    def test_a_record_that_crashes_alone_is_poison(self):
        alone = ImportCursor(None, careful=len(CHUNK_LINES) - 1, careful_until=40)

        assert not after_crashes(alone, CRASHES_ALONE - 1)[1]
        assert after_crashes(alone, CRASHES_ALONE)[1]

    @given(st.integers(0, 999))
    def test_backoff_always_isolates_the_record(self, poisonous):
        """A worker that dies on one record, driven as the engine would: it is found in few crashes, and alone."""
        place, crashes, total = ImportCursor(None), 0, 0
        while True:
            now, is_poisoned = after_crashes(place, crashes)
            size = 1 if is_poisoned else now.backoff.chunk_lines
            hits = now.offset <= poisonous < now.offset + size
            if hits and is_poisoned:
                break
            if hits:
                crashes, total = crashes + 1, total + 1
                continue
            assert not is_poisoned
            place, crashes = now.advance_in_page(size, ""), 0

        assert (now.offset, total <= 10) == (poisonous, True)

    def test_a_new_page_has_full_chunks_again(self):
        assert ImportCursor(None, careful=2, careful_until=9).next_page({"token": "u"}).careful == 0

    def test_the_end_keeps_the_sync_state(self):
        place = ImportCursor(None).at_removals({"token": "s"})

        assert (place.phase, ImportCursor.of(place.cursor()).sync) == (Phase.REMOVE, {"token": "s"})


class TestDigest:
    def test_it_differs_if_a_page_shifted(self):
        assert digest_of(["a", "b"]) != digest_of(["b", "a"])

    def test_it_accepts_ids_that_cannot_be_encoded(self):
        assert digest_of(["\ud800"])
