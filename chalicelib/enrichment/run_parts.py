"""What the step of a run needs of the control of vendors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_store import StatusStore
from chalicelib.enrichment.stored_answers import AnswerStore
from chalicelib.enrichment.vendor_calls import Spend
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.executor import Executor
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.vendors.answer import Charge
from chalicelib.vendors.eligibility import Context
from chalicelib.vendors.vendor import Vendor


class RunSpend(Spend, Protocol):
    """What one run spends."""

    def settle_writes(self, charges: Mapping[str, Charge], latest: Sequence[datetime]) -> Sequence[Write]:
        """The writes that close claims.

        Args:
            charges: what the calls cost, by their ids.
            latest: when the latest calls began, for the next run of the vendor.
        """

    def open_calls(self) -> Mapping[str, int]:
        """The calls of earlier claims of the job that no write has settled, with what each may have cost at most."""

    def latest_calls(self) -> Sequence[datetime]:
        """When the latest calls to the vendor began, by whichever run."""


class Controls(Protocol):
    """The controls of vendors."""

    def get(self, vendor: str) -> VendorControl: ...

    def run_ended_write(
        self, control: VendorControl, *, last_good_run: int | None = None, waits: str = ""
    ) -> Write: ...


@dataclass(frozen=True)
class RunParts:
    """The stores and rules that a run uses."""

    jobs: JobStore
    books: BookStore
    contacts: ContactStore
    statuses: StatusStore
    redirects: RedirectStore
    answers: AnswerStore
    controls: Controls
    vendor: Callable[[str], Vendor]
    #: Opens the secrets of a vendor.
    credentials: Callable[[VendorControl], Mapping[str, str]]
    #: What a run of a vendor may spend, by its control and its job id.
    spend: Callable[[VendorControl, str], RunSpend]
    #: All people who have a book.
    owners: Callable[[], Iterable[str]]
    #: What a person allows.
    context: Callable[[str], Context]
    work_queue: WorkQueue
    clock: Clock
    #: Makes the calls. No work of it waits for other work of it.
    executor: Executor
