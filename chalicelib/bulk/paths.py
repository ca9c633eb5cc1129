"""The paths of bulk creates and cleanups."""

BULK = "/api/v1/contacts/bulk"
CLEANUP = f"{BULK}/cleanup"
