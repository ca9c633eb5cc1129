"""Raw pages: what a provider sent, kept for operators."""

import gzip
import json
from typing import Any

import pytest

from chalicelib.provider_imports.raw_pages import RawPages, pages_prefix
from chalicelib.providers.provider import Page
from tests.fakes.blobs import FakeBlobs


def kept(page: Page) -> Any:
    """The JSON that is kept of a page; None for nothing."""
    blobs = FakeBlobs()
    RawPages(blobs).keep_page("ann", "job/1/0", page)
    content = blobs.kept.get(f"{pages_prefix('ann')}job/1/0.json.gz")
    return None if content is None else json.loads(gzip.decompress(content))


def test_the_response_is_kept_as_it_was_sent():
    assert kept(Page([{"id": "1"}], (), None, raw=b'{"value": [{"id": "1"}], "next": ""}')) == {
        "value": [{"id": "1"}],
        "next": "",
    }


@pytest.mark.parametrize("value", ["J\u00fcrgen", None, 0.5, 2**70, "\ud800"])
def test_the_records_of_several_responses_are_kept(value):
    records = [{"id": "1", "displayName": value}, {"id": "2"}]

    assert kept(Page(records, (), None)) == records


def test_a_page_without_records_is_not_kept():
    assert kept(Page((), ["1"], None, raw=b"{}")) is None


def test_a_failure_to_keep_a_page_does_not_stop_the_import(caplog):
    class Broken:
        def put(self, key: str, content: bytes) -> None:
            raise OSError("no bucket")

    RawPages(Broken()).keep_page("ann", "job/1/0", Page([{"id": "1"}], (), None))

    assert [record.message for record in caplog.records] == ["raw_page_not_kept"]
