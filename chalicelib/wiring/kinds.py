"""KINDS: every kind of job, as its room declares it."""

from chalicelib.accounts.kinds import DISCONNECT, IMPORT
from chalicelib.bulk.bulk_job import CLEANUP, CREATE
from chalicelib.erasing.kinds import ERASURE
from chalicelib.jobs.kinds import JobKinds
from chalicelib.provider_imports.kinds import REMOVALS

KINDS = JobKinds([IMPORT, DISCONNECT, REMOVALS, CREATE, CLEANUP, ERASURE])
