"""The parts of enrichment, each built when it is first needed."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.enrichment.apply_findings import ApplyFindings
    from chalicelib.enrichment.change_control import ChangeControl
    from chalicelib.enrichment.choices import Choice, ChoiceStore
    from chalicelib.enrichment.control_store import ControlStore
    from chalicelib.enrichment.count_statuses import CountStatuses
    from chalicelib.enrichment.operator_runs import OperatorRuns
    from chalicelib.enrichment.preview_run import PreviewRun
    from chalicelib.enrichment.run_parts import RunParts
    from chalicelib.enrichment.show_control import ShowControl
    from chalicelib.enrichment.spend_store import SpendStore
    from chalicelib.enrichment.start_due_runs import StartDueRuns
    from chalicelib.enrichment.stored_answers import AnswerStore
    from chalicelib.enrichment.undo_vendor_run import UndoVendorRun
    from chalicelib.enrichment.undone_statuses import StatusesOfRuns
    from chalicelib.enrichment.vendor_control import VendorControl
    from chalicelib.enrichment.vendor_keys import VendorKeys
    from chalicelib.enrichment.vendor_run import VendorRun
    from chalicelib.foundation.dynamo import Write
    from chalicelib.foundation.json import Json, JsonObject
    from chalicelib.jobs.book_registry import BookRegistry
    from chalicelib.jobs.job import Job
    from chalicelib.jobs.new_job import NewJob
    from chalicelib.shared_parts import SharedParts
    from chalicelib.vendors.eligibility import Context
    from chalicelib.vendors.vendor import Vendor


CALLS_AT_ONCE = 16  # to vendors, from one process
BOOKS_COUNTED_AT_ONCE = 8


class EnrichmentParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts, *, new_undo: Callable[[str, Job], NewJob]) -> None:
        """Connect the room to the others.

        Args:
            new_undo: as `UndoVendorRun` has it.
        """
        self.shared, self._new_undo = shared, new_undo
        self._vendors: dict[str, Vendor] = {}

    # ── control

    @cached_property
    def controls(self) -> ControlStore:
        from chalicelib.enrichment.control_store import ControlStore
        from chalicelib.vendors.registry import VENDORS

        return ControlStore(self.shared.dynamo, self.shared.settings.jobs_table, tuple(VENDORS))

    @cached_property
    def spends(self) -> SpendStore:
        from chalicelib.enrichment.spend_store import SpendStore

        return SpendStore(self.shared.dynamo, self.shared.settings.jobs_table)

    @cached_property
    def keys(self) -> VendorKeys:
        from chalicelib.enrichment.vendor_keys import VendorKeys

        return VendorKeys(self.shared.seal)

    @cached_property
    def choices(self) -> ChoiceStore:
        from chalicelib.enrichment.choices import ChoiceStore

        return ChoiceStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def books(self) -> BookRegistry:
        from chalicelib.jobs.book_registry import BookRegistry

        return BookRegistry(self.shared.dynamo, self.shared.settings.jobs_table)

    @cached_property
    def start_due_runs(self) -> StartDueRuns:
        from chalicelib.enrichment.start_due_runs import StartDueRuns

        shared = self.shared
        return StartDueRuns(self.controls, self.spends, shared.jobs, shared.work_queue, shared.store_clock)

    @cached_property
    def change_control(self) -> ChangeControl:
        from chalicelib.enrichment.change_control import ChangeControl

        shared = self.shared
        return ChangeControl(
            self.vendor,
            self.controls,
            self.spends,
            self.keys,
            shared.jobs,
            shared.work_queue,
            shared.store_clock,
            note=self._note_change,
        )

    def _note_change(self, operator: str, details: Mapping[str, Json]) -> Sequence[Write]:
        from chalicelib.jobs.activity import ActivityKind

        shared = self.shared
        return shared.activity.noted(ActivityKind.VENDOR_CHANGED, shared.clock.now(), by=operator, details=details)

    @cached_property
    def show_control(self) -> ShowControl:
        from chalicelib.enrichment.show_control import ShowControl

        return ShowControl(self.spends, self.shared.jobs, self.shared.store_clock)

    @cached_property
    def operator_runs(self) -> OperatorRuns:
        from chalicelib.enrichment.operator_runs import OperatorRuns

        shared = self.shared
        return OperatorRuns(
            shared.jobs,
            self.answers,
            self.spends,
            self.controls,
            shared.work_queue,
            shared.store_clock,
            timedelta(days=shared.settings.undo_days),
            self.books.owners,
        )

    @cached_property
    def count_statuses(self) -> CountStatuses:
        from chalicelib.enrichment.count_statuses import CountStatuses
        from chalicelib.vendors.registry import VENDORS

        shared = self.shared
        return CountStatuses(
            books=shared.books,
            contacts=shared.contacts,
            statuses=shared.statuses,
            blobs=lambda: shared.blobs,
            jobs=shared.jobs,
            owners=self.books.owners,
            vendors=tuple(VENDORS),
            executor=shared.executor_of(BOOKS_COUNTED_AT_ONCE),
            clock=shared.clock,
        )

    # ── what people decide

    def choice_json(self, choice: Choice) -> JsonObject:
        from chalicelib.enrichment.choices import choice_json

        return choice_json(choice, self.shared.settings.enrichment_consent)

    def choice_on_page(self, owner: str) -> JsonObject:
        """A person's choice, and the titles of the vendors that it is about."""
        from chalicelib.vendors.registry import VENDORS

        vendors = [self.vendor(name) for name in VENDORS]
        asked = [vendor.title for vendor in vendors if not vendor.is_offline]
        return {**self.choice_json(self.choices.get(owner)), "vendors": asked}

    # ── runs

    @cached_property
    def answers(self) -> AnswerStore:
        from chalicelib.enrichment.stored_answers import AnswerStore

        return AnswerStore(lambda: self.shared.blobs)

    def vendor(self, name: str) -> Vendor:
        """The adapter of a vendor.

        Raises:
            NotFound: there is no such vendor.
        """
        if name not in self._vendors:
            from chalicelib.foundation.errors import NotFound
            from chalicelib.vendors.registry import VENDORS

            if name not in VENDORS:
                raise NotFound("There is no such vendor.")
            self._vendors[name] = VENDORS[name].build(self.shared.settings, self.shared.http, self.shared.clock)
        return self._vendors[name]

    @cached_property
    def run_parts(self) -> RunParts:
        from chalicelib.enrichment.run_parts import RunParts
        from chalicelib.enrichment.run_spend import StoredSpend

        shared = self.shared
        return RunParts(
            jobs=shared.jobs,
            books=shared.books,
            contacts=shared.contacts,
            statuses=shared.statuses,
            redirects=shared.redirects,
            answers=self.answers,
            controls=self.controls,
            vendor=self.vendor,
            credentials=self._credentials,
            spend=lambda control, run: StoredSpend(self.spends, control, run, shared.clock),
            owners=self.books.owners,
            context=self._context,
            work_queue=shared.work_queue,
            clock=shared.clock,
            executor=shared.executor_of(CALLS_AT_ONCE),
        )

    @cached_property
    def vendor_run(self) -> VendorRun:
        from chalicelib.enrichment.vendor_run import VendorRun

        return VendorRun(self.run_parts)

    @cached_property
    def apply_findings(self) -> ApplyFindings:
        from chalicelib.enrichment.apply_findings import ApplyFindings

        shared = self.shared
        return ApplyFindings(
            shared.contacts, shared.statuses, shared.books, shared.change_book, self.answers, shared.clock
        )

    @cached_property
    def preview_run(self) -> PreviewRun:
        from chalicelib.enrichment.preview_run import PreviewRun

        return PreviewRun(self.run_parts)

    @cached_property
    def undo_vendor_run(self) -> UndoVendorRun:
        from chalicelib.enrichment.undo_vendor_run import UndoVendorRun

        return UndoVendorRun(self.shared.jobs, self.shared.work_queue, self._new_undo)

    @cached_property
    def statuses_of_runs(self) -> StatusesOfRuns:
        from chalicelib.enrichment.undone_statuses import StatusesOfRuns

        shared = self.shared
        return StatusesOfRuns(shared.jobs, shared.contacts, shared.statuses, shared.redirects)

    def _context(self, owner: str) -> Context:
        """What a person allows."""
        from chalicelib.vendors.eligibility import Context

        choice = self.choices.get(owner)
        consents = choice.allows(self.shared.settings.enrichment_consent)
        return Context(has_consent=consents, has_opted_out=choice.has_opted_out)

    def _credentials(self, control: VendorControl) -> Mapping[str, str]:
        """The secrets of a vendor, opened."""
        return self.keys.opened(control.vendor, control.credentials)
