"""Keeps raw provider pages for a while, compressed, so that operators can see where a contact's value came from."""

import json
import logging
from dataclasses import dataclass
from typing import Protocol

import orjson
from isal import igzip  # five times as fast as gzip, at the same size

from chalicelib.foundation.ids import id_of
from chalicelib.providers.provider import Page

log = logging.getLogger(__name__)


class Blobs(Protocol):
    """The bucket, as far as raw pages need it."""

    def put(self, key: str, content: bytes) -> None: ...


def pages_prefix(owner: str) -> str:
    """The prefix of all raw pages of an owner, without the owner's name."""
    return f"pages/{id_of(owner)}/"


@dataclass(frozen=True)
class RawPages:
    """Writes raw pages to the bucket."""

    blobs: Blobs

    def keep_page(self, owner: str, name: str, page: Page) -> None:
        """Keep one page. A failure is logged and does not stop the import."""
        if not page.records:
            return
        content = igzip.compress(page.raw or _as_json(page), 1)
        try:
            self.blobs.put(f"{pages_prefix(owner)}{name}.json.gz", content)
        except Exception as error:  # the import matters more than its raw copy
            log.warning("raw_page_not_kept", extra={"error": type(error).__name__})


def _as_json(page: Page) -> bytes:
    try:
        return orjson.dumps(page.records)
    except TypeError:  # beyond strict JSON: a lone surrogate, a number that no float holds
        return json.dumps(page.records, separators=(",", ":")).encode(errors="replace")
