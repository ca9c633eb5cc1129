"""The reader of envelopes: no body, however made, loses a readable record or raises anything but a refusal."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.errors import CallerError
from chalicelib.ingest.envelope import LARGEST_BODY, read_envelope, unpacked
from chalicelib.ingest.record_cells import LARGEST_RECORD, UnreadableRecord, cells_of
from chalicelib.ingest.soap import read_notifications

JSON = "application/json"
LINES = "application/x-ndjson"
TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.text(min_size=1, max_size=10).filter(
    lambda name: name not in ("records", "data", "inputs", "events", "batch", "object")
)
RECORDS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)
LISTS = st.lists(RECORDS, min_size=1, max_size=5)


def cells(record):
    try:
        return cells_of(json.loads(json.dumps(record)))
    except UnreadableRecord:
        return {}


def read(value, kind=JSON):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return [each.cells for each in read_envelope(body, kind).elements]


def refusal(attempt):
    """The status with which something is refused; None if it is not."""
    try:
        attempt()
    except CallerError as refused:
        return refused.status
    return None


def some_readable(records):
    return any(cells(each) for each in records)


class TestEveryEnvelope:
    @given(LISTS.filter(some_readable), st.sampled_from(["records", "data", "inputs", "events", "batch"]))
    def test_gives_the_same_records_in_the_same_order(self, records, name):
        expected = [cells(each) for each in records]

        assert read(records) == expected
        assert read({name: records, "total": len(records)}) == expected
        assert read({"event": "sync", "object": {"records": records}}) == [
            cells(each["fields"]) if isinstance(each.get("fields"), dict) else cells(each) for each in records
        ]
        assert read("\n".join(map(json.dumps, records)).encode(), LINES) == expected

    @given(RECORDS.filter(lambda record: bool(cells(record))))
    def test_one_object_is_one_record(self, record):
        assert read(record) == [cells(record)]

    @given(LISTS.filter(some_readable), st.binary(max_size=30).filter(lambda line: b"\n" not in line))
    def test_a_bad_line_spoils_none_of_the_others(self, records, bad):
        body = b"\n".join([*(json.dumps(each).encode() for each in records), b"{" + bad])

        assert read(body, LINES)[: len(records)] == [cells(each) for each in records]

    @given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text("abc +&=é\n", max_size=9), min_size=1))
    def test_a_form_is_one_record(self, fields):
        from urllib.parse import urlencode

        assert read(urlencode(fields).encode(), "application/x-www-form-urlencoded") == [cells(fields)]

    def test_a_form_may_have_letters_that_are_not_percent_encoded(self):
        form = "first_name=J\u00fcrgen&city=M%C3%BCnchen"

        assert read(form.encode(), "application/x-www-form-urlencoded") == [
            {"first_name": "J\u00fcrgen", "city": "M\u00fcnchen"}
        ]


class TestAnyBytes:
    @given(
        st.binary(max_size=200), st.sampled_from([JSON, LINES, "text/plain", "application/x-www-form-urlencoded", "x"])
    )
    def test_are_read_or_refused(self, body, kind):
        assert refusal(lambda: read(body, kind)) in (None, 413, 415, 422)

    @given(st.binary(max_size=200))
    def test_are_unpacked_or_refused(self, body):
        assert refusal(lambda: unpacked(body, "gzip")) in (None, 413, 422)

    @given(st.binary(max_size=200))
    def test_are_a_message_or_refused(self, body):
        with pytest.raises(CallerError):
            read_notifications(body)

    @given(st.text('{}[]",:1e9 \\u0041\ud800tfn', max_size=40))
    def test_of_what_looks_like_json_are_read_or_refused(self, text):
        assert refusal(lambda: read(text.encode(errors="surrogatepass"))) in (None, 413, 422)

    def test_that_nest_without_end_are_refused(self):
        with pytest.raises(CallerError):
            read(b"[" * 100_000)
        with pytest.raises(CallerError):
            read(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)


class TestCells:
    @given(RECORDS)
    def test_are_texts_that_can_be_stored(self, record):
        for path, text in cells(record).items():
            path.encode()
            (text or "").encode()
            assert "\x00" not in path + (text or "")

    @given(st.dictionaries(NAMES, st.text(max_size=LARGEST_RECORD), max_size=3))
    def test_have_a_limit(self, record):
        assert sum(len(path) + len(text or "") for path, text in cells(record).items()) <= LARGEST_RECORD

    @pytest.mark.parametrize(
        ("record", "found"),
        [
            ({"a": {"b": {"c": 1}}}, {"a.b.c": "1"}),
            ({"tags": ["x", "y"]}, {"tags": "x\ny"}),
            ({"phones": [{"n": 1}, {"n": 2}]}, {"phones.1.n": "1", "phones.2.n": "2"}),
            (
                {"price": 0.10, "yes": True, "no": None, "empty": ""},
                {"price": "0.1", "yes": "true", "no": None, "empty": ""},
            ),
            ({"traits": {"email": "a@b"}, "type": "identify"}, {"email": "a@b", "type": "identify"}),
            ({"traits": {"email": "a@b"}, "email": "c@d"}, {"traits.email": "a@b", "email": "c@d"}),
            ({"properties": {"email": {"value": "a@b", "versions": [1]}}}, {"email": "a@b"}),
        ],
    )
    def test_have_the_path_of_their_value(self, record, found):
        assert cells_of(record) == found

    @pytest.mark.parametrize(
        ("record", "code"),
        [
            ({}, "no_fields"),
            ({"a": {}}, "no_fields"),
            ({"a": "x" * LARGEST_RECORD}, "too_large"),
            ({f"f{number}": "x" for number in range(501)}, "too_many_fields"),
        ],
    )
    def test_that_are_none_are_refused_with_a_reason(self, record, code):
        with pytest.raises(UnreadableRecord) as refused:
            cells_of(record)

        assert refused.value.code == code

    def test_keep_numbers_as_they_were_written(self):
        assert read(b'{"zip": 0.10, "id": 12345678901234567890, "big": 1e400}') == [
            {"zip": "0.10", "id": "12345678901234567890", "big": "1e400"}
        ]


class TestUnpacking:
    @given(st.binary(max_size=500), st.integers(1, 3))
    def test_packing_changes_nothing(self, content, members):
        assert unpacked(gzip.compress(content) * members, "gzip") == content * members

    @pytest.mark.parametrize("cut", [1, 5, 9])
    def test_what_ends_too_early_is_refused(self, cut):
        with pytest.raises(CallerError):
            unpacked(gzip.compress(b"content")[:-cut], "gzip")

    @pytest.mark.parametrize(
        "rest", [b"more", gzip.compress(b"more", mtime=0)[:-1]], ids=["no member", "half a member"]
    )
    def test_what_follows_a_member_and_is_none_is_refused(self, rest):
        assert refusal(lambda: unpacked(gzip.compress(b"content") + rest, "gzip")) == 422

    def test_members_without_content_are_read_past(self):
        assert unpacked(gzip.compress(b"") * 1000 + gzip.compress(b"content"), "gzip") == b"content"

    def test_the_limit_holds_for_several_members(self):
        with pytest.raises(CallerError) as refused:
            unpacked(gzip.compress(b" " * (LARGEST_BODY // 2 + 1)) * 2, "gzip")

        assert refused.value.status == 413

    def test_another_encoding_is_named(self):
        with pytest.raises(CallerError) as refused:
            unpacked(b"", "br")

        assert refused.value.status == 415
