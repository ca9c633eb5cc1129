"""What a provider really said, kept compressed for a while: an operator's answer to "why does my contact say that?"."""

import gzip
import json
import logging
from dataclasses import dataclass
from typing import Protocol

from chalicelib.foundation.ids import id_of
from chalicelib.providers.provider import Page

log = logging.getLogger(__name__)


class Blobs(Protocol):
    def put(self, key: str, content: bytes) -> None: ...


def pages_prefix(owner: str) -> str:
    """Where all raw pages of one owner are; the owner's own name is not in it."""
    return f"pages/{id_of(owner)}/"


@dataclass(frozen=True)
class RawPages:
    blobs: Blobs

    def keep_page(self, owner: str, name: str, page: Page) -> None:
        """Keep one page. An import does not stop because its copy for the operator could not be kept."""
        if not page.records:
            return
        raw = page.raw or json.dumps(page.records, separators=(",", ":")).encode(errors="replace")
        content = gzip.compress(raw, 1)
        try:
            self.blobs.put(f"{pages_prefix(owner)}{name}.json.gz", content)
        except Exception as error:  # whatever the store says, the contacts matter more
            log.warning("raw_page_not_kept", extra={"error": type(error).__name__})
