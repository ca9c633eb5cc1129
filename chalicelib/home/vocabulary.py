"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

VOCABULARY: Vocabulary = {
    "slug": ("The last part of the `type` of the problem.", "not-found"),
    "v": ("The version of the file; the current one may be cached forever.", "8f1c2a"),
    "query": ("The query or mutation.", "query($id: ID!) { bulkCreate(jobId: $id) { status } }"),
    "variables": ("The values of its variables, by name; null for none.", {"id": "7QmC2xW9Lk0aRz5tVb8nYg"}),
    "operationName": ("Which operation to run, if the query has several.", None),
    "GraphQlBody.extensions": ("Accepted and ignored.", {}),
    "message": ("What went wrong, in a sentence.", "This does not exist, or you do not have access to it."),
    "GraphQlError.extensions": ("The members of the problem, with its type as `code`.", {"code": "not-found"}),
    "locations": ("Where in the query.", [{"line": 1, "column": 3}]),
    "path": ("Which field could not be resolved.", ["bulkCreate"]),
    "GraphQl.data": ("What was asked for; null if nothing could be resolved.", {"bulkCreate": {"status": "completed"}}),
    "GraphQl.errors": "What went wrong; absent for nothing.",
}
