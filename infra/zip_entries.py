"""Entries of the deployment zip: with one date and readable by anybody, so that equal files make equal zips."""

import zipfile
from pathlib import Path

_ONE_DATE = (1980, 1, 1, 0, 0, 0)  # the oldest a zip can name
_READABLE_FILE = 0o100644 << 16


def new_zip(path: Path) -> zipfile.ZipFile:
    """Open a new zip for writing."""
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9)


def add_entry(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to a zip that `new_zip` opened."""
    entry = zipfile.ZipInfo(name, _ONE_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _READABLE_FILE
    entry.create_system = 3  # Unix, on any system
    archive.writestr(entry, content, compresslevel=9)
