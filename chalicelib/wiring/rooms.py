"""ROOMS: every room of the service, in the order of the API's description, of the navigation and of erasing."""

from chalicelib.accounts.room import ROOM as ACCOUNTS
from chalicelib.address_book.room import ROOM as ADDRESS_BOOK
from chalicelib.bulk.room import ROOM as BULK
from chalicelib.emails.room import ROOM as EMAILS
from chalicelib.enrichment.room import ROOM as ENRICHMENT
from chalicelib.erasing.room import ROOM as ERASING
from chalicelib.events.room import ROOM as EVENTS
from chalicelib.file_imports.room import ROOM as FILE_IMPORTS
from chalicelib.home.room import ROOM as HOME
from chalicelib.ingest.room import ROOM as INGEST
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.leads.room import ROOM as LEADS
from chalicelib.operating.room import ROOM as OPERATING
from chalicelib.provider_imports.room import ROOM as PROVIDER_IMPORTS
from chalicelib.reviews.room import ROOM as REVIEWS
from chalicelib.room import AnyRoom
from chalicelib.service_clients.room import ROOM as SERVICE_CLIENTS
from chalicelib.sharing.room import ROOM as SHARING
from chalicelib.signing_in.room import ROOM as SIGNING_IN
from chalicelib.undoing.room import ROOM as UNDOING

ROOMS: tuple[AnyRoom, ...] = (
    HOME,
    SIGNING_IN,
    ACCOUNTS,
    PROVIDER_IMPORTS,
    ADDRESS_BOOK,
    BULK,
    FILE_IMPORTS,
    REVIEWS,
    UNDOING,
    ENRICHMENT,
    LEADS,
    INGEST,
    SHARING,
    EVENTS,
    EMAILS,
    SERVICE_CLIENTS,
    ERASING,
    OPERATING,
)
KINDS = JobKinds([job.kind for room in ROOMS for job in room.jobs])
