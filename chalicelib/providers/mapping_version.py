"""The version of the code that converts providers' records, so that the results of older code are not relied on."""

import sys
import unicodedata
from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGES = ("providers", "contacts", "books", "foundation")  # that decide what a record becomes
BYTES = 16


@cache
def mapping_version() -> bytes:
    """A hash of the code, and of the versions of Python and Unicode that it runs with."""
    return version_of(Path(__file__).parents[1])


def version_of(root: Path) -> bytes:
    """A hash of the sources below `root`."""
    digest = blake2b(f"{sys.version} {unicodedata.unidata_version}".encode(), digest_size=BYTES)
    for package in PACKAGES:
        for source in sorted((root / package).rglob("*.py")):
            content = source.read_bytes()
            digest.update(f"{source.relative_to(root)} {len(content)}\n".encode())
            digest.update(content)
    return digest.digest()
