"""The response of the cron route, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.schema import COUNT, TEXT, Schema, exact_object, list_of

SCHEMAS: dict[str, Schema] = {
    "ScheduleRun": exact_object(
        {
            "message": TEXT,
            "processed": COUNT,
            "failed": COUNT,
            "job_ids": exact_object({"processed": list_of(TEXT), "failed": list_of(TEXT)}),
        }
    )
}
