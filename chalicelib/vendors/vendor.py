"""The interface of a vendor: which questions it can be asked about a contact, and what it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.contacts.source_record import ContactFields
from chalicelib.vendors.answer import NO_CHARGE, Answer, Charge, Ineligible, Question
from chalicelib.vendors.reasons import Reason

MILLION = 1_000_000


class VendorError(Exception):
    """A call without answers. The message is a reason, and never contains a secret or what was asked.

    Args:
        charge: what the call cost, or may have cost.
    """

    def __init__(self, reason: Reason, *, charge: Charge = NO_CHARGE) -> None:
        super().__init__(reason.value)
        self.reason, self.charge = reason, charge


class VendorBusy(VendorError):
    """The vendor asks us to wait, and did not look at the questions.

    Args:
        retry_after: the wait that it asks for; None if it names none.
    """

    def __init__(self, retry_after: timedelta | None = None, *, charge: Charge = NO_CHARGE) -> None:
        super().__init__(Reason.RATE_LIMITED, charge=charge)
        self.retry_after = retry_after


class VendorPaused(VendorError):
    """The vendor cannot be asked about anyone until an operator acts. It says nothing about a contact."""


class VendorBroken(VendorError):
    """The vendor did not answer, or not in a way that we can read. The contacts are tried again later.

    With the reason `INPUT_REFUSED` it refused a whole call for one of its questions: they can be asked one by one.
    """


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that an operator enters for a vendor."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Window:
    """The number of calls that a vendor allows within a time."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a vendor may be asked."""

    #: All of them hold at once; none for no limit.
    windows: tuple[Window, ...] = ()
    #: The maximum number of simultaneous calls.
    at_once: int = 1
    #: The maximum number of questions in one call.
    questions: int = 1


@dataclass(frozen=True, slots=True)
class Price:
    """The list price of a vendor."""

    #: The most that one question costs, in millionths of the unit.
    most: int
    #: "credit", or a currency such as "USD".
    unit: str = "credit"
    #: Whether only questions are charged to which the vendor knows an answer.
    is_per_match: bool = True


class Vendor(Protocol):
    """Asks one vendor about contacts. Methods do not retry or sleep."""

    @property
    def name(self) -> str:
        """Its name in paths, stored statuses and source keys: "people-data-labs"."""

    @property
    def title(self) -> str:
        """Its name for people: "People Data Labs"."""

    @property
    def gives(self) -> str:
        """What it gives, in one sentence."""

    @property
    def is_offline(self) -> bool:
        """Whether it asks no one over the network, and so needs no consent, key or limit."""

    @property
    def needs(self) -> tuple[Credential, ...]:
        """The secrets that an operator enters."""

    @property
    def rate(self) -> Rate: ...

    @property
    def price(self) -> Price: ...

    @property
    def depends_on(self) -> frozenset[str]:
        """The fields of a contact that questions are made of. If none of them changed, no question did."""

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        """The questions that can be asked about a contact, the best first, or why there is none.

        Callers use `eligibility.questions_about`, which checks consent and opt-outs too.

        Args:
            fields: what the contact shows.
        """

    def ask(self, questions: Sequence[Question], credentials: Mapping[str, str], *, timeout: timedelta) -> list[Answer]:
        """Ask at most `rate.questions` questions in one call. Returns their answers in the same order.

        Args:
            credentials: the secrets of `needs`, by name.
            timeout: the limit for the whole call, which may send several requests.

        Raises:
            VendorBusy: the vendor limits our rate.
            VendorPaused: it cannot be asked about anyone: the key, the credit or the plan.
            VendorBroken: there is no answer, or it cannot be read. No other error, whatever the vendor sends.
        """

    def opted_out(
        self, record_ids: Collection[str], credentials: Mapping[str, str], *, timeout: timedelta
    ) -> frozenset[str]:
        """Those of `record_ids` whose people asked the vendor to forget them. Raises as `ask`.

        Empty, without a call, for a vendor that publishes no such list.
        """
