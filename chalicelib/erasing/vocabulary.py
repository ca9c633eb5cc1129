"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

VOCABULARY: Vocabulary = {
    "job_id": ("The job that erases everything.", _ID),
    "status": ("That it is under way.", "queued"),
}
