"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.foundation.schema import TEXT, Schema, exact_object
from chalicelib.jobs.job_result import RESULT

SCHEMAS: dict[str, Schema] = {"Erasing": exact_object({"job_id": TEXT, "status": TEXT, "result": RESULT})}
