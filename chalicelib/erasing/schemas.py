"""What erasing answers, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.schema import TEXT, Schema, exact_object

SCHEMAS: dict[str, Schema] = {"Erasing": exact_object({"job_id": TEXT, "status": TEXT})}
