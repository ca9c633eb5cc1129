"""What the cron route answers, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.schema import COUNT, TEXT, Schema, all_of, list_of

SCHEMAS: dict[str, Schema] = {
    "ScheduleRun": all_of(
        {
            "message": TEXT,
            "processed": COUNT,
            "failed": COUNT,
            "job_ids": all_of({"processed": list_of(TEXT), "failed": list_of(TEXT)}),
        }
    )
}
