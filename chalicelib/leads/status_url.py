"""Where the state of a job of leads is followed: every response about such a job names that."""

from chalicelib.foundation.json import Json, JsonObject


def with_status_url(shown: JsonObject, url: str) -> dict[str, Json]:
    """The published form of a job, with the URL of its state behind its id."""
    return {"jobId": shown["jobId"], "statusUrl": url, **shown}
