"""The mappings that a person confirmed, for other rooms that read files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.files.mapping.headers import fingerprint

LATEST = "latest"


@dataclass(frozen=True)
class SavedMappings:
    """Finds mappings of file imports."""

    imports: FileImportStore
    files: ImportFiles

    def __call__(self, owner: str, name: str, headers: Sequence[str]) -> ColumnMapping | None:
        """The mapping of one of this person's file imports; None if there is none.

        Args:
            name: the id of the import, or `latest` for what was last confirmed for a file with these headers.
        """
        stored = self._stored(owner, name, headers)
        try:
            return None if stored is None else ColumnMapping.from_json(stored)
        except ValueError:  # of an earlier version
            return None

    def _stored(self, owner: str, name: str, headers: Sequence[str]) -> Any | None:
        if name == LATEST:
            return self.files.remembered_mapping(owner, fingerprint(headers))
        found = self.imports.find(owner, name)
        return None if found is None or not found.mapping else self.files.find(found, found.mapping)
