"""Owners of jobs that belong to the service and to no person. No token can name one of them as its `sub`."""

VENDOR_OWNER = "~vendors"  # of the runs that ask vendors about contacts
SERVICE_OWNERS = frozenset({VENDOR_OWNER})
