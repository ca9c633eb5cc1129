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
    """A hash of the sources and data files below `root`; of the bytecode that a package has in place of sources.

    Raises:
        LookupError: there are none, so nothing could tell this code from another.
    """
    digest = blake2b(f"{sys.version} {unicodedata.unidata_version}".encode(), digest_size=BYTES)
    for package in PACKAGES:
        sources = sorted(path for path in (root / package).rglob("*.*") if "__pycache__" not in path.parts)
        if not sources:
            raise LookupError(f"{package} has no sources")
        for source in sources:
            content = source.read_bytes()
            digest.update(f"{source.relative_to(root)} {len(content)}\n".encode())
            digest.update(content)
    return digest.digest()
