"""The AWS permissions of books: contacts have their own table, the state of a book is in the jobs table, and replaced
words are in the bucket."""

from chalicelib.foundation.aws_permission import folder_permission, table_permission
from chalicelib.tables.keys import CONTACTS, JOBS

PERMISSIONS = (
    table_permission(
        CONTACTS.logical_id, "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query"
    ),
    table_permission(JOBS.logical_id, "BatchGetItem", "DeleteItem", "GetItem", "UpdateItem"),
    folder_permission("undo", "PutObject"),  # what jobs replace
)
