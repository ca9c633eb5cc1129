"""SharedParts: what the parts of every room are built from.

Settings, clients of AWS and HTTP, the stores of the core, sign-in and pages. Each part is built when it is first
needed: importing this reads no environment and sends no request, and what is slow to load is imported by the part that
needs it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalicelib.foundation.authentication import Authenticator
from chalicelib.foundation.aws import AwsClients, ClientMaker
from chalicelib.foundation.clock import CHANCE, Clock, SystemClock
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.errors import Misconfigured, ServiceError
from chalicelib.foundation.executor import Executor, ThreadExecutor
from chalicelib.foundation.http import Request
from chalicelib.foundation.jwks import Jwks, fetcher
from chalicelib.foundation.organizations import OrganizationClaims
from chalicelib.foundation.request_limit import Rate, RequestLimit
from chalicelib.foundation.response_policy import ResponsePolicy
from chalicelib.foundation.scopes import NO_SCOPES, Scope
from chalicelib.foundation.service_clients import ServiceClients
from chalicelib.foundation.setting_kinds import url_origin
from chalicelib.foundation.settings import BadSettings, Settings
from chalicelib.foundation.signed_tokens import SignedTokens
from chalicelib.foundation.store_clock import StoreClock
from chalicelib.jobs.job_kinds import JobKinds
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.spent_requests import SpentRequests
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import NO_ITEM

if TYPE_CHECKING:
    from chalicelib.books.book_store import BookStore
    from chalicelib.books.change_book import ChangeBook
    from chalicelib.books.contact_store import ContactStore
    from chalicelib.books.pair_store import PairStore
    from chalicelib.books.past_moves import PastMoves
    from chalicelib.books.redirects import RedirectStore
    from chalicelib.books.replaced_words_store import WordStore
    from chalicelib.books.status_store import StatusStore
    from chalicelib.collections.collection_store import CollectionStore
    from chalicelib.foundation.blobs import BucketBlobs
    from chalicelib.foundation.delivery import Deliver
    from chalicelib.foundation.dynamo import Write
    from chalicelib.foundation.outbound import Http
    from chalicelib.foundation.seal import Seal
    from chalicelib.jobs.activity import ActivityStore
    from chalicelib.jobs.cancel_job import CancelJob
    from chalicelib.jobs.job import Job
    from chalicelib.jobs.worker import WorkQueue
    from chalicelib.room import AnyRoom
    from chalicelib.web.pages import WebPages

log = logging.getLogger(__name__)

REQUESTS_AT_ONCE = 16  # to providers, from one process
EARLIER_SHARDS = 16  # of due jobs, in an older version
CONCURRENT_READS = 16  # of DynamoDB and of providers' pages, in one process


class SharedParts:
    """The parts that every room's parts are built from, each built when it is first needed."""

    def __init__(
        self,
        environment: Mapping[str, str],
        rooms: Sequence[AnyRoom],
        *,
        clients: ClientMaker | None = None,
        http: Http | None = None,
        keys: Callable[[], bytes] | None = None,
        clock: Clock | None = None,
        chance: random.Random = CHANCE,
        executor: Executor | None = None,
    ) -> None:
        """Parts that are not given are the real ones; tests pass their own.

        Args:
            environment: holds the settings; read when the first of them is needed.
            rooms: all of them.
            clients: makes AWS clients, by the name of the service.
            http: sends requests to providers.
            keys: fetches the issuer's signing keys.
            clock: used for everything, also for what workers must agree on.
            executor: used for everything that runs concurrently.
        """
        self._environment, self.rooms = environment, rooms
        self._given_clients, self._given_http, self._given_keys = clients, http, keys
        self._given_executor = executor
        self.clock: Clock = clock or SystemClock()
        self._store_clock = StoreClock(self.clock, self._request_store_time) if clock is None else None
        self.chance = chance
        self.stopping: Callable[[], bool] = lambda: False  # set by a worker that can be asked to stop
        self.email_writes: Callable[[Job], Sequence[Write]] = lambda _: ()  # set by the wiring
        self.granted_scopes: Callable[[str, str], frozenset[Scope]] = lambda _, __: NO_SCOPES  # set by the wiring

    @cached_property
    def settings(self) -> Settings:
        """The settings.

        Raises:
            Misconfigured: some are missing or invalid. Only the log names them.
        """
        try:
            return Settings.from_environment(self._environment)
        except BadSettings as bad:
            log.critical("settings_refused", extra={"settings": ", ".join(sorted(bad.faults))})
            raise Misconfigured("This service is not set up yet; its log says what is missing.") from None

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    @cached_property
    def response_policy(self) -> ResponsePolicy:
        settings = self.settings
        return ResponsePolicy(settings.public_url, settings.allowed_origin or [url_origin(settings.public_url)])

    def cookie_name(self, name: str) -> str:
        return self.response_policy.cookie_name(name)

    @cached_property
    def keys(self) -> Jwks:
        return Jwks(self._given_keys or fetcher(self.settings.auth_jwks_url), self.clock)

    @cached_property
    def authenticator(self) -> Authenticator:
        settings = self.settings
        return Authenticator(
            SignedTokens(settings.auth_issuer, settings.auth_audience, self.keys),
            cron_secret=settings.cron_secret,
            cron_by_query=settings.cron_allow_query_key,
            organization_claims=self.organization_claims,
            service_clients=ServiceClients(settings.service_clients, self.granted_scopes),
        )

    @cached_property
    def request_limit(self) -> RequestLimit:
        settings = self.settings
        rate = Rate(settings.requests_per_minute, settings.requests_at_once)
        return RequestLimit(rate, lambda: SpentRequests(self.dynamo, settings.jobs_table), self.store_clock)

    @property
    def organization_claims(self) -> OrganizationClaims:
        return OrganizationClaims(self.settings.organization_claim, self.settings.organization_roles_claim)

    @cached_property
    def pages(self) -> WebPages:
        from chalicelib.web.pages import WebPages

        settings = self.settings
        navigation = [entry for room in self.rooms for entry in room.navigation]
        return WebPages(settings.public_url, settings.return_to, navigation, can_sign_in=settings.can_sign_in)

    @property
    def can_sign_in(self) -> bool:
        return self.settings.can_sign_in

    def sign_in_url(self, request: Request) -> str:
        """The sign-in URL. It leads back to the page of this request, or to the home page if that is not a GET."""
        return f"{self.public_url}/sign-in?to={quote(request.target if request.method == 'GET' else '/', safe='')}"

    def error_page(self, error: ServiceError, request: Request) -> str:
        """The page for an error, with a link to where the person came from, and to the sign-in if that helps."""
        return_to = error.members.get("return_to")
        return self.pages.message(
            request,
            error.title,
            error.detail,
            return_to=None if return_to is None else str(return_to),
            sign_in=self.sign_in_url(request) if error.fixed_by_sign_in and self.can_sign_in else None,
        )

    @cached_property
    def clients(self) -> ClientMaker:
        return self._given_clients or AwsClients(self.settings.aws_region, self.settings.aws_endpoint_url)

    @cached_property
    def ses_client(self) -> Any:
        """A client of SES, which may be in another region. It sends nothing twice by itself."""
        settings = self.settings
        region = settings.email_region or settings.aws_region
        endpoint = settings.email_endpoint_url or settings.aws_endpoint_url
        return (self._given_clients or AwsClients(region, endpoint, tries=1))("sesv2")

    @cached_property
    def executor(self) -> Executor:
        return self.executor_of(CONCURRENT_READS)

    def executor_of(self, threads: int) -> Executor:
        """A separate executor, for work that waits for other work: in a shared one, both could wait forever."""
        return self._given_executor or ThreadExecutor(threads)

    @cached_property
    def http(self) -> Http:
        from chalicelib.foundation.http_client import HttpClient

        return self._given_http or HttpClient(at_once=REQUESTS_AT_ONCE)

    @cached_property
    def dynamo(self) -> Dynamo:
        return Dynamo(
            self.clients("dynamodb"), self.clock, self.chance, self._store_clock.observe if self._store_clock else None
        )

    @cached_property
    def store_clock(self) -> Clock:
        """The clock for everything workers must agree on: leases, waits, what is due."""
        return self._store_clock or self.clock

    @cached_property
    def jobs(self) -> JobStore:
        settings = self.settings
        return JobStore(
            self.dynamo,
            settings.jobs_table,
            self.store_clock,
            self.executor,
            earlier_shards=EARLIER_SHARDS,
            max_queue_length=settings.max_live_jobs,
            kinds=JobKinds([job.kind for room in self.rooms for job in room.jobs]),
            outbox=self.outbox,
            email_writes=lambda job: self.email_writes(job),  # noqa: PLW0108 # set after the store is built
        )

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.dynamo, self.settings.jobs_table)

    @cached_property
    def books(self) -> BookStore:
        from chalicelib.books.book_store import BookStore

        return BookStore(self.dynamo, self.settings.jobs_table, self.jobs, self.outbox)

    @cached_property
    def change_book(self) -> ChangeBook:
        from chalicelib.books.change_book import ChangeBook

        return ChangeBook(self.books, self.executor, words=self.words, statuses=self.statuses)

    @cached_property
    def words(self) -> WordStore:
        from chalicelib.books.replaced_words_store import WordStore

        return WordStore(lambda: self.blobs, self.contacts, self.executor, self._collections_by_contact)

    def _collections_by_contact(self, owner: str) -> Mapping[str, Sequence[str]]:
        return self.collections.collections_by_contact(owner)

    def _request_store_time(self) -> None:
        """Send any request to DynamoDB; `StoreClock` reads the time from the response."""
        self.dynamo.get(self.settings.jobs_table, NO_ITEM.item)

    @cached_property
    def contacts(self) -> ContactStore:
        from chalicelib.books.contact_store import ContactStore

        return ContactStore(self.dynamo, self.settings.contacts_table, executor=self.executor)

    @cached_property
    def redirects(self) -> RedirectStore:
        from chalicelib.books.redirects import RedirectStore

        return RedirectStore(self.dynamo, self.settings.contacts_table)

    @cached_property
    def past_moves(self) -> PastMoves:
        from chalicelib.books.past_moves import PastMoves

        return PastMoves(self.dynamo, self.settings.contacts_table)

    @cached_property
    def pairs(self) -> PairStore:
        from chalicelib.books.pair_store import PairStore

        return PairStore(self.dynamo, self.settings.contacts_table)

    @cached_property
    def statuses(self) -> StatusStore:
        from chalicelib.books.status_store import StatusStore

        return StatusStore(self.dynamo, self.settings.contacts_table, self.executor)

    @cached_property
    def collections(self) -> CollectionStore:
        from chalicelib.collections.collection_store import CollectionStore

        return CollectionStore(self.dynamo, self.settings.people_table, self.clock)

    @cached_property
    def blobs(self) -> BucketBlobs:
        from chalicelib.foundation.blobs import BucketBlobs

        return BucketBlobs(self.clients("s3"), self.settings.blobs_bucket, self.settings.token_kms_key_id)

    @cached_property
    def deliver(self) -> Deliver:
        from chalicelib.foundation.delivery import Deliver

        return Deliver(lambda: self.blobs, self.clock)

    @cached_property
    def activity(self) -> ActivityStore:
        from chalicelib.jobs.activity import ActivityStore

        return ActivityStore(self.dynamo, self.settings.jobs_table)

    @cached_property
    def work_queue(self) -> WorkQueue:
        from chalicelib.foundation.work_queue import NoQueue, SqsQueue

        url = self.settings.work_queue_url
        return SqsQueue(self.clients("sqs"), url) if url else NoQueue()

    @cached_property
    def cancel_job(self) -> CancelJob:
        from chalicelib.jobs.cancel_job import CancelJob

        return CancelJob(self.jobs, self.work_queue)

    @cached_property
    def seal(self) -> Seal:
        from chalicelib.foundation.seal import Seal

        return Seal(self.clients("kms"), self.settings.token_kms_key_id)
