"""Questions about a contact, and a vendor's answers to them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.fast_json import canonical_json
from chalicelib.foundation.json import Json
from chalicelib.vendors.facts import Fact
from chalicelib.vendors.reasons import Reason


class AnswerKind(StrEnum):
    """What an answer means for the contact."""

    ENRICHED = "enriched"  # the vendor knows something; also that an address or a number does not exist
    NO_MATCH = "no_match"  # it knows nothing; it is not asked again soon
    RETRY = "retry"  # it could not answer; it is asked again later
    WAIT = "wait"  # it is not ready; the same question is asked again in seconds
    NEVER = "never"  # it will never answer this question


@dataclass(frozen=True, slots=True)
class Charge:
    """What a call cost, in millionths of the vendor's unit.

    If it is not certain, `most` is what the vendor may have charged.
    """

    most: int
    is_certain: bool = True

    def __add__(self, other: "Charge") -> "Charge":
        return Charge(self.most + other.most, self.is_certain and other.is_certain)


NO_CHARGE = Charge(0)


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a vendor for what it knows about one contact."""

    vendor: str
    #: The only details of the contact that are sent, by the adapter's names; plain JSON.
    inputs: Mapping[str, Json]

    @property
    def digest(self) -> str:
        """A hash that is equal for equal questions: 64 hexadecimal digits."""
        return hashlib.sha256(canonical_json([self.vendor, self.inputs]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A contact about which a vendor is not asked."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor said about one contact."""

    kind: AnswerKind
    reason: Reason
    #: What it says of the contact, as a source record stores it; facts are custom fields in it.
    fields: ContactFields = field(default_factory=ContactFields)
    #: What it says that has no field of a contact.
    facts: tuple[Fact, ...] = ()
    #: The vendor's own number for how certainly this is the person; None if it gives none.
    likelihood: int | None = None
    #: The vendor's id of the person, which its list of opt-outs names; "" for none.
    record_id: str = ""
    charge: Charge = NO_CHARGE
    #: The wait that the vendor asks for; None if it names none.
    retry_after: timedelta | None = None
