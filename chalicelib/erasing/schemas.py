"""What erasing answers, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.schema import TEXT, Schema, all_of

SCHEMAS: dict[str, Schema] = {"Erasing": all_of({"job_id": TEXT, "status": TEXT})}
