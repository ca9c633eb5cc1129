"""How the generated files are imported."""

from typing import Any

from chalicelib.leads.importing.profiles import OnExisting
from tests.bench.million.generator import REGION, File


def options_of(file: File) -> dict[str, Any]:
    """What the request of an import says beside the key of the file; the rules are those of `import.sql`."""
    return {
        "mapping": file.mapping,
        "region": REGION,
        "on_existing": OnExisting.FILL,
        "on_existing_fields": {"email": OnExisting.OVERWRITE},
    }
