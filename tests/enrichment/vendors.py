"""A vendor of tests: it answers what a test tells it to, and notes what it was asked."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.contacts.source_record import ContactFields
from chalicelib.vendors.answer import Answer, AnswerKind, Charge, Ineligible, Question
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Credential, Price, Rate


def found(**fields: object) -> Answer:
    """An answer that gives these fields, for one credit."""
    given: ContactFields = {**fields}  # type: ignore[typeddict-item]
    return Answer(AnswerKind.ENRICHED, Reason.FOUND, given, charge=Charge(1))


NO_MATCH = Answer(AnswerKind.NO_MATCH, Reason.NO_MATCH)
NEVER = Answer(AnswerKind.NEVER, Reason.INPUT_REFUSED)
OPTED_OUT = Answer(AnswerKind.NEVER, Reason.OPTED_OUT_AT_VENDOR)
RETRY = Answer(AnswerKind.RETRY, Reason.VENDOR_ERROR)
NOT_READY = Answer(AnswerKind.WAIT, Reason.NOT_READY)


@dataclass
class FakeVendor:
    """Knows people by their email addresses.

    Args:
        answer: what it says about an address; it may raise a `VendorError`.
    """

    answer: Callable[[str], Answer] = lambda address: found(title=f"Title of {address}")
    name: str = "hunter"
    title: str = "Hunter"
    gives: str = "What the test says."
    is_offline: bool = False
    needs: tuple[Credential, ...] = ()
    rate: Rate = Rate()  # noqa: RUF009 # frozen
    price: Price = Price(1)  # noqa: RUF009 # frozen
    depends_on: frozenset[str] = frozenset({"emails"})
    #: The addresses of each call.
    calls: list[list[str]] = field(default_factory=list)
    #: The ids of people who opted out.
    opt_outs: set[str] = field(default_factory=set)

    @property
    def asked(self) -> list[str]:
        return [address for call in self.calls for address in call]

    def questions(self, fields: ContactFields) -> Sequence[Question] | Ineligible:
        addresses = [email["value"] for email in fields.get("emails", ())]
        if not addresses:
            return Ineligible(Reason.NO_EMAIL)
        return [Question(self.name, {"email": address}) for address in addresses]

    def ask(
        self,
        questions: Sequence[Question],
        credentials: Mapping[str, str],
        *,
        timeout: timedelta,
    ) -> list[Answer]:
        addresses = [str(each.inputs["email"]) for each in questions]
        self.calls.append(addresses)
        return [self.answer(address) for address in addresses]

    def opted_out(
        self,
        record_ids: Collection[str],
        credentials: Mapping[str, str],
        *,
        timeout: timedelta,
    ) -> frozenset[str]:
        return frozenset(record_ids) & self.opt_outs
