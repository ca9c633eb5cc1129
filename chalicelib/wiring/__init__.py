"""Wiring: the parts of every room over the parts that all of them share.

Importing this reads no environment and sends no request; each part is built when it is first needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.accounts.parts import AccountsParts
from chalicelib.address_book.parts import AddressBookParts
from chalicelib.bulk.parts import BulkParts
from chalicelib.emails.parts import EmailParts
from chalicelib.enrichment.parts import EnrichmentParts
from chalicelib.erasing.parts import ErasingParts
from chalicelib.events.parts import EventsParts
from chalicelib.file_imports.parts import FileImportParts
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.foundation.settings import Settings
from chalicelib.home.parts import HomeParts
from chalicelib.ingest.parts import IngestParts
from chalicelib.leads.parts import LeadsParts
from chalicelib.operating.parts import OperatingParts
from chalicelib.provider_imports.parts import ImportsParts
from chalicelib.providers.parts import ProviderParts, check_providers
from chalicelib.providers.registry import TITLES
from chalicelib.reviews.parts import ReviewParts
from chalicelib.service_clients.parts import ServiceClientParts
from chalicelib.shared_parts import SharedParts
from chalicelib.sharing.parts import SharingParts
from chalicelib.signing_in.parts import SigningInParts
from chalicelib.undoing.job_kinds import new_undo
from chalicelib.undoing.parts import UndoingParts
from chalicelib.wiring.engine import JobEngine
from chalicelib.wiring.rooms import ROOMS

if TYPE_CHECKING:
    from chalicelib.foundation.callers import Authentication
    from chalicelib.foundation.errors import ServiceError
    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.http import Person, Request
    from chalicelib.foundation.json import Json
    from chalicelib.foundation.request_limit import RequestLimit
    from chalicelib.foundation.response_policy import ResponsePolicy
    from chalicelib.foundation.router import Router
    from chalicelib.foundation.session import Sessions
    from chalicelib.room import AnyRoom, RoomJob

log = logging.getLogger(__name__)

RESERVE = timedelta(seconds=15)  # before the end of an invocation; a job that is not finished then is handed over


class Wiring:
    """What the routes, the queue and the schedule are given: an attribute for the parts of each room, by its name."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        rooms: Sequence[AnyRoom] = ROOMS,
        shared: SharedParts | None = None,
        providers: Callable[[SharedParts], ProviderParts] = ProviderParts,
        **given: Any,
    ) -> None:
        """Args:
        environment: holds the settings; read when the first of them is needed.
        shared: tests give their own.
        providers: builds the providers; tests give their own.
        given: what `SharedParts` takes instead of the real AWS, HTTP, clock and so on.
        """
        self._environment, self.rooms = environment, rooms
        self.shared = shared = shared or SharedParts(environment, rooms, **given)
        self.providers = providers(shared)
        self.home = HomeParts(shared, provider_titles=lambda: self.providers.titles, graphql_parts=self._graphql_parts)
        self.emails = EmailParts(shared)
        shared.email_writes = self.emails.writes_of_ended_job
        self.signing_in = SigningInParts(shared, remember_email=self.emails.remember)
        self.accounts = AccountsParts(shared, self.providers, email_writes=self.emails.writes)
        self.file_imports = FileImportParts(shared)
        self.address_book = AddressBookParts(
            shared, source_names=self._source_names, trace_records=self.file_imports.trace_records
        )
        self.reviews = ReviewParts(
            shared,
            indexes=lambda: self.address_book.indexes,
            possible_pairs=self.address_book.possible_pairs,
            source_names=self._source_names,
            trace_records=self.file_imports.trace_records,
            waiting_rows=lambda: self.file_imports.waiting_rows,
            decide_row=self.file_imports.decide_row,
            decide_many_rows=self.file_imports.decide_many_rows,
        )
        count_contacts = self.address_book.count_contacts
        self.provider_imports = ImportsParts(shared, self.accounts, count_contacts=count_contacts)
        self.bulk = BulkParts(shared)
        self.enrichment = EnrichmentParts(shared, new_undo=new_undo)
        self.leads = LeadsParts(
            shared,
            saved_mapping=self.file_imports.saved_mapping,
            forget_failed=lambda org: self.ingest.forget.failed(organization_owner(org)),
        )
        self.ingest = IngestParts(
            shared,
            saved_mapping=lambda owner, import_id: self.file_imports.saved_mapping(owner, import_id, ()),
            lead_imports=lambda: self.leads.record_imports,
        )
        self.undoing = UndoingParts(
            shared,
            connections=lambda: self.accounts.connections,
            refreshes=lambda: self.accounts.refreshes,
            note_edit=lambda owner, seen: self.address_book.indexes.note_edit(owner, seen, is_unlinked=True),
            collection_of=lambda job: job.details.get("collection_id") or self.file_imports.collection_of(job),
            beside=lambda job, is_undone: self.enrichment.statuses_of_runs(job, is_undone=is_undone),
            after_undo=self.file_imports.after_undo,
            decided_apart=lambda run: self.file_imports.decided_apart(run),  # noqa: PLW0108 # built when it is needed
        )
        self.sharing = SharingParts(shared, search=lambda: self.address_book.list_contacts)
        self.events = EventsParts(shared, email_writes=self.emails.writes)
        self.service_clients = ServiceClientParts(shared)
        shared.granted_scopes = self.service_clients.granted
        self.erasing = ErasingParts(
            shared,
            forgets=self.forgets,
            sign_out=self.signing_in.sign_out,
            count_contacts=count_contacts,
            count_accounts=self.accounts.count,
            enrichment_choice=self.enrichment.choice_on_page,
            email_choices=self.emails.choices_on_page,
            service_clients=self.service_clients.on_page,
        )
        self.engine = JobEngine(
            shared,
            self._jobs,
            prepare_index=self.address_book.prepare_index,
            after_job=lambda job: self.events.after_job(job),  # noqa: PLW0108 # built when it is needed
            starters=[
                self._start_due_runs,
                self._start_due_refreshes,
                self._start_due_ingest,
                self._hand_out_events,
                self._start_deliveries,
                self.emails.send_due_emails,
            ],
        )
        self.operating = OperatingParts(
            shared,
            engine=self.engine,
            provider_titles=TITLES,
            check_bucket=self.provider_imports.check_bucket,
        )

    def check(self) -> None:
        """Check the settings, at start.

        Raises:
            BadSettings: names each setting that is wrong.
        """
        check_providers(Settings.from_environment(self._environment))

    def parts_of(self, room: AnyRoom) -> Any:
        return getattr(self, room.name)

    def _graphql_parts(self) -> list[GraphQlPart]:
        return [room.graphql(self.parts_of(room)) for room in self.rooms if room.graphql is not None]

    def register(self, router: Router) -> None:
        """Register the routes of all rooms."""
        for room in self.rooms:
            router.room = room.name
            for register in room.routes:
                register(router, self.parts_of(room))

    def forgets(self) -> Mapping[str, Callable[[str], object]]:
        """What deletes everything that the rooms store of an owner, in their order, by names that an erasure stores."""
        return {
            f"{room.name}.{kept.forget.__name__.lstrip('_')}": partial(kept.forget, self.parts_of(room))
            for room in self.rooms
            for kept in room.keeps
            if kept.forget
        }

    def _jobs(self) -> Sequence[tuple[RoomJob[Any], Any]]:
        return [(job, self.parts_of(room)) for room in self.rooms for job in room.jobs]

    def _start_due_runs(self) -> None:
        self.enrichment.start_due_runs()

    def _start_due_refreshes(self) -> None:
        self.provider_imports.start_due_refreshes()

    def _source_names(self, owner: str) -> Mapping[str, str]:
        return {**self.accounts.source_names(owner), **self.ingest.names(owner)}

    def _start_due_ingest(self) -> None:
        self.ingest.start_due()

    def _hand_out_events(self) -> None:
        self.events.hand_out()

    def _start_deliveries(self) -> None:
        self.events.start_deliveries()

    # ── what the router needs

    @property
    def response_policy(self) -> ResponsePolicy:
        return self.shared.response_policy

    @property
    def authenticator(self) -> Authentication:
        return self.shared.authenticator

    @property
    def sessions(self) -> Sessions:
        return self.signing_in.sessions

    @property
    def request_limit(self) -> RequestLimit:
        return self.shared.request_limit

    def error_page(self, error: ServiceError, request: Request) -> str:
        return self.shared.error_page(error, request)

    def note_act(self, person: Person, method: str, summary: str) -> None:
        self.service_clients.note_act(person, method, summary)

    # ── what the schedule and the queue need

    def on_schedule(self, context: Any) -> Json:
        """One run of the minute schedule, within the time of this invocation; returns what ran and what failed."""
        ran = self.engine.run_schedule(until=self._end_of(context), reserve=RESERVE)
        return {"processed": list(ran.processed), "failed": list(ran.failed)}

    def on_message(self, body: str, context: Any) -> None:
        """One message of the work queue. An unknown one is dropped; it would only come again."""
        from chalicelib.foundation.work_queue import book_owner_in, job_id_in

        job_id, owner = job_id_in(body), book_owner_in(body)
        if job_id is not None:
            self.engine.start_job(job_id, until=self._end_of(context), reserve=RESERVE)
        elif owner is not None:
            self.address_book.prepare_index(owner)
        else:
            log.warning("message_dropped")

    def _end_of(self, context: Any) -> datetime:
        return self.shared.clock.now() + timedelta(milliseconds=context.get_remaining_time_in_millis())
